// SPDX-License-Identifier: MIT
#pragma once

#include "admin/message_form_cleaning.hpp"
#include "admin/message_form_tags.hpp"
#include "admin/page.hpp"
#include "store/admin_messages.hpp"

#include <drf_messages/level.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/message_tag.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::admin {

inline constexpr std::size_t session_key_max_length = 40; ///< in characters

/// The message that a form is for.
struct FormSubject {
    std::optional<Message> message; ///< absent: a new one
    std::vector<MessageTag> tags;   ///< those that the page's user may see
    TagAccess access;

    std::optional<MessageId> id() const {
        return message ? std::optional(message->id) : std::nullopt;
    }
};

/// The form of a message: what its widgets show, and what saving it writes.
struct MessageForm {
    FormValues shown;                                         ///< by the widgets' names
    std::map<std::string, FieldErrors, std::less<>> errors{}; ///< by the fields' names
    TagForms tags{};
    store::MessageFields cleaned{};     ///< of no meaning beside errors
    std::vector<std::string> changed{}; ///< fields, as Django's log names them

    /// As an error note counts them. Django: contrib/admin/helpers.py, AdminErrorList.
    std::size_t error_count() const { return errors.size() + tags.error_count(); }
};

/// The levels that a message may get: LEVEL_TAGS, and the one that it has.
std::vector<std::pair<Level, std::string>>
level_choices(const Page& page, const FormSubject& subject);

/// The form of a new message.
/// - query: may hold values for its fields. Django: get_changeform_initial_data.
MessageForm new_form(const FormSubject& subject, const FormValues& query);

/// The form of a message as it is stored.
MessageForm stored_form(Page& page, const FormSubject& subject);

/// What was posted, cleaned.
/// - one_user: whether the form is to name the user.
MessageForm
posted_form(Page& page, const FormSubject& subject, const FormValues& posted, bool one_user = true);

/// What was posted, for a page that shows it again as it is.
MessageForm form_again(Page& page, const FormSubject& subject, const FormValues& posted);

/// The fields of the request's form.
FormValues posted_values(Page& page);
/// Those of its query.
FormValues query_values(Page& page);

} // namespace drf_messages::admin
