// SPDX-License-Identifier: MIT
#pragma once

#include "admin/message_form.hpp"
#include "admin/page.hpp"
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

} // namespace drf_messages::admin
