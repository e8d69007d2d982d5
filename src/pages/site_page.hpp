// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/page.hpp"
#include "middleware/http_request.hpp"
#include "model/user.hpp"
#include "pages/page_texts.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::pages {

/// A path of this site as links have it.
std::string site_url(std::string_view path);

/// What every template of ours is given: texts, language, title, style sheet and script.
/// - title: of the document.
boost::json::object
site_page(const PageTexts& texts, std::string_view static_url, std::string_view title);

/// Who is logged in, and the way in or out where the site has one: `user`, `log_in`, `log_out`.
void add_account(
    boost::json::object& page,
    middleware::HttpRequest& request,
    const std::optional<User>& user,
    const api::LoginLinks& ways
);

} // namespace drf_messages::pages
