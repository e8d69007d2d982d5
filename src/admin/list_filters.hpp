// SPDX-License-Identifier: MIT
#pragma once

#include "admin/changelist_results.hpp"
#include "admin/changelist_url.hpp"
#include "admin/page.hpp"

#include <boost/json/array.hpp>

namespace drf_messages::admin {

/// The filters beside the list, each with its choices as links: `title`, `choices`, `hint`.
/// - Django: contrib/admin/filters.py. Values that occur are looked for among the newest messages.
boost::json::array list_filters(Page& page, const ChangeListUrl& url, const ListResults& results);

} // namespace drf_messages::admin
