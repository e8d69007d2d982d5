// SPDX-License-Identifier: MIT
#pragma once

#include "admin/message_form.hpp"
#include "admin/page.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace drf_messages::admin {

/// The fields of a message, as the template `admin_field` is given them.
/// - can_save: whether they have widgets; without, what is stored is shown.
boost::json::array
form_fields(Page& page, const FormSubject& subject, const MessageForm& form, bool can_save);

/// The forms of its tags, for the template `admin_tags`; null where the page has none.
boost::json::value tag_fields(Page& page, const FormSubject& subject, const MessageForm& form);

/// {"list": [...]} for a template; null without errors.
boost::json::value error_list(const FieldErrors& errors);

} // namespace drf_messages::admin
