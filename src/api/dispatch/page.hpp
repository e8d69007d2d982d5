// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/api_request.hpp"
#include "api/exchange/page_parts.hpp"
#include "api/wire/renderers.hpp"
#include "html/templates.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// Paths of REST framework's login and logout views, behind the script name and without "/" at
/// their beginning; empty where the site has none.
struct LoginLinks {
    std::string login;
    std::string logout;
};

/// An API view that a path leads to.
struct NamedView {
    std::size_t number; ///< of the view, whichever of its paths it is
    const std::string& name;
};

/// What all pages of a site share.
struct PageSite {
    const html::Templates& templates;
    std::string static_url; ///< html::static_url()
    LoginLinks login_links;
    std::function<std::optional<NamedView>(std::string_view path_info)> find_view;
};

/// What the HTML page of an answer shows.
/// - REST framework: renderers.py, BrowsableAPIRenderer.get_context.
struct BrowsablePage {
    const PageSite& site;
    const std::string& name; ///< of the view
    const std::string& description;
    const Settings& settings; ///< as the view sees them
    ApiRequest& request;
    const std::vector<Renderer>& renderers;
    const http::Response& response; ///< status and headers so far
    /// Who would have answered without the page, and how; null: only pages answer.
    const Renderer* shown = nullptr;
    std::string body{};                     ///< empty: no content
    std::optional<std::string> challenge{}; ///< of who asks for a password or a token

    bool has_get = false;
    bool may_ask_options = false; ///< the method is there, and the permissions allow it
    bool may_delete = false;
    bool may_post = false;
    std::string_view post_example{}; ///< a body of JSON for that; empty: it takes none
    std::vector<ActionLink> extra_actions{};
    FilterForm filter_form{};
    std::optional<PageLinks> links{};
    /// The page of a message in the list that is shown; empty: no list.
    std::function<std::string(MessageId id)> message_url{};
};

/// Makes the HTML document of an answer: room pages.
using PageRenderer = std::function<std::string(const BrowsablePage&)>;

} // namespace drf_messages::api
