// SPDX-License-Identifier: MIT
#include "openapi/operations.hpp"

#include "api/tables/fields.hpp"
#include "api/views/viewset_class.hpp"
#include "openapi/answers.hpp"
#include "openapi/html_pages.hpp"
#include "openapi/parameters.hpp"
#include "openapi/schemas.hpp"
#include "openapi/security.hpp"
#include "openapi/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace drf_messages::openapi {
namespace {

Value object_schema(Value more = Value::Object{}) {
    return Value::object({{"type", "object"}, {"additionalProperties", std::move(more)}});
}

std::string first_sentence(std::string_view text) {
    const auto end = text.find(". ");
    return std::string(end == std::string_view::npos ? text : text.substr(0, end + 1));
}

const api::Operation* row_of(const Endpoint& endpoint, std::string_view method) {
    const auto* spec = endpoint.routed->endpoint;
    if (spec == nullptr) {
        return nullptr;
    }
    const auto found = std::find_if(
        spec->operations.begin(),
        spec->operations.end(),
        [&](const api::Operation& operation) { return operation.method == method; }
    );
    return found == spec->operations.end() ? nullptr : &*found;
}

/// A message as the viewset shows it, and how its component is called.
std::pair<Value, std::string> shown_message(Components& components, const Endpoint& endpoint) {
    auto ours = message_schema(components, endpoint.viewset->resource().format());
    const auto* custom = endpoint.viewset->custom();
    if (custom == nullptr) {
        return {std::move(ours), "Message"};
    }
    auto name = api::view_name_of(endpoint.routed->registration->viewset);
    std::erase(name, ' ');
    auto schema = custom->get_representation_schema(ours);
    if (schema == ours || schema.find("$ref") != nullptr) {
        return {std::move(schema), schema == ours ? "Message" : name};
    }
    return {components.refer("schemas", name, std::move(schema)), name};
}

Success
success_of_message(Components& components, const Endpoint& endpoint, const api::Operation& row) {
    if (row.action == "list") {
        const auto [message, name] = shown_message(components, endpoint);
        return {
            200,
            "The messages.",
            list_schema(components, message, name, endpoint.viewset->resource())};
    }
    if (row.action == "retrieve") {
        return {200, "The message.", shown_message(components, endpoint).first};
    }
    if (row.action == "peek") {
        const auto& settings = endpoint.view->policies().settings;
        return {200, "What is unread.", peek_schema(components, settings)};
    }
    if (row.action == "stream") {
        return {200, "What happens, as it happens.", Value::object({{"type", "string"}})};
    }
    const auto& format = endpoint.viewset->resource().format();
    if (row.action == "changes") {
        return {
            200,
            "What has happened, or where the messages stand.",
            changes_schema(components, shown_message(components, endpoint).first, format)};
    }
    if (row.action == "counts") {
        return {200, "What is unread, by level.", counts_schema(components, format.settings)};
    }
    if (row.asked_as == "GET") {
        return {200, "What has changed, and what is unread.", marked_schema(components, format)};
    }
    return {204, "It is deleted."};
}

Success success_of(Components& components, const Endpoint& endpoint, const std::string& method) {
    if (method == "OPTIONS") {
        return {
            200, "What the view is, and which media types it knows.", metadata_schema(components)};
    }
    if (const auto* row = row_of(endpoint, method == "HEAD" ? "GET" : method)) {
        return success_of_message(components, endpoint, *row);
    }
    if (serves_document(*endpoint.routed)) {
        return {
            200,
            "The document.",
            object_schema(),
            Value::object(
                {{"Content-Disposition",
                  Value::object(
                      {{"description", "A name for the file."},
                       {"schema", Value::object({{"type", "string"}})}}
                  )}}
            )};
    }
    if (method == "POST") {
        return {
            200,
            "The token.",
            components.refer("schemas", "AuthToken", form_schema(api::token_fields, false))};
    }
    return {
        200,
        "A link to each list, by the prefix that it is registered with.",
        object_schema(Value::object({{"type", "string"}, {"format", "uri"}}))};
}

/// What the settings make of an operation on messages.
std::string more_about(const Endpoint& endpoint, const std::string& method) {
    const auto& settings = endpoint.view->policies().settings;
    const auto* spec = endpoint.routed->endpoint;
    std::string text = settings.messages_use_sessions
                           ? " Only messages of the user that were left in the session of the "
                             "request, or in none."
                           : " Messages of the user, whichever session they were left in.";
    if (lets_anonymous(*endpoint.view, method)) {
        text += spec->detail || spec->is_extra_action() ? " An anonymous visitor has none."
                                                        : " An anonymous visitor gets none.";
    }
    const bool reads =
        method == "GET" ? !spec->is_extra_action() : method == "POST" && spec->suffix == "read";
    if (settings.messages_delete_read && reads) {
        text += " What is read is deleted when the request ends.";
    }
    if (method == "DELETE") {
        text += settings.messages_allow_delete_unread ? " Unread messages may be deleted too."
                                                      : " An unread one is refused with 403.";
    }
    return text;
}

std::string description_of(const Endpoint& endpoint, const std::string& method) {
    if (method == "OPTIONS") {
        return "What the view is called, what it is about, and which media types it knows.";
    }
    if (method == "HEAD") {
        return endpoint.viewset == nullptr
                   ? "The headers of what GET answers."
                   : "The headers of what GET answers. Nothing is marked as read.";
    }
    if (const auto* row = row_of(endpoint, method)) {
        const bool marks = endpoint.view->policies().settings.messages_mark_on_list;
        return (row->action == "list" && !marks ? "The messages, newest first. They stay unread."
                                                : std::string(row->summary)) +
               more_about(endpoint, method);
    }
    const auto& own = endpoint.view->options().description;
    return own.empty() ? "Gives the token of a user for name and password." : own;
}

/// What a POST takes: the fields of OPTIONS' "actions".
Value body_of(Components& components, const Endpoint& endpoint) {
    const api::View& view = *endpoint.view;
    auto schema =
        endpoint.viewset != nullptr
            ? marking_schema(components, endpoint.viewset->resource().format())
            : components.refer(
                  "schemas", "AuthTokenRequest", form_schema(view.options().post_fields, true)
              );
    Value content{Value::Object{}};
    for (const auto& parser : view.policies().parsers) {
        content[parser.media_type]["schema"] = schema;
    }
    return Value::object({{"content", std::move(content)}, {"required", true}});
}

} // namespace

std::vector<std::string> methods_of(const Endpoint& endpoint) {
    if (!endpoint.view) {
        return page_methods(endpoint);
    }
    constexpr std::array order = {"GET", "POST", "DELETE", "HEAD", "OPTIONS"};
    std::vector<std::string> methods;
    std::copy_if(order.begin(), order.end(), std::back_inserter(methods), [&](const char* method) {
        return endpoint.view->answers(method);
    });
    return methods;
}

drf_messages::rest::Value operation_of(
    Components& components,
    OperationIds& ids,
    const Settings& settings,
    const Endpoint& endpoint,
    const std::string& method
) {
    auto operation = Value::object({{"operationId", ids.of(endpoint, method)}});
    const auto description =
        endpoint.view ? description_of(endpoint, method) : page_description(endpoint, method);
    operation["summary"] = first_sentence(description);
    operation["description"] = description;
    auto parameters = parameters_of(endpoint, method);
    if (!parameters.get_if<Value::Array>()->empty()) {
        operation["parameters"] = std::move(parameters);
    }
    if (const auto tag = ids.tag(endpoint); !tag.empty()) {
        operation["tags"] = Value::array({tag});
    }
    if (!endpoint.view) {
        complete_page(settings, endpoint, method, operation);
        if (endpoint.routed->reads_body) { // logging in and out
            operation["responses"]["503"] = unavailable_answer(components, method);
        }
        return operation;
    }
    operation["security"] = security_of(components, *endpoint.view, method);
    if (method == "POST" && !endpoint.view->options().post_fields.empty()) {
        operation["requestBody"] = body_of(components, endpoint);
    }
    operation["responses"] =
        answers_of(components, endpoint, method, success_of(components, endpoint, method));
    return operation;
}

} // namespace drf_messages::openapi
