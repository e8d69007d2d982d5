// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/message_storage.hpp>
#include <drf_messages/request.hpp>

#include <QtCore/QString>
#include <grantlee/context.h>
#include <grantlee/template.h>

/// Component `templates`: gives Grantlee's templates what Django's see of the messages.
namespace drf_messages::templates {

/// Puts `messages` and `DEFAULT_MESSAGE_LEVELS` into the context of a page. The storage is read
/// when the template reads it: `{% for message in messages %}` marks what it shows, before its
/// first round; `{% if messages %}` and `{{ messages }}` mark nothing, nor does a template without
/// a loop.
///
/// A message has message, level, level_tag, extra_tags, tags and is_safe; `{{ message }}` is its
/// text, escaped as the context's autoescape says unless it is safe.
///
/// Render the context during the request and in its thread. Template::render lets DatabaseError and
/// std::logic_error of the storage pass.
/// - Django: django/contrib/messages/context_processors.py.
void insert_messages(Grantlee::Context& context, const MessageStorage& storage);
void insert_messages(Grantlee::Context& context, Request& request);

/// The page, escaped as Django escapes. Grantlee's own Template::render leaves `"` as it is: a tag
/// or a text that contains one would end the attribute that it is in.
QString render(const Grantlee::Template& page, Grantlee::Context& context);

} // namespace drf_messages::templates
