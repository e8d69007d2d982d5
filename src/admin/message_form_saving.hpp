// SPDX-License-Identifier: MIT
#pragma once

#include "admin/message_form.hpp"
#include "admin/page.hpp"
#include "sql/error.hpp"
#include "store/admin_log.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/time.hpp>

#include <string>

// What saving the form of a message writes. Run each in a transaction; forms must be without
// errors.

namespace drf_messages::admin {

/// A message that was written, with the log's entry on it, which is not written yet.
struct SavedMessage {
    MessageId id;
    store::AdminLogEntry log;
};

/// Stores a new message with its tags.
SavedMessage save_new(Page& page, const MessageForm& form, const UserId& user, Timestamp now);

/// Changes a message and its tags.
SavedMessage save_changes(Page& page, const MessageForm& form, MessageId id, Timestamp now);

/// What the user is told of a message that was saved, by the button that saved it.
struct SavedNotices {
    std::string saved;
    std::string go_on;       ///< Django's _continue
    std::string add_another; ///< _addanother
};

/// Where the user goes then, and what they are told there.
struct WayOn {
    std::string url;
    std::string notice;
};
/// Django: ModelAdmin.response_add, response_change.
WayOn way_on(Page& page, const FormValues& posted, MessageId id, SavedNotices notices);

/// The form with what the database refused of it: a user who is gone by now, or a character that it
/// does not have. Call it where the error is caught; it is
/// thrown again where it is another.
MessageForm refused_form(MessageForm form, const Page& page, const sql::Error& error);

} // namespace drf_messages::admin
