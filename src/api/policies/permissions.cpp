// SPDX-License-Identifier: MIT
#include "api/policies/permissions.hpp"

#include "accounts/authentication.hpp"
#include "api/classes/class_tables.hpp"
#include "api/classes/custom_call.hpp"
#include "api/exchange/errors.hpp"
#include "model/releases.hpp"

#include <drf_messages/rest/permission.hpp>

#include <array>
#include <map>
#include <string_view>
#include <utility>

namespace drf_messages::api {
namespace {

class AllowAny final : public Permission {
public:
    bool has_permission(ApiRequest&, bool) const override { return true; }
    bool lets_everybody(std::string_view, bool) const override { return true; }
};

class IsAuthenticated final : public Permission {
public:
    bool has_permission(ApiRequest& request, bool) const override {
        return request.user.has_value();
    }
    bool lets_everybody(std::string_view, bool) const override { return false; }
};

class IsAdminUser final : public Permission {
public:
    bool has_permission(ApiRequest& request, bool) const override {
        return request.user && request.user->is_staff;
    }
    bool lets_everybody(std::string_view, bool) const override { return false; }
};

class IsAuthenticatedOrReadOnly final : public Permission {
public:
    bool has_permission(ApiRequest& request, bool) const override {
        return request.user || lets_everybody(request.permission_method(), true);
    }
    bool lets_everybody(std::string_view method, bool) const override {
        return method == "GET" || method == "HEAD" || method == "OPTIONS";
    }
};

/// Method -> the permissions that a user needs on drf_messages.message.
using PermissionsMap = std::map<std::string, std::vector<std::string>, std::less<>>;

PermissionsMap usual_permissions() {
    return {
        {"GET", {}},
        {"OPTIONS", {}},
        {"HEAD", {}},
        {"POST", {"drf_messages.add_message"}},
        {"PUT", {"drf_messages.change_message"}},
        {"PATCH", {"drf_messages.change_message"}},
        {"DELETE", {"drf_messages.delete_message"}}};
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

/// A subclass's `perms_map`: method -> "%(app_label)s.view_%(model_name)s".
PermissionsMap permissions_map(const ClassAttributes& attributes) {
    const auto* value = attributes.find("perms_map");
    if (value == nullptr) {
        return usual_permissions();
    }
    const auto* table = std::get_if<SettingValue::Table>(&value->value);
    if (table == nullptr) {
        attributes.refuse("perms_map", "must be a table of lists");
    }
    PermissionsMap permissions;
    for (const auto& [method, list] : *table) {
        const auto* array = std::get_if<SettingValue::Array>(&list.value);
        if (array == nullptr) {
            attributes.refuse("perms_map", "must be a table of lists");
        }
        auto& needed = permissions[method];
        for (const auto& item : *array) {
            const auto* text = std::get_if<std::string>(&item.value);
            if (text == nullptr) {
                attributes.refuse("perms_map", "must be a table of lists of texts");
            }
            needed.push_back(*text);
            replace_all(needed.back(), "%(app_label)s", "drf_messages");
            replace_all(needed.back(), "%(model_name)s", "message");
        }
    }
    return permissions;
}

class DjangoModelPermissions : public Permission {
public:
    DjangoModelPermissions(const Settings& settings, const ClassAttributes& attributes)
        : DjangoModelPermissions(settings, attributes, true) {}

    bool has_permission(ApiRequest& request, bool on_model) const override {
        const bool unknown = !request.user && authenticated_users_only_;
        if (!on_model) {
            return !unknown ||
                   !request.http.site.differences.has(model::Difference::permissions_at_root);
        }
        if (unknown) {
            return false;
        }
        const auto found = permissions_.find(request.permission_method());
        if (found == permissions_.end()) {
            throw method_not_allowed(request.http.method);
        }
        for (const auto& permission : found->second) {
            if (!request.user ||
                !accounts::has_permission(
                    request.http.site.users, request.http.database(), *request.user, permission
                )) {
                return false;
            }
        }
        return true;
    }

    bool lets_everybody(std::string_view method, bool on_model) const override {
        if (!on_model) {
            return !authenticated_users_only_ || !refuses_at_root_;
        }
        const auto found = permissions_.find(method);
        return !authenticated_users_only_ && found != permissions_.end() && found->second.empty();
    }

protected:
    DjangoModelPermissions(
        const Settings& settings, const ClassAttributes& attributes, bool authenticated_users_only
    )
        : refuses_at_root_(
              model::differences_of(settings).has(model::Difference::permissions_at_root)
          ),
          authenticated_users_only_(
              attributes.boolean("authenticated_users_only").value_or(authenticated_users_only)
          ),
          permissions_(permissions_map(attributes)) {}

private:
    bool refuses_at_root_;
    bool authenticated_users_only_;
    PermissionsMap permissions_;
};

class DjangoModelPermissionsOrAnonReadOnly final : public DjangoModelPermissions {
public:
    DjangoModelPermissionsOrAnonReadOnly(
        const Settings& settings, const ClassAttributes& attributes
    )
        : DjangoModelPermissions(settings, attributes, false) {}
};

/// A class of the application.
class CustomPermission final : public Permission {
public:
    CustomPermission(ClassName name, std::shared_ptr<const rest::Permission> custom)
        : name_(std::move(name)), custom_(std::move(custom)) {
        message = call_custom(name_, [&] { return custom_->message(); });
    }

    bool has_permission(ApiRequest& request, bool) const override {
        return call_custom(name_, [&] { return custom_->has_permission(rest::Request(request)); });
    }

    bool has_object_permission(ApiRequest& request, const Message& object) const override {
        return call_custom(name_, [&] {
            return custom_->has_object_permission(rest::Request(request), object);
        });
    }

    bool looks_at_objects() const noexcept override { return true; }
    bool lets_everybody(std::string_view, bool) const override { return false; }
    bool lets_anonymous(std::string_view, bool) const override { return true; }

private:
    ClassName name_;
    std::shared_ptr<const rest::Permission> custom_;
};

constexpr ClassAttribute permission_attributes[] = {
    {"message", AttributeKind::text}, {"code", AttributeKind::text}};
constexpr auto model_permission_attributes = joined(
    permission_attributes,
    {{"perms_map", AttributeKind::table}, {"authenticated_users_only", AttributeKind::boolean}}
);

using Row = ClassRow<MakeClass<Permission>>;

constexpr std::array rows{
    Row{"rest_framework.permissions.AllowAny",
        permission_attributes,
        make_class<Permission, AllowAny>},
    Row{"rest_framework.permissions.IsAuthenticated",
        permission_attributes,
        make_class<Permission, IsAuthenticated>},
    Row{"rest_framework.permissions.IsAdminUser",
        permission_attributes,
        make_class<Permission, IsAdminUser>},
    Row{"rest_framework.permissions.IsAuthenticatedOrReadOnly",
        permission_attributes,
        make_class<Permission, IsAuthenticatedOrReadOnly>},
    Row{"rest_framework.permissions.DjangoModelPermissions",
        model_permission_attributes,
        make_class<Permission, DjangoModelPermissions>},
    Row{"rest_framework.permissions.DjangoModelPermissionsOrAnonReadOnly",
        model_permission_attributes,
        make_class<Permission, DjangoModelPermissionsOrAnonReadOnly>},
};

std::unique_ptr<Permission> make_permission(
    const Settings& settings, const ClassAttributes& attributes, const CustomClasses& classes
) {
    if (const auto* row = find_class(rows, attributes)) {
        return row->make(settings, attributes);
    }
    if (auto custom = classes.find<rest::Permission>(attributes, permission_attributes)) {
        return std::make_unique<CustomPermission>(attributes.name(), std::move(custom));
    }
    classes.refuse(settings, permission_classes(), attributes);
}

} // namespace

SettingClasses permission_classes() {
    return {"DEFAULT_PERMISSION_CLASSES", rows, &rest::Classes::names<rest::Permission>};
}

std::vector<std::unique_ptr<Permission>>
make_permissions(const Settings& settings, const CustomClasses& classes) {
    std::vector<std::unique_ptr<Permission>> permissions;
    for (const auto& name : settings.rest_framework.default_permission_classes) {
        const ClassAttributes attributes(settings, name);
        permissions.push_back(make_permission(settings, attributes, classes));
        if (auto message = attributes.text("message")) {
            permissions.back()->message = std::move(message);
        }
    }
    return permissions;
}

} // namespace drf_messages::api
