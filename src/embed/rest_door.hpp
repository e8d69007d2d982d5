// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"
#include "middleware/http_request.hpp"
#include "middleware/names.hpp"
#include "middleware/pipeline.hpp"
#include "middleware/site_resources.hpp"
#include "urls/url_conf.hpp"

namespace drf_messages::embed {

/// The REST endpoints of a site behind its middleware.
class RestDoor {
public:
    /// The site must live longer. Throws std::invalid_argument for a name that we do not have.
    RestDoor(middleware::SiteResources& site, const rest::Classes& classes)
        : site_(site), urls_(site, classes),
          pipeline_(
              site,
              middleware::View{
                  [this](std::string_view path_info) { return urls_.is_valid_path(path_info); },
                  [this](middleware::HttpRequest& request) { return urls_.handle(request); },
                  true,
                  [this](const middleware::HttpRequest& request) {
                      return urls_.foreseen_route(request);
                  },
              }
          ) {}
    RestDoor(const RestDoor&) = delete;
    RestDoor& operator=(const RestDoor&) = delete;

    /// One request; from any thread. Never throws.
    http::Response operator()(const http::Request& request) { return pipeline_(request); }
    bool is_valid_path(std::string_view path_info) const { return urls_.is_valid_path(path_info); }
    /// Whether the answer may depend on the body of the request with this head.
    bool takes_body(const http::Request& head) const {
        middleware::HttpRequest request(site_, head);
        const bool is_refused =
            middleware::is_installed(site_.settings, middleware::names::common) && !request.host();
        return !is_refused && urls_.reads_body(request);
    }

private:
    middleware::SiteResources& site_;
    urls::UrlConf urls_;
    middleware::Pipeline pipeline_;
};

} // namespace drf_messages::embed
