// SPDX-License-Identifier: MIT
#pragma once

#include "admin/page.hpp"

#include <drf_messages/ids.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

// What the pages on one message share.

namespace drf_messages::admin {

/// - below: "change/", "history/", "delete/".
std::string message_url(const Page& page, MessageId id, std::string_view below = "change/");

/// `url` of such a page, which keeps the filters that the list was left with. Django:
/// templatetags/admin_urls.py, add_preserved_filters.
std::string with_preserved_filters(Page& page, std::string_view url);
/// The list with those filters.
std::string filtered_list_url(Page& page);
/// Where a page leads once it is done: the list, or the index for who may not see it.
std::string way_back(Page& page);

/// A message in the path of a page: its first 18 words, or its id where it has none.
Crumb message_crumb(Page& page, MessageId id, std::string_view text);

/// The answer to a form in a window of its own, which tells the page that opened it what was done
/// and closes. Django: templates/admin/popup_response.html.
/// - told: {"action": "delete", "value": "3"}.
http::Response popup_response(const Page& page, const boost::json::object& told);

/// What `_to_field` says, of the form or the query. Throws BadRequest for a field that others
/// cannot refer to. Django: DisallowedModelAdminToField.
std::string to_field(Page& page, const std::optional<std::string>& posted = {});

} // namespace drf_messages::admin
