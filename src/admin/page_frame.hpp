// SPDX-License-Identifier: MIT
#pragma once

#include "middleware/http_request.hpp"
#include "pages/page_texts.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace drf_messages::admin {

class AdminSite;

/// What stands around every page, that for logging in among them. Shows the reader's notices, which
/// marks them as read.
/// - root: the path of the index, as request.path has it.
/// - title: the heading.
boost::json::object frame(
    const AdminSite& site,
    middleware::HttpRequest& request,
    const pages::PageTexts& texts,
    std::string_view root,
    std::string_view title
);

/// Puts "Error: " before the document's title, where the release does so.
void mark_as_error(
    boost::json::object& context,
    const middleware::HttpRequest& request,
    const pages::PageTexts& texts
);

} // namespace drf_messages::admin
