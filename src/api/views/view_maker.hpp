// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/dispatch/page.hpp"
#include "api/dispatch/view.hpp"
#include "api/routing/routes.hpp"
#include "api/views/viewset_class.hpp"
#include "html/templates.hpp"

#include <drf_messages/settings.hpp>

#include <map>
#include <memory>
#include <string>

namespace drf_messages::api {

/// What the functions that make views need, and keeps what several views share.
class ViewMaker {
public:
    /// - settings, routes: must outlive the views; classes: the maker.
    /// - page_site: its login links are found here.
    ViewMaker(
        const Settings& settings,
        const Routes& routes,
        const CustomClasses& classes,
        PageRenderer render_page,
        PageSite page_site
    );

    const Settings& settings() const noexcept { return settings_; }
    const Routes& routes() const noexcept { return routes_; }
    const CustomClasses& classes() const noexcept { return classes_; }
    const html::Templates& templates() const noexcept { return page_site_->templates; }
    const LoginLinks& login_links() const noexcept { return page_site_->login_links; }
    /// html::static_url() of the settings.
    const std::string& static_url() const noexcept { return page_site_->static_url; }

    /// One object, and so one set of classes, however often it is mounted.
    const ViewSetClass& viewset(const ClassName& name);
    /// Of every view that a router adds to its viewsets'.
    std::shared_ptr<const ViewPolicies> router_policies();

    /// The view with its HTML pages.
    UrlView with_pages(std::unique_ptr<View> view) const;

private:
    const Settings& settings_;
    const Routes& routes_;
    const CustomClasses& classes_;
    PageRenderer render_page_;
    std::shared_ptr<const PageSite> page_site_;
    std::map<ClassName, ViewSetClass> viewsets_;
    std::shared_ptr<const ViewPolicies> router_policies_;
};

} // namespace drf_messages::api
