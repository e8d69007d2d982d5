// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/dispatch/view.hpp"
#include "api/resource/messages_resource.hpp"
#include "api/routing/routes.hpp"
#include "api/tables/endpoints.hpp"

#include <drf_messages/rest/messages_viewset.hpp>
#include <drf_messages/settings.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::api {

/// A viewset that a router can register: drf_messages.views.MessagesViewSet or one of the
/// application, or a subclass of either in `[CLASSES]` with attributes such as permission_classes,
/// pagination_class or throttle_scope.
class ViewSetClass {
public:
    /// Throws std::invalid_argument for another class and for attributes that cannot be.
    ViewSetClass(const Settings& settings, const ClassName& name, const CustomClasses& classes);

    /// - endpoint: one of message_endpoints.
    std::unique_ptr<View> view(const EndpointSpec& endpoint, View::PageParts page_parts) const;
    /// - routes, view: must outlive the answer.
    View::PageParts page_parts(const Routes& routes, const RoutedView& view) const;

    const MessagesResource& resource() const noexcept { return *resource_; }
    /// The application's; null: ours.
    const rest::MessagesViewSet* custom() const noexcept { return custom_.get(); }

    /// `lookup_value_regex`, where the class sets it. Asked before anything is built.
    static std::optional<std::string>
    lookup_of(const Settings& settings, const ClassName& name, const CustomClasses& classes);

private:
    /// The application's method where it has a viewset and that a say, else ours.
    View::Handler handler(const Operation& operation) const;
    Validation validation(const Operation& operation) const;

    ClassName class_name_;
    std::shared_ptr<const rest::MessagesViewSet> custom_; ///< null: ours
    std::string name_; ///< "Messages", as REST framework words a class name
    std::string description_;
    std::shared_ptr<const ViewPolicies> policies_;
    std::shared_ptr<const ViewPolicies> stream_policies_; ///< null where there are no streams
    std::shared_ptr<const MessagesResource> resource_;
};

/// The view of an endpoint of a registered viewset.
UrlView viewset_view(ViewMaker& maker, const RoutedView& view);

/// "MessagesViewSet" -> "Messages", "ApiRoot" -> "Api Root". Django: rest_framework/views.py,
/// get_view_name.
std::string view_name_of(std::string_view class_name);

} // namespace drf_messages::api
