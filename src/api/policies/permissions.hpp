// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/exchange/api_request.hpp"

#include <drf_messages/message.hpp>
#include <drf_messages/settings.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// An entry of DEFAULT_PERMISSION_CLASSES. Django: rest_framework/permissions.py.
class Permission {
public:
    virtual ~Permission() = default;
    /// - on_model: whether the view shows a model's rows; the API root does not.
    /// - throws ApiError 405 for a method that the class has no rule for.
    virtual bool has_permission(ApiRequest& request, bool on_model) const = 0;
    /// Asked only of a permission that looks_at_objects().
    virtual bool has_object_permission(ApiRequest&, const Message&) const { return true; }
    virtual bool looks_at_objects() const noexcept { return false; }

    // What the OpenAPI document says about a method.
    /// Whether it never refuses.
    virtual bool lets_everybody(std::string_view method, bool on_model) const = 0;
    /// Whether somebody without a name may get in.
    virtual bool lets_anonymous(std::string_view method, bool on_model) const {
        return lets_everybody(method, on_model);
    }

    /// What a refusal says; absent: the usual words.
    std::optional<std::string> message;
};

/// Throws std::invalid_argument for a class that neither we nor the application have.
std::vector<std::unique_ptr<Permission>>
make_permissions(const Settings& settings, const CustomClasses& classes = {});

} // namespace drf_messages::api
