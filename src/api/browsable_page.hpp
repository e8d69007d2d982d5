// SPDX-License-Identifier: MIT
#pragma once

#include "api/api_request.hpp"
#include "api/renderers.hpp"
#include "http/message.hpp"

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

/// The page: one HTML document without scripts and without anything to load. Every text in it is
/// escaped.
std::string render_page(const BrowsablePage& page);

/// JSON text as HTML: escaped, its parts in `<span class>`, texts that are http(s) addresses as
/// links.
std::string highlight_json(std::string_view json);

} // namespace drf_messages::api
