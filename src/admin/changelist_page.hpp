// SPDX-License-Identifier: MIT
#pragma once

#include "admin/changelist_results.hpp"
#include "admin/changelist_url.hpp"
#include "admin/page.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>

// What the template of the list is given, part by part.

namespace drf_messages::admin {

/// The heads of the columns, with the links that order by them.
/// - Django: contrib/admin/templatetags/admin_list.py, result_headers.
boost::json::array list_headers(const ChangeListUrl& url, std::int64_t first_column);

/// The messages, with a link to each.
boost::json::array
list_rows(const Page& page, const ChangeListUrl& url, const ListResults& results);

/// As people write it: "10,000", "10.000".
std::string with_separators(const Page& page, std::int64_t number);
/// "13 messages", "more than 10,000 messages".
std::string count_text(const Page& page, const ListResults& results);

/// The numbers of the pages; null where there is one page.
boost::json::value
list_pages(const Page& page, const ChangeListUrl& url, const ListResults& results);

} // namespace drf_messages::admin
