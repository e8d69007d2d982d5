// SPDX-License-Identifier: MIT
#pragma once

#include "admin/changelist_url.hpp"
#include "admin/lookup_regex.hpp"
#include "admin/page.hpp"
#include "store/admin_list.hpp"
#include "store/admin_users.hpp"

#include <drf_messages/condition.hpp>
#include <drf_messages/message.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace drf_messages::admin {

inline constexpr std::int64_t list_per_page = 100;
inline constexpr std::int64_t list_max_show_all = 200;
/// More messages than these are not counted.
inline constexpr std::int64_t most_counted = 10'000;

/// What a list holds.
struct ListResults {
    std::vector<Message> rows;          ///< of the page
    std::vector<store::UserName> users; ///< whose they are
    std::int64_t count = 0;
    bool more_than_count = false;
    bool shows_all = false;     ///< on one page
    bool took_too_long = false; ///< nothing is known then
    /// Only so many of the newest were looked through, and how many are to be next.
    std::optional<std::uint64_t> window;
    std::optional<std::uint64_t> next_window;
    store::Newest newest = store::Newest::by_created;
    Condition where; ///< which messages these are, but for `tests` and the window
    std::vector<store::RowTest> tests;
    std::shared_ptr<MatchingTime> matching; ///< what the tests may take
    std::optional<store::WindowEdge> edge;  ///< of the window

    std::int64_t page_count() const { return (count + list_per_page - 1) / list_per_page; }
    bool can_show_all() const { return count <= list_max_show_all && !more_than_count; }
    bool has_pages() const { return count > list_per_page; }
};

/// Absent for lookups that are unknown or cannot be read, and for a page that is not there. Throws
/// BadRequest for lookups that are not allowed.
/// - order: ends with the id.
/// What an index serves is exact however large the table is, and counted up to most_counted. The
/// choices of filters are looked for among the newest messages; what is typed or searched, and
/// orders that no index serves, in all of them for a second at most.
std::optional<ListResults>
find_results(Page& page, const ChangeListUrl& url, const std::vector<OrderBy>& order);

} // namespace drf_messages::admin
