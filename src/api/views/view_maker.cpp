// SPDX-License-Identifier: MIT
#include "api/views/view_maker.hpp"

#include <utility>

namespace drf_messages::api {

ViewMaker::ViewMaker(
    const Settings& settings,
    const Routes& routes,
    const CustomClasses& classes,
    PageRenderer render_page,
    PageSite page_site
)
    : settings_(settings), routes_(routes), classes_(classes),
      render_page_(std::move(render_page)) {
    page_site.login_links = {
        routes.reverse("rest_framework:login", {}).value_or(""),
        routes.reverse("rest_framework:logout", {}).value_or("")};
    page_site_ = std::make_shared<const PageSite>(std::move(page_site));
}

const ViewSetClass& ViewMaker::viewset(const ClassName& name) {
    return viewsets_.try_emplace(name, settings_, name, classes_).first->second;
}

std::shared_ptr<const ViewPolicies> ViewMaker::router_policies() {
    if (!router_policies_) {
        router_policies_ = std::make_shared<const ViewPolicies>(
            settings_, std::nullopt, usual_http_method_names(), classes_
        );
    }
    return router_policies_;
}

UrlView ViewMaker::with_pages(std::unique_ptr<View> view) const {
    view->show_pages(render_page_, page_site_);
    const std::shared_ptr<const View> shared = std::move(view);
    UrlView answers =
        [shared](middleware::HttpRequest& request, Kwargs kwargs, const std::string& name_space) {
            return shared->dispatch(request, std::move(kwargs), name_space);
        };
    answers.rest_view = shared;
    return answers;
}

} // namespace drf_messages::api
