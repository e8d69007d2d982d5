// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/extra_tags.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/message_query_set.hpp>

#include <memory>
#include <string_view>

namespace drf_messages::messages {
class DatabaseAccess;
}

namespace drf_messages {

class Request;
class Site;
class Transaction;

/// Creates and finds messages: Django's Message.objects. Unlike messages::info() and its like it
/// checks no minimum level and needs no storage.
///
/// Throws Refused for text and tags that cannot be stored, and for a user who does not exist
/// (errc::not_found). In a transaction SQLite and PostgreSQL notice such a user only at the commit,
/// which throws DatabaseError, kind constraint.
/// - Django: drf_messages/models.py, MessageManager.
class DRF_MESSAGES_API MessageManager {
public:
    /// The site must live longer: after its end this, its query sets and their messages throw
    /// std::logic_error.
    explicit MessageManager(Site& site);
    /// Everything is part of that transaction.
    explicit MessageManager(Transaction& transaction);
    /// For the library itself.
    explicit MessageManager(std::shared_ptr<messages::DatabaseAccess> database);

    /// Leaves a message for the request's user, in the request's session, by the request's view.
    Message create_message(
        const Request& request,
        std::string_view message,
        Level level,
        const ExtraTags& extra_tags = {}
    );
    /// Leaves a message for a user, bound to no session and no view.
    Message create_user_message(
        const UserId& user, std::string_view message, Level level, const ExtraTags& extra_tags = {}
    );
    /// For the request's user.
    Message create_user_message(
        const Request& request,
        std::string_view message,
        Level level,
        const ExtraTags& extra_tags = {}
    );

    /// The messages of the request's user; with MESSAGES_USE_SESSIONS only those of its session and
    /// those of no session. None for an anonymous visitor.
    MessageQuerySet with_context(const Request& request) const;
    /// Everybody's messages, for housekeeping such as deleting old ones on a schedule.
    MessageQuerySet all() const;

private:
    std::shared_ptr<messages::DatabaseAccess> database_;
};

} // namespace drf_messages
