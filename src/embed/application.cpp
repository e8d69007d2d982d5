// SPDX-License-Identifier: MIT
#include "embed/application.hpp"

#include "embed/rest_door.hpp"
#include "embed/site_parts.hpp"

#include <utility>

namespace drf_messages::embed {

struct Application::Parts {
    Parts(Settings settings, const ApplicationOptions& options)
        : site(make_site(std::move(settings), options)), door(site, options.classes) {}

    middleware::Site site;
    RestDoor door;
};

Application::Application(Settings settings, ApplicationOptions options) {
    require_working(settings);
    parts_ = std::make_unique<Parts>(std::move(settings), options);
}

Application::~Application() = default;

http::Response Application::operator()(const http::Request& request) {
    return parts_->door(request);
}

middleware::Site& Application::site() noexcept {
    return parts_->site;
}

} // namespace drf_messages::embed
