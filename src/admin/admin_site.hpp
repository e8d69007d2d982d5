// SPDX-License-Identifier: MIT
#pragma once

#include "api/routing/routes.hpp"
#include "html/templates.hpp"
#include "http/message.hpp"
#include "middleware/http_request.hpp"
#include "pages/login_views.hpp"
#include "text/datetime.hpp"

#include <drf_messages/settings.hpp>

#include <string>
#include <string_view>

namespace drf_messages::admin {

/// Django's admin of the messages, wherever it is mounted.
/// - Django: contrib/admin/sites.py, AdminSite.
class AdminSite {
public:
    /// - routes: as LoginViews has them; templates: must outlive it.
    AdminSite(
        const Settings& settings,
        const api::Routes& routes,
        const html::Templates& templates,
        std::string static_url
    );
    AdminSite(const AdminSite&) = delete;
    AdminSite& operator=(const AdminSite&) = delete;

    /// - path: below the index, decoded.
    /// - name_space: of the mount: "admin".
    http::Response handle(
        middleware::HttpRequest& request, std::string_view path, std::string_view name_space
    ) const;

    const html::Templates& templates;
    const std::string static_url;   ///< html::static_url()
    const text::TimeZone time_zone; ///< by whose clock pages show times

private:
    pages::LoginViews login_views_;
};

/// `include = "drf_messages.admin"`. Its route catches the path below the index as "url".
api::UrlView admin_view(api::ViewMaker& maker, const api::RoutedView& view);

} // namespace drf_messages::admin
