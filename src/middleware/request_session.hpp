// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session.hpp"

#include <drf_messages/session_data.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::middleware {

/// One of our sessions, for messages that are kept in it. SessionMiddleware saves it.
class RequestSession final : public SessionData {
public:
    /// - session: must live longer.
    explicit RequestSession(accounts::Session& session) : session_(session) {}

    std::optional<std::string> session_key() const override { return session_.session_key(); }
    std::optional<std::string> get(std::string_view name) override {
        const auto text = session_.find_text(name);
        return text ? std::optional<std::string>(*text) : std::nullopt;
    }
    void set(std::string_view name, std::string_view value) override {
        session_.set_text(name, value);
    }
    void erase(std::string_view name) override { session_.erase(name); }
    bool writable() override { return session_.writable(); }

private:
    accounts::Session& session_;
};

} // namespace drf_messages::middleware
