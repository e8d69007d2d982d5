// SPDX-License-Identifier: MIT
#include "embed/configuration_problems.hpp"
#include "embed/rest_door.hpp"
#include "embed/site_parts.hpp"
#include "live/feed.hpp"
#include "middleware/wsgi_path.hpp"
#include "model/feed_use.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/site.hpp>

namespace drf_messages {

Endpoint::Endpoint(Site& site) {
    embed::require_working(site.settings());
    door_ = std::make_unique<embed::RestDoor>(site.parts().resources, site.parts().classes);
    if (use_feed(site.settings().messages_extensions)) {
        site.parts().resources.feed->start();
    }
}

Endpoint::~Endpoint() = default;

http::Response Endpoint::operator()(const http::Request& request) {
    return (*door_)(request);
}

bool Endpoint::serves(std::string_view target) const {
    const std::string path = middleware::decode_path(middleware::split_target(target).path);
    return door_->is_valid_path(path) || (!path.ends_with('/') && door_->is_valid_path(path + "/"));
}

bool Endpoint::takes_body(const http::Request& head) const noexcept {
    try {
        return door_->takes_body(head);
    } catch (...) {
        return true; // then the answer says what is wrong
    }
}

} // namespace drf_messages
