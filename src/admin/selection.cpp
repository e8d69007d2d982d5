// SPDX-License-Identifier: MIT
#include "admin/selection.hpp"

#include "sql/error.hpp"
#include "sql/statement_limit.hpp"
#include "store/admin_messages.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>

namespace drf_messages::admin {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t first_span = 10'000;
constexpr std::uint64_t shortest_span = 1'000;
constexpr std::uint64_t longest_span = std::uint64_t{1} << 62U;
constexpr int most_tested = 100; // what a test that gives up loses is little
constexpr auto short_while = 20ms;
constexpr auto longest_while = 250ms;

MessageId highest(const std::vector<MessageId>& ids) {
    return ids.empty() ? MessageId{} : *std::ranges::max_element(ids, {}, &MessageId::value);
}

MessageId before_lowest(const std::vector<MessageId>& ids) {
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    if (ids.empty()) {
        return MessageId{};
    }
    return MessageId{
        std::max(std::ranges::min_element(ids, {}, &MessageId::value)->value, least + 1) - 1};
}

/// Absent where it would take too long.
std::optional<store::MessageBatch> select_quickly(
    sql::Connection& connection, const Condition& where, MessageId after, MessageId end, int most
) {
    try {
        const sql::StatementLimit limit(connection, longest_while);
        return store::select_batch(connection, where, after, end, most);
    } catch (const sql::Error& error) {
        if (error.kind() != sql::ErrorKind::timed_out) {
            throw;
        }
        return std::nullopt;
    }
}

std::vector<SelectedMessage> tested(
    sql::Connection& connection,
    const std::vector<store::RowTest>& tests,
    std::vector<SelectedMessage> messages
) {
    if (tests.empty() || messages.empty()) {
        return messages;
    }
    store::AdminListQuery query;
    query.served = store::with_ids(ids_of(messages));
    query.tests = tests;
    query.order = {{Field::id, false}};
    query.limit = messages.size();
    const auto passed = store::select_list_ids(connection, query);
    std::erase_if(messages, [&](const SelectedMessage& message) {
        return !std::ranges::binary_search(passed, message.first.value, {}, &MessageId::value);
    });
    return messages;
}

} // namespace

std::vector<MessageId> ids_of(const std::vector<SelectedMessage>& messages) {
    std::vector<MessageId> ids;
    ids.reserve(messages.size());
    for (const auto& [id, text] : messages) {
        ids.push_back(id);
    }
    return ids;
}

Selection::Selection(Wanted wanted, MessageId after, MessageId through)
    : wanted_(std::move(wanted)), after_(after), through_(through), span_(first_span) {}

Selection::Selection(Wanted wanted, const std::vector<MessageId>& ids)
    : wanted_{std::move(wanted.where) && store::with_ids(ids), std::move(wanted.tests)},
      after_(before_lowest(ids)), through_(highest(ids)), span_(longest_span) {}

std::vector<SelectedMessage> Selection::next(sql::Connection& connection, int most) {
    if (is_done()) {
        return {};
    }
    if (!wanted_.tests.empty()) {
        most = std::min(most, most_tested);
    }
    const auto left =
        static_cast<std::uint64_t>(through_.value) - static_cast<std::uint64_t>(after_.value);
    const MessageId end =
        span_ < left ? MessageId{after_.value + static_cast<std::int64_t>(span_)} : through_;
    const auto began = std::chrono::steady_clock::now();
    auto batch = span_ > shortest_span
                     ? select_quickly(connection, wanted_.where, after_, end, most)
                     : store::select_batch(connection, wanted_.where, after_, end, most);
    if (!batch) {
        span_ = std::max(std::min(span_, left) / 16, shortest_span);
        return {};
    }
    const MessageId reached = batch->more ? batch->messages.back().first : end;
    // Ids may have gaps that are wider than all of the table.
    if (batch->messages.empty() || std::chrono::steady_clock::now() - began < short_while) {
        span_ = std::min(span_, longest_span / 4) * 4;
    }
    auto messages = tested(connection, wanted_.tests, std::move(batch->messages));
    after_ = reached; // not where a test gave up
    return messages;
}

} // namespace drf_messages::admin
