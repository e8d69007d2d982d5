// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/api_request.hpp"
#include "api/exchange/query_parameter.hpp"
#include "api/tables/fields.hpp"

#include <drf_messages/rest/messages_viewset.hpp>
#include <drf_messages/settings.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// What the messages' endpoints do, each named as REST framework names the action.
/// resource/messages_resource.cpp defines them. They throw ApiError for what is not found, not
/// allowed or not understood.
/// - custom: the application's viewset, to be asked what to show and how; null: ours answers.
struct MessageActions {
    using Custom = const rest::MessagesViewSet*;

    static ApiResponse list(const MessagesResource& resource, ApiRequest& request, Custom custom);
    static ApiResponse
    retrieve(const MessagesResource& resource, ApiRequest& request, Custom custom);
    static ApiResponse
    destroy(const MessagesResource& resource, ApiRequest& request, Custom custom);
    static ApiResponse peek(const MessagesResource& resource, ApiRequest& request, Custom custom);
    // resource/read_state.cpp
    static ApiResponse read(const MessagesResource& resource, ApiRequest& request, Custom custom);
    static ApiResponse unread(const MessagesResource& resource, ApiRequest& request, Custom custom);
    static ApiResponse
    mark_read(const MessagesResource& resource, ApiRequest& request, Custom custom);
    static ApiResponse
    mark_unread(const MessagesResource& resource, ApiRequest& request, Custom custom);
    static ApiResponse counts(const MessagesResource& resource, ApiRequest& request, Custom custom);
    /// In resource/changes.cpp.
    static ApiResponse
    changes(const MessagesResource& resource, ApiRequest& request, Custom custom);
    static std::vector<QueryParameter> changes_parameters();
    /// In resource/stream_action.cpp, as what follows.
    static ApiResponse stream(const MessagesResource& resource, ApiRequest& request, Custom custom);
    static std::vector<QueryParameter> stream_parameters();
};

/// A method that an endpoint answers. HEAD is GET's, and OPTIONS every view has.
struct Operation {
    std::string_view method;
    std::string_view action; ///< what rest::Request::action() says
    ApiResponse (*handler)(const MessagesResource&, ApiRequest&, MessageActions::Custom);
    /// Answers instead in an application's viewset; null where that has no say.
    rest::Response (rest::MessagesViewSet::*overridable)(const rest::Request&) const;
    std::string_view summary;
    /// Whether an answer has an ETag where it follows from the messages and the request alone.
    bool is_conditional = false;
    /// Whether it tells the state since when changes are to be asked for (Messages-State).
    bool has_state = false;
    /// By which method permissions judge it: that of what does no more; empty: by its own.
    std::string_view asked_as{};
    std::span<const FieldSpec> fields{}; ///< of a POST's body; empty: it is not looked at
    std::string_view example{};          ///< of such a body, in JSON, for the HTML pages
    bool needs_user = false;             ///< nobody is refused, whatever the permissions say
    /// What it reads of the query beside filters and pages; null: nothing.
    std::vector<QueryParameter> (*parameters)() = nullptr;
    /// Whether its questions may be asked before it runs: it waits for nothing else between them.
    bool asks_ahead = false;
};

/// A URL that a router makes of a viewset.
struct EndpointSpec {
    std::string_view name;   ///< of the route, behind the basename: "messages-list"
    std::string_view suffix; ///< of the path, behind the prefix or the key; empty: nothing follows
    bool detail = false;     ///< of one message: its key stands behind the prefix
    /// Of the view, for OPTIONS and the HTML pages. Without a suffix it stands behind the name of
    /// the class.
    std::string_view title;
    std::string_view description; ///< empty: the class's
    std::span<const Operation> operations;
    /// What MESSAGES_EXTENSIONS must have; null: always there.
    bool MessagesExtensions::*extension = nullptr;
    /// Whether GET answers with events instead of what the renderers of the settings write.
    bool is_stream = false;

    bool is_filtered = false; ///< of an extra action: the list's filters say of which messages

    /// Whether routes lead to it; where none does, its path is what it is without this row.
    constexpr bool is_in(const MessagesExtensions& extensions) const {
        return extension == nullptr || extensions.*extension;
    }

    /// Whether it is one of `@action`, and so has a name of its own.
    constexpr bool is_extra_action() const { return !suffix.empty(); }
};

inline constexpr Operation list_operations[] = {
    {.method = "GET",
     .action = "list",
     .handler = &MessageActions::list,
     .overridable = &rest::MessagesViewSet::list,
     .summary = "The messages, newest first. Those that were unread are marked as read.",
     .is_conditional = true,
     .has_state = true,
     .asks_ahead = true}};

inline constexpr Operation peek_operations[] = {
    {.method = "GET",
     .action = "peek",
     .handler = &MessageActions::peek,
     .overridable = &rest::MessagesViewSet::peek,
     .summary = "How many messages are unread, and their highest level. Nothing is marked.",
     .is_conditional = true,
     .has_state = true,
     .asks_ahead = true}};

inline constexpr Operation changes_operations[] = {
    {.method = "GET",
     .action = "changes",
     .handler = &MessageActions::changes,
     .overridable = nullptr,
     .summary = "What has happened to the messages since a state. Nothing is marked.",
     .needs_user = true,
     .parameters = &MessageActions::changes_parameters}};

inline constexpr Operation detail_operations[] = {
    {.method = "GET",
     .action = "retrieve",
     .handler = &MessageActions::retrieve,
     .overridable = &rest::MessagesViewSet::retrieve,
     .summary = "One message, marked as read.",
     .is_conditional = true,
     .asks_ahead = true},
    {.method = "DELETE",
     .action = "destroy",
     .handler = &MessageActions::destroy,
     .overridable = &rest::MessagesViewSet::destroy,
     .summary = "Deletes a message.",
     .asks_ahead = true}};

inline constexpr Operation stream_operations[] = {
    {.method = "GET",
     .action = "stream",
     .handler = &MessageActions::stream,
     .overridable = nullptr,
     .summary =
         "What happens to the messages from now on, or since the state that Last-Event-ID or "
         "`since` names, as server-sent events. Nothing is marked.",
     .parameters = &MessageActions::stream_parameters}};

inline constexpr Operation read_operations[] = {
    {.method = "POST",
     .action = "read",
     .handler = &MessageActions::read,
     .overridable = &rest::MessagesViewSet::read,
     .summary = "Marks one message as read.",
     .asked_as = "GET"}};

inline constexpr Operation unread_operations[] = {
    {.method = "POST",
     .action = "unread",
     .handler = &MessageActions::unread,
     .overridable = &rest::MessagesViewSet::unread,
     .summary = "Makes one message unread again.",
     .asked_as = "GET"}};

inline constexpr Operation mark_read_operations[] = {
    {.method = "POST",
     .action = "mark_read",
     .handler = &MessageActions::mark_read,
     .overridable = &rest::MessagesViewSet::mark_read,
     .summary = "Marks messages as read: those that are named, that were seen, or all.",
     .asked_as = "GET",
     .fields = marking_fields,
     .example = R"({"all":true})"}};

inline constexpr Operation mark_unread_operations[] = {
    {.method = "POST",
     .action = "mark_unread",
     .handler = &MessageActions::mark_unread,
     .overridable = &rest::MessagesViewSet::mark_unread,
     .summary = "Makes messages unread again: those that are named, that were seen, or all.",
     .asked_as = "GET",
     .fields = marking_fields,
     .example = R"({"all":true})"}};

inline constexpr Operation counts_operations[] = {
    {.method = "GET",
     .action = "counts",
     .handler = &MessageActions::counts,
     .overridable = &rest::MessagesViewSet::counts,
     .summary = "How many messages of each level are unread. Nothing is marked.",
     .is_conditional = true,
     .has_state = true,
     .asks_ahead = true}};

/// In the order in which they are tried: what `peek` may be is not asked for as a key.
inline constexpr EndpointSpec message_endpoints[] = {
    {"list", "", false, "List", "", list_operations},
    {"peek",
     "peek",
     false,
     "Peek",
     "Get summary about unread message without reading them.",
     peek_operations},
    {.name = "counts",
     .suffix = "counts",
     .title = "Counts",
     .description = "Count unread messages by level without reading them.",
     .operations = counts_operations,
     .extension = &MessagesExtensions::read_state,
     .is_filtered = true},
    {.name = "mark-read",
     .suffix = "read",
     .title = "Mark read",
     .description = "Mark messages as read.",
     .operations = mark_read_operations,
     .extension = &MessagesExtensions::read_state,
     .is_filtered = true},
    {.name = "mark-unread",
     .suffix = "unread",
     .title = "Mark unread",
     .description = "Make messages unread again.",
     .operations = mark_unread_operations,
     .extension = &MessagesExtensions::read_state,
     .is_filtered = true},
    {"stream",
     "stream",
     false,
     "Stream",
     "Tell what happens to the messages as it happens.",
     stream_operations,
     &MessagesExtensions::stream,
     true},
    {"changes",
     "changes",
     false,
     "Changes",
     "Get what has happened to the messages since a state, without reading them.",
     changes_operations,
     &MessagesExtensions::sync},
    {"detail", "", true, "Instance", "", detail_operations},
    {.name = "read",
     .suffix = "read",
     .detail = true,
     .title = "Read",
     .description = "Mark one message as read.",
     .operations = read_operations,
     .extension = &MessagesExtensions::read_state,
     .is_filtered = true},
    {.name = "unread",
     .suffix = "unread",
     .detail = true,
     .title = "Unread",
     .description = "Make one message unread again.",
     .operations = unread_operations,
     .extension = &MessagesExtensions::read_state,
     .is_filtered = true}};

} // namespace drf_messages::api
