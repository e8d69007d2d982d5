// SPDX-License-Identifier: MIT
#include "messages/check_message.hpp"
#include "messages/django_message.hpp"
#include "messages/level_tag.hpp"
#include "messages/message_origin.hpp"
#include "metrics/process_metrics.hpp"
#include "store/message_store.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/message.hpp>

#include <array>
#include <iterator>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace drf_messages {
namespace messages {

void MessageOrigin::refuse_ended() const {
    if (request) {
        request->refuse_ended();
    }
}

void MessageOrigin::count_as_used() const {
    if (!request) {
        return;
    }
    if (request->storage == nullptr) {
        database->log(
            LogLevel::error,
            "Message storage is None. Make sure to include "
            "\"django.contrib.messages.middleware.MessageMiddleware\" in the MIDDLEWARE setting."
        );
        return;
    }
    request->storage->rows_were_marked();
}

} // namespace messages

namespace {

/// The row of this message, as long as it is still the same user's.
store::MessageScope scope_of(const Message& message) {
    store::MessageScope scope;
    scope.user = message.user;
    return scope;
}

} // namespace

const messages::MessageOrigin& Message::origin() const {
    if (!origin_) {
        throw std::logic_error(
            "only a message that a query set or a manager returned knows its database"
        );
    }
    origin_->refuse_ended();
    return *origin_;
}

void Message::add_tag(std::string_view tag) {
    add_tags({std::string(tag)});
}

void Message::add_tag(std::initializer_list<std::string_view> tags) {
    add_tags(std::vector<std::string>(tags.begin(), tags.end()));
}

void Message::add_tag(const std::vector<std::string>& tags) {
    add_tags(tags);
}

void Message::add_tags(std::vector<std::string> tags) {
    const messages::MessageOrigin& origin = this->origin();
    if (const auto checked = messages::check_message({}, {}, tags); checked.has_error()) {
        throw Refused(static_cast<errc>(checked.error().value()));
    }
    if (tags.empty()) {
        return;
    }
    const auto each = [&](sql::Connection& connection) {
        if (!store::lock_message(connection, scope_of(*this), id, {})) {
            return false;
        }
        store::insert_tags(connection, id, tags);
        return true;
    };
    if (!transact(*origin.database, each, sql::Sharing::joins)) {
        throw Refused(errc::not_found);
    }
    extra_tags.insert(
        extra_tags.end(), std::make_move_iterator(tags.begin()), std::make_move_iterator(tags.end())
    );
}

std::vector<MessageTag> Message::tags() const {
    return run(*origin().database, [&](sql::Connection& connection) {
        return store::select_tags(connection, id);
    });
}

bool Message::mark_read() {
    const messages::MessageOrigin& origin = this->origin();
    const Timestamp now = origin.database->now();
    const std::array<MessageId, 1> ids = {id};
    const std::int64_t marked = run(*origin.database, [&](sql::Connection& connection) {
        return store::mark_read(connection, scope_of(*this), ids, now);
    });
    if (marked > 0) {
        read_at = now;
        origin.database->log(LogLevel::debug, "Marked 1 message as read");
    }
    // Also for one that had been read before: Django's Message.mark_read does not ask.
    origin.count_as_used();
    return marked > 0;
}

bool Message::remove() {
    const auto each = [&](sql::Connection& connection) {
        if (!store::lock_message(connection, scope_of(*this), id, {})) {
            return false;
        }
        store::delete_message(connection, id);
        return true;
    };
    const bool removed = transact(*origin().database, each, sql::Sharing::joins);
    metrics::process_metrics().deleted[metrics::Deletion::application].add(removed ? 1 : 0);
    return removed;
}

std::string Message::level_tag() const {
    return std::string(messages::level_tag(origin().database->settings(), level));
}

DjangoMessage Message::get_django_message() const {
    return messages::django_message(origin().database->settings(), level, message, extra_tags);
}

std::ostream& operator<<(std::ostream& stream, const Message& message) {
    return stream << message.message;
}

std::ostream& operator<<(std::ostream& stream, const MessageTagId& id) {
    return stream << id.value;
}

std::ostream& operator<<(std::ostream& stream, const MessageTag& tag) {
    return stream << tag.text;
}

} // namespace drf_messages
