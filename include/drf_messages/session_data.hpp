// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages {

/// What the messages need from a visitor's session, whoever keeps it: derive from it to use the
/// sessions of your framework. Used only by the thread of its request.
class DRF_MESSAGES_API SessionData {
public:
    SessionData() = default;
    virtual ~SessionData() = default;
    SessionData(const SessionData&) = delete;
    SessionData& operator=(const SessionData&) = delete;

    /// Absent while the session is new and has not been saved.
    virtual std::optional<std::string> session_key() const = 0;

    /// A value of the session; absent if there is none of that name, or it is not text.
    virtual std::optional<std::string> get(std::string_view name) = 0;
    /// Values are UTF-8 text. Its owner saves the session, after the storage's update().
    virtual void set(std::string_view name, std::string_view value) = 0;
    virtual void erase(std::string_view name) = 0;

    /// Whether set() and erase() have an effect. False where the session holds something that would
    /// be lost by writing it: the storage then says which messages it could not keep.
    virtual bool writable() { return true; }
};

} // namespace drf_messages
