// SPDX-License-Identifier: MIT
// What the compiler must refuse, one mistake at a time: MISTAKE is its number. Without it, the same
// written right, which compiles.
#include <drf_messages/message_query_set.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages {

#ifndef MISTAKE
MessageQuerySet selected(const MessageQuerySet& set, Timestamp now, const std::string& text) {
    const std::optional<std::string> session_key = text;
    const std::vector<MessageId> ids = {MessageId{1}, MessageId{2}};
    return set
        .filter(
            field::level >= level::WARNING && field::extra_tags == "test" && field::view != text
        )
        .filter(field::id.in(ids) || field::user == UserId{1} || field::user.in({UserId{2}}))
        .filter(field::session_key == session_key || field::session.is_null())
        .filter(field::read_at.is_null() || field::read_at < now - std::chrono::days(30))
        .filter(field::created.range(now - std::chrono::hours(1), now))
        .filter(field::created < std::chrono::system_clock::now() - std::chrono::days(30))
        .filter(field::read_at.in({std::chrono::sys_days(std::chrono::days(1))}))
        .filter(!field::level.in({level::DEBUG, 15}) && field::view.in({"a", "b"}))
        .exclude(field::message.icontains(text) || field::extra_tags.is_null())
        .order_by(field::created.desc(), field::level.asc());
}

void aggregated(const MessageQuerySet& set) {
    const std::optional<Level> highest = set.max(field::level);
    const std::optional<Timestamp> newest = set.max(field::created);
    const std::optional<MessageId> first = set.min(field::id);
    const std::optional<std::int64_t> sum = set.sum(field::level);
    const std::optional<double> mean = set.avg(field::level);
    const std::map<Level, std::int64_t> levels = set.count_by(field::level);
    const std::map<std::string, std::int64_t> views = set.count_by(field::view);
    const std::map<std::optional<std::string>, std::int64_t> sessions =
        set.count_by(field::session_key);
    (void)highest, (void)newest, (void)first, (void)sum, (void)mean;
    (void)levels, (void)views, (void)sessions;
}
#elif MISTAKE == 1  // a level is no text
const Condition wrong = field::level == "warning";
#elif MISTAKE == 2  // there is no such field
const Condition wrong = field::colour == "red";
#elif MISTAKE == 3  // a level would be rounded
const Condition wrong = field::level >= 29.5;
#elif MISTAKE == 4  // a level is no truth
const Condition wrong = field::level == true;
#elif MISTAKE == 5  // text has another order on each database
const Condition wrong = field::view < "m";
#elif MISTAKE == 6  // a moment is no number
const Condition wrong = field::created > 1700000000;
#elif MISTAKE == 7  // an id is no level
const Condition wrong = field::id == Level{3};
#elif MISTAKE == 8  // only text contains text
const Condition wrong = field::level.contains("3");
#elif MISTAKE == 9  // created is never null
const Condition wrong = field::created.is_null();
#elif MISTAKE == 10 // a message has any number of tags, and cannot be ordered by them
const OrderBy wrong = field::extra_tags.asc();
#elif MISTAKE == 11 // moments have no sum
auto wrong(const MessageQuerySet& set) {
    return set.sum(field::created);
}
#elif MISTAKE == 12 // a condition is no order
auto wrong(const MessageQuerySet& set) {
    return set.order_by(field::level == 20);
}
#elif MISTAKE == 13 // an order is no condition
auto wrong(const MessageQuerySet& set) {
    return set.filter(field::level.asc());
}
#elif MISTAKE == 14 // the greatest level is a level
std::optional<std::string> wrong(const MessageQuerySet& set) {
    return set.max(field::level);
}
#elif MISTAKE == 15 // a level in a list of texts
const Condition wrong = field::level.in({"info", "warning"});
#elif MISTAKE == 16 // fields do not compare with each other
const Condition wrong = field::read_at > field::created;
#elif MISTAKE == 17 // a level that might not fit
const Condition wrong = field::level == std::int64_t{1};
#endif

} // namespace drf_messages
