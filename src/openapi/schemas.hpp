// SPDX-License-Identifier: MIT
#pragma once

#include "api/resource/messages_resource.hpp"
#include "api/tables/fields.hpp"
#include "openapi/components.hpp"

#include <drf_messages/settings.hpp>

#include <span>
#include <string>

// JSON schemas of bodies, from the tables that write and read them.

namespace drf_messages::openapi {

/// A message as `format` writes it.
Value message_schema(Components& components, const api::MessageFormat& format);
Value peek_schema(Components& components, const Settings& settings);
/// What messages/counts/ answers.
Value counts_schema(Components& components, const Settings& settings);
/// What messages/read/ and its like take, and what they answer.
Value marking_schema(Components& components, const api::MessageFormat& format);
Value marked_schema(Components& components, const api::MessageFormat& format);
/// As validation_error_schema(), with what is wrong with each item of a list.
Value marking_error_schema(Components& components);
/// {"detail": text, "code": "state_expired", "state": to go on from}
Value expired_schema(Components& components);
/// What messages/changes/ answers.
Value changes_schema(
    Components& components, const Value& message, const api::MessageFormat& format
);
/// The answer of a list.
/// - name: of the message's component, "Message".
Value list_schema(
    Components& components,
    const Value& message,
    const std::string& name,
    const api::MessagesResource& resource
);

/// {"detail": text}
Value error_schema(Components& components);
/// {"level": ["Enter a number."]}, or a list of texts.
Value validation_error_schema(Components& components);
/// What OPTIONS answers.
Value metadata_schema(Components& components);

/// What a POST holds, or its answer.
/// - sent: the fields that a client writes; otherwise those that it reads.
Value form_schema(std::span<const api::FieldSpec> fields, bool sent);

} // namespace drf_messages::openapi
