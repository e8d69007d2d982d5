// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/api_request.hpp"
#include "api/wire/renderers.hpp"
#include "html/templates.hpp"
#include "http/message.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::api {

/// Paths of REST framework's login and logout views, behind the script name and without "/" at
/// their beginning; empty where the site has none.
struct LoginLinks {
    std::string login;
    std::string logout;
};

/// What makes HTML of a page, of which a site has one.
struct PageSite {
    const html::Templates& templates;
    std::string static_url; ///< html::static_url()
};

/// What the HTML page of an answer shows.
struct BrowsablePage {
    const std::string& name; ///< of the view
    const std::string& description;
    const ApiRequest& request;
    const std::vector<Renderer>& renderers;
    const http::Response& response; ///< status and headers so far
    std::string json;               ///< the answer, indented; empty for no content
    std::optional<std::string> url_format_override;
    LoginLinks login_links{};
};

/// Makes the HTML document of an answer: room pages.
using PageRenderer = std::function<std::string(const BrowsablePage&)>;

} // namespace drf_messages::api
