// SPDX-License-Identifier: MIT
#pragma once

#include "admin/changelist_results.hpp"
#include "admin/changelist_url.hpp"
#include "admin/page.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

// Links that lead from the list to a part of it, and away from it.

namespace drf_messages::admin {

/// The address of another page, which keeps the query of the list. Django:
/// templatetags/admin_urls.py, add_preserved_filters.
std::string with_list_filters(std::string_view address, const ChangeListUrl& url);

/// Years, months or days within which messages were created; null where there are none.
/// - Django: contrib/admin/templatetags/admin_list.py, date_hierarchy.
boost::json::value date_hierarchy(Page& page, const ChangeListUrl& url, const ListResults& results);

/// Lookups that no choice of a filter shows as selected, each with a link to the list without it.
/// - filters: list_filters().
boost::json::array
other_lookups(Page& page, const ChangeListUrl& url, const boost::json::array& filters);

} // namespace drf_messages::admin
