// SPDX-License-Identifier: MIT
#include "admin/bulk_change.hpp"

#include "admin/lookup_regex.hpp"
#include "fibers/wait.hpp"
#include "metrics/process_metrics.hpp"
#include "sql/transaction.hpp"
#include "store/admin_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

using Clock = std::chrono::steady_clock;

/// Fewer take no less time: most of it is the transaction's own.
constexpr int smallest_batch = 50;

/// The newest first, as the list has them and Django logs them.
std::vector<store::AdminLogEntry> log_entries(
    const Page& page, const BulkChange& change, const std::vector<SelectedMessage>& messages
) {
    std::vector<store::AdminLogEntry> entries;
    entries.reserve(messages.size());
    const Timestamp now = page.request.site.clock();
    for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
        entries.push_back(
            {now,
             page.user.id,
             fmt::format("{}", message->first.value),
             message->second,
             change.logged,
             std::string(change.log_message)}
        );
    }
    return entries;
}

/// Returns how many it changed: others may have been quicker.
std::int64_t change_batch(
    Page& page,
    const BulkChange& change,
    const Condition& where,
    const std::vector<SelectedMessage>& found
) {
    if (found.empty()) {
        return 0;
    }
    sql::Connection& connection = page.request.database();
    const auto messages = store::lock_batch(connection, where, ids_of(found));
    const auto ids = ids_of(messages);
    change.run(connection, ids, page.request.site.clock());
    store::insert_admin_log(connection, log_entries(page, change, messages));
    return static_cast<std::int64_t>(ids.size());
}

/// How many messages the next transaction gets, such that it takes about as long as it is to.
int next_size(int size, Clock::duration took, const BulkLimits& limits) {
    if (took > limits.transaction) {
        return std::max(size / 2, smallest_batch);
    }
    return took < limits.transaction / 2 ? std::min(size * 2, limits.whole) : size;
}

/// Finds further messages, until there are so many or the time is over. Looks at least once. False
/// where expressions have used up their time; what was found until then stays.
bool find(
    sql::Connection& connection,
    Selection& selection,
    int most,
    Clock::time_point end,
    std::vector<SelectedMessage>& found
) {
    try {
        do {
            auto more = selection.next(connection, most - static_cast<int>(found.size()));
            std::move(more.begin(), more.end(), std::back_inserter(found));
        } while (!selection.is_done() && std::ssize(found) < most && Clock::now() < end);
        return true;
    } catch (const MatchingTookTooLong&) {
        return false;
    }
}

/// Takes the first messages, at most so many.
std::vector<SelectedMessage> take(std::vector<SelectedMessage>& found, int most) {
    const auto end = found.begin() + std::min<std::ptrdiff_t>(std::ssize(found), most);
    std::vector<SelectedMessage> taken(
        std::make_move_iterator(found.begin()), std::make_move_iterator(end)
    );
    found.erase(found.begin(), end);
    return taken;
}

} // namespace

std::int64_t run_bulk_change(
    Page& page,
    const BulkChange& change,
    Selection& selection,
    std::int64_t changed,
    const std::function<void(std::int64_t changed)>& notify,
    const BulkLimits& limits
) {
    const auto end = Clock::now() + limits.request;
    sql::Connection& connection = page.request.database();
    int size = limits.whole;
    std::vector<SelectedMessage> found;
    bool may_find_more = find(connection, selection, size, end, found);
    if (!may_find_more && found.empty()) {
        throw MatchingTookTooLong("nothing was found within the time of a request");
    }
    if (!selection.is_done()) {
        size = std::min(size, smallest_batch);
    }
    while (selection.is_done() || !found.empty()) {
        const auto batch = take(found, size);
        const bool is_last = selection.is_done() && found.empty();
        Clock::time_point began; // as soon as nobody else can write
        const std::int64_t here = sql::transact(connection, [&] {
            began = Clock::now();
            const auto of_batch = change_batch(page, change, selection.where(), batch);
            if (is_last) {
                notify(changed + of_batch);
            }
            return of_batch;
        });
        changed += here;
        if (change.logged == store::AdminAction::deletion) {
            metrics::process_metrics().deleted[metrics::Deletion::admin].add(
                static_cast<std::uint64_t>(here)
            );
        }
        const auto took = Clock::now() - began;
        if (is_last || Clock::now() >= end) {
            break;
        }
        fibers::sleep_for(took / 4); // others want to write too
        size = next_size(size, took, limits);
        if (may_find_more && !selection.is_done() && std::ssize(found) < size) {
            may_find_more = find(connection, selection, size, end, found);
        }
    }
    if (!found.empty()) {
        selection.go_back_to(MessageId{found.front().first.value - 1});
    }
    return changed;
}

} // namespace drf_messages::admin
