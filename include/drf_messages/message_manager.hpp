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

/// Creates and finds messages: Django's Message.objects. Unlike messages::info() and the others it
/// asks neither for a level nor for a storage.
///
/// Text and tags that can not be stored throw Refused, and so does a user who does not exist
/// (errc::not_found); in a transaction SQLite and PostgreSQL see that when it commits, and throw
/// DatabaseError, kind constraint.
/// - Django: drf_messages/models.py, MessageManager.
class DRF_MESSAGES_API MessageManager {
public:
    /// The site must live longer.
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

    /// The messages of the request's user; with MESSAGES_USE_SESSIONS those of its session, and
    /// those of none. Nobody's for an anonymous visitor.
    MessageQuerySet with_context(const Request& request) const;
    /// Everybody's, for housekeeping: deleting old ones on a schedule, say.
    MessageQuerySet all() const;

private:
    std::shared_ptr<messages::DatabaseAccess> database_;
};

} // namespace drf_messages
