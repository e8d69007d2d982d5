// SPDX-License-Identifier: MIT
#include "messages/db_storage.hpp"

#include "messages/check_message.hpp"
#include "messages/django_message.hpp"
#include "messages/new_message.hpp"
#include "messages/query_set_factory.hpp"
#include "messages/slice.hpp"
#include "metrics/process_metrics.hpp"
#include "store/message_aggregates.hpp"
#include "text/plural.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drf_messages::messages {
namespace {

Condition unread() {
    return Condition::compare(Field::read_at, Lookup::isnull, true);
}

Condition unread_and(Condition where) {
    std::vector<Condition> both;
    both.push_back(unread());
    both.push_back(std::move(where));
    return Condition::all_of(std::move(both));
}

void refuse_negative(std::optional<std::int64_t> position) {
    if (position && *position < 0) {
        throw std::invalid_argument("stored messages do not count from the end");
    }
}

LogSink log_of(const DatabaseAccess& database) {
    return [&database](LogLevel level, std::string_view line) { database.log(level, line); };
}

} // namespace

DBStorage::DBStorage(DatabaseAccess& database, Viewer viewer, std::string view_name)
    : Storage(database), viewer_(std::move(viewer)), view_name_(std::move(view_name)) {}

void DBStorage::set_viewer(Viewer viewer) {
    viewer_ = std::move(viewer);
}

bool DBStorage::fallback() const {
    if (!viewer_.user) {
        return true;
    }
    return settings().messages_use_sessions && !(viewer_.has_session && viewer_.session_key);
}

Result<std::optional<MessageId>>
DBStorage::keep(Level level, std::string_view message, const std::vector<std::string>& extra_tags) {
    if (fallback()) {
        if (const auto checked = check_message(message, view_name_, extra_tags);
            checked.has_error()) {
            return checked.error();
        }
        queued_.push_back(
            messages::django_message(settings(), level, std::string(message), extra_tags)
        );
        return std::nullopt;
    }
    const Result<MessageId> id =
        create_message(database(), viewer_, view_name_, message, level, extra_tags);
    if (id.has_error()) {
        return id.error();
    }
    return *id;
}

Reading DBStorage::read() {
    if (fallback()) {
        return {queued_, {}};
    }
    std::vector<Message> messages = run(database(), [this](sql::Connection& connection) {
        return select_unread(connection, {});
    });
    Reading reading;
    reading.ids = unread_ids(messages);
    reading.messages = django_messages(std::move(messages));
    return reading;
}

void DBStorage::finish_reading(const Reading& reading) {
    if (fallback()) {
        count_queued_as_shown();
    }
    if (!reading.ids.empty()) {
        mark_ids(reading.ids);
    }
}

std::optional<DjangoMessage> DBStorage::at(std::int64_t index) {
    if (fallback()) {
        count_queued_as_shown();
        const std::optional<std::size_t> position = index_position(queued_.size(), index);
        return position ? std::optional(queued_[*position]) : std::nullopt;
    }
    refuse_negative(index);
    MessageQuery query;
    query.offset = static_cast<std::uint64_t>(index);
    query.limit = 1;
    std::vector<Message> found = run(database(), [&](sql::Connection& connection) {
        return select_unread(connection, query);
    });
    if (found.empty()) {
        return std::nullopt;
    }
    mark(found);
    used = true;
    return django_message(std::move(found.front()));
}

std::vector<DjangoMessage> DBStorage::slice(
    std::optional<std::int64_t> start,
    std::optional<std::int64_t> stop,
    std::optional<std::int64_t> step
) {
    if (fallback()) {
        count_queued_as_shown();
        std::vector<DjangoMessage> result;
        for (const std::size_t position : slice_positions(queued_.size(), start, stop, step)) {
            result.push_back(queued_[position]);
        }
        return result;
    }
    refuse_negative(start);
    refuse_negative(stop);
    // As in Django, start and stop limit the query, and the step then applies to its result.
    MessageQuery query;
    query.offset = static_cast<std::uint64_t>(start.value_or(0));
    if (stop) {
        query.limit =
            static_cast<std::uint64_t>(std::max(*stop - start.value_or(0), std::int64_t{0}));
    }
    if (step == 0) {
        slice_positions(0, start, stop, step);
    }
    std::vector<Message> found = run(database(), [&](sql::Connection& connection) {
        return select_unread(connection, query);
    });
    std::vector<Message> shown;
    for (const std::size_t position : slice_positions(found.size(), {}, {}, step)) {
        shown.push_back(std::move(found[position]));
    }
    mark(shown);
    return django_messages(std::move(shown));
}

std::size_t DBStorage::size() {
    if (fallback()) {
        return queued_.size();
    }
    MessageQuery query;
    query.where = unread();
    return static_cast<std::size_t>(count(query));
}

bool DBStorage::empty() {
    return fallback() ? queued_.empty() : !any_unread({});
}

bool DBStorage::contains(std::string_view text) {
    if (fallback()) {
        return std::any_of(queued_.begin(), queued_.end(), [text](const DjangoMessage& message) {
            return message.message == text;
        });
    }
    return any_unread(Condition::compare(Field::message, Lookup::exact, std::string(text)));
}

bool DBStorage::contains(Level level) {
    if (fallback()) {
        return std::any_of(queued_.begin(), queued_.end(), [level](const DjangoMessage& message) {
            return message.level == level;
        });
    }
    return any_unread(Condition::compare(Field::level, Lookup::exact, std::int64_t{level}));
}

bool DBStorage::contains(const DjangoMessage& message) {
    // Compares level and text, as Django does, but not tags.
    if (fallback()) {
        return std::any_of(queued_.begin(), queued_.end(), [&](const DjangoMessage& queued) {
            return queued == message;
        });
    }
    std::vector<Condition> both;
    both.push_back(Condition::compare(Field::message, Lookup::exact, message.message));
    both.push_back(Condition::compare(Field::level, Lookup::exact, std::int64_t{message.level}));
    return any_unread(Condition::all_of(std::move(both)));
}

std::string DBStorage::str() {
    const Reading reading = read();
    finish_reading(reading);
    used = true;
    stored_used_ = stored_used_ || !fallback();
    return joined_texts(reading.messages);
}

std::string DBStorage::repr() {
    return joined_texts(read().messages);
}

void DBStorage::mark_all_read() {
    if (!fallback()) {
        mark_read();
    }
}

std::int64_t DBStorage::mark_read(const Condition& where) {
    const auto own = scope();
    if (!own) {
        return 0;
    }
    const std::int64_t marked = run(database(), [&](sql::Connection& connection) {
        return store::mark_read(connection, *own, where, database().now());
    });
    note_marked(marked);
    return marked;
}

std::int64_t DBStorage::count(const MessageQuery& query) {
    const auto own = scope();
    return own ? run(database(),
                     [&](sql::Connection& connection) {
                         return store::count_messages(connection, *own, query);
                     })
               : 0;
}

std::vector<Message> DBStorage::fetch(
    const MessageQuery& query, bool mark_shown, std::optional<std::size_t> mark_at_most
) {
    const auto own = scope();
    if (!own) {
        return {};
    }
    std::vector<Message> messages = run(database(), [&](sql::Connection& connection) {
        return store::select_messages(connection, *own, query, log_of(database()));
    });
    if (mark_shown) {
        const std::span<const Message> found = messages;
        mark(found.first(std::min(found.size(), mark_at_most.value_or(found.size()))));
    }
    return messages;
}

std::optional<Message> DBStorage::fetch_one(MessageId id, const Condition& where, bool mark_shown) {
    const auto own = scope();
    if (!own) {
        return std::nullopt;
    }
    std::optional<Message> message = run(database(), [&](sql::Connection& connection) {
        return store::select_message(connection, *own, id, where, log_of(database()));
    });
    if (message && mark_shown) {
        mark(std::span(&*message, 1));
        // Also for a message that had been read before: Django's Message.mark_read does not ask.
        rows_were_marked();
    }
    return message;
}

UnreadSummary DBStorage::summarize_unread() {
    const auto own = scope();
    return own ? run(database(),
                     [&](sql::Connection& connection) {
                         return store::summarize_unread(connection, *own);
                     })
               : UnreadSummary();
}

std::map<Level, std::int64_t> DBStorage::count_unread(const Condition& where) {
    const auto own = scope();
    if (!own) {
        return {};
    }
    MessageQuery query;
    query.where = unread_and(where);
    const auto found = run(database(), [&](sql::Connection& connection) {
        return store::count_messages_by(connection, *own, query, Field::level);
    });
    std::map<Level, std::int64_t> counts;
    for (const auto& [level, count] : found) {
        counts[static_cast<Level>(std::get<std::int64_t>(level))] += count;
    }
    return counts;
}

Result<void> DBStorage::remove(MessageId id, const Condition& where, bool allow_unread) {
    const auto own = scope();
    if (!own) {
        return errc::not_found;
    }
    const auto each = [&](sql::Connection& connection) -> Result<void> {
        const std::optional<bool> read = store::lock_message(connection, *own, id, where);
        if (!read) {
            return errc::not_found;
        }
        if (!*read && !allow_unread) {
            return errc::unread_not_deletable;
        }
        store::delete_message(connection, id);
        return {};
    };
    auto removed = transact(database(), each, sql::Sharing::joins);
    if (!removed.has_error()) {
        metrics::process_metrics().deleted[metrics::Deletion::request].add();
    }
    return removed;
}

std::optional<store::Standing> DBStorage::standing() {
    return viewer_.user ? run(database(),
                              [&](sql::Connection& connection) {
                                  return store::standing(connection, *viewer_.user);
                              })
                        : std::nullopt;
}

std::optional<MessageState> DBStorage::settled_state() {
    return viewer_.user ? std::optional(
                              run(database(),
                                  [&](sql::Connection& connection) {
                                      return messages::settled_state(connection, *viewer_.user);
                                  })
                          )
                        : std::nullopt;
}

std::variant<ChangedIds, ExpiredState>
DBStorage::changed_ids(const MessageState& since, std::size_t limit) {
    const auto own = scope();
    if (!own) {
        return ChangedIds{.new_state = since};
    }
    return run(database(), [&](sql::Connection& connection) {
        return messages::changed_ids(connection, *own, since, limit, settings().live.replay_limit);
    });
}

std::vector<DjangoMessage> DBStorage::update(http::Response* /*response*/) {
    updated_ = true;
    if (!deletes_read()) {
        return {};
    }
    const auto own = scope();
    const Condition read = Condition::compare(Field::read_at, Lookup::isnull, false);
    const std::int64_t deleted = transact(database(), [&](sql::Connection& connection) {
        return store::delete_messages(connection, *own, read);
    });
    metrics::process_metrics().deleted[metrics::Deletion::read].add(
        static_cast<std::uint64_t>(deleted)
    );
    database().log(
        LogLevel::info, fmt::format("Cleared {} message{}", deleted, text::plural(deleted))
    );
    return {};
}

std::string DBStorage::lost_at_end() const {
    if (fallback() && queued_.size() > queued_shown_) {
        return fmt::format(
            "messages lost: {}, left for a visitor without a {}, for whom DBStorage keeps none; "
            "show them in the same request, or let MESSAGE_STORAGE be "
            "django.contrib.messages.storage.fallback.FallbackStorage",
            queued_.size() - queued_shown_,
            viewer_.user ? "session" : "user"
        );
    }
    if (!updated_ && deletes_read()) {
        return "messages that were read are not deleted, as MESSAGES_DELETE_READ wants it: "
               "Request::update() was not called before the end of the request";
    }
    return {};
}

void DBStorage::count_queued_as_shown() {
    used = true;
    queued_shown_ = queued_.size();
}

bool DBStorage::deletes_read() const {
    return settings().messages_delete_read && used && scope() && (!fallback() || stored_used_);
}

std::optional<store::MessageScope> DBStorage::scope() const {
    return store::message_scope(viewer_, settings().messages_use_sessions);
}

std::vector<Message> DBStorage::select_unread(sql::Connection& connection, MessageQuery query) {
    query.where = unread();
    return store::select_messages(connection, *scope(), query, log_of(database()));
}

bool DBStorage::any_unread(Condition where) {
    const Condition wanted = unread_and(std::move(where));
    return run(database(), [&](sql::Connection& connection) {
        return store::any_message(connection, *scope(), wanted);
    });
}

void DBStorage::mark(std::span<const Message> shown) {
    mark_ids(unread_ids(shown));
}

Result<std::vector<MessageId>> DBStorage::mark(const Condition& where, const Marking& marking) {
    const auto own = scope();
    if (!own) {
        return std::vector<MessageId>();
    }
    auto marked = messages::mark(database(), *own, where, marking);
    if (marking.read && marked.has_value() && !marked->empty()) {
        rows_were_marked();
    }
    return marked;
}

void DBStorage::mark_ids(std::span<const MessageId> ids) {
    const auto own = scope();
    if (ids.empty() || !own) {
        return;
    }
    const auto each = [&](sql::Connection& connection) {
        return store::mark_read(connection, *own, ids, database().now());
    };
    // A transaction keeps several statements together.
    const bool several = ids.size() > store::marked_by_one_statement;
    note_marked(several ? transact(database(), each) : run(database(), each));
}

void DBStorage::note_marked(std::int64_t marked) {
    database().log(
        LogLevel::debug, fmt::format("Marked {} message{} as read", marked, text::plural(marked))
    );
    if (marked > 0) {
        rows_were_marked();
    }
}

DjangoMessage DBStorage::django_message(Message message) const {
    return messages::django_message(
        settings(), message.level, std::move(message.message), message.extra_tags
    );
}

std::vector<DjangoMessage> DBStorage::django_messages(std::vector<Message> messages) const {
    std::vector<DjangoMessage> result;
    result.reserve(messages.size());
    for (Message& message : messages) {
        result.push_back(django_message(std::move(message)));
    }
    return result;
}

} // namespace drf_messages::messages
