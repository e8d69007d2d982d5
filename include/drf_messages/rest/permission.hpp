// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/rest/request.hpp>

#include <optional>
#include <string>

namespace drf_messages::rest {

/// An entry of DEFAULT_PERMISSION_CLASSES. One object serves every request, from several threads.
/// - REST framework: rest_framework/permissions.py, BasePermission.
class DRF_MESSAGES_API Permission {
public:
    Permission() = default;
    virtual ~Permission();
    Permission(const Permission&) = delete;
    Permission& operator=(const Permission&) = delete;

    /// Asked before anything is read. True unless a class says otherwise.
    virtual bool has_permission(const Request& request) const;
    /// Asked about the message that is to be retrieved or destroyed, before it is marked or
    /// deleted. True unless a class says otherwise.
    virtual bool has_object_permission(const Request& request, const Message& message) const;
    /// What a refusal says; absent: REST framework's words. The attribute `message` of a subclass
    /// in [CLASSES] comes first.
    virtual std::optional<std::string> message() const;
};

} // namespace drf_messages::rest
