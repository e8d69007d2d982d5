// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/exchange/api_request.hpp"
#include "api/pagination/pagination.hpp"
#include "api/resource/filter_backends.hpp"
#include "api/resource/message_rows.hpp"
#include "api/resource/message_serializer.hpp"
#include "api/wire/parsers.hpp"

#include <drf_messages/message_query_set.hpp>
#include <drf_messages/rest/value.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace drf_messages::api {

class ChangesTeller;
class StreamsOfResource;

/// What the endpoints of MessageActions work with. Django: drf_messages/views.py, MessagesViewSet.
/// Authentication, permissions and the rest of REST framework's dispatch are done by api::View
/// before one of them is called; `request.http.messages` is there.
///
/// An application's own viewset is asked what to show and how; without one, and without filter
/// backends or a pagination of the application, no query set is made.
class MessagesResource {
public:
    /// Asks the permissions about one message; throws ApiError where they refuse.
    using ObjectCheck = std::function<void(ApiRequest& request, const Message& message)>;

    /// Throws std::invalid_argument for a class or an attribute of the settings that it does not
    /// know.
    /// - settings: must outlive it.
    /// - check_object: empty when no permission looks at messages.
    MessagesResource(
        const Settings& settings, const CustomClasses& classes, ObjectCheck check_object
    );
    /// Ends its streams.
    ~MessagesResource();

    /// What the configured filter backends leave of the messages.
    MessageQuerySet filter_queryset(ApiRequest& request, MessageQuerySet set) const;
    FilterForm filter_form(ApiRequest& request) const;
    rest::Value to_representation(const Message& message) const {
        return serializer_.value(message);
    }

    /// What the view is about: what peek answers.
    UnreadSummary summarize_unread(ApiRequest& request, const rest::MessagesViewSet* custom) const;

    /// What the REST API shows, as its renderer writes it.
    std::string json_of(const Message& message) const;
    std::string json_of(const UnreadSummary& summary) const;
    std::string json_of(const rest::Value& value) const;

    const MessageFormat& format() const noexcept { return serializer_.format(); }
    const std::vector<ConfiguredBackend>& filter_backends() const noexcept { return backends_; }
    /// Null where the list has no pages, or those of custom_pagination().
    const Pagination* pagination() const noexcept { return pagination_.get(); }
    const rest::Pagination* custom_pagination() const noexcept { return custom_pagination_.get(); }
    /// Whether filter backends or the pagination are an application's.
    bool asks_application() const noexcept { return needs_query_sets_; }

private:
    friend struct MessageActions;
    friend class ChangesTeller;

    /// Calls `work` with the rows of the view, the query for those that the request wants, and the
    /// query set that stands for both, null where none is made.
    template<class Work>
    ApiResponse
    with_rows(ApiRequest& request, const rest::MessagesViewSet* custom, const Work& work) const {
        // A reference fits into std::function without an allocation.
        return run_with_rows(request, custom, std::cref(work));
    }
    using RowsWork =
        std::function<ApiResponse(MessageRows&, const MessageQuery&, const MessageQuerySet*)>;
    ApiResponse run_with_rows(
        ApiRequest& request, const rest::MessagesViewSet* custom, const RowsWork& work
    ) const;
    MessageQuerySet selected(ApiRequest& request, const rest::MessagesViewSet* custom) const;
    /// The same without query sets.
    MessageQuery filtered_query(ApiRequest& request) const;
    // ---- read_state.cpp
    /// Leaves out messages that the permissions refuse, as if they were another user's.
    void keep_permitted(
        ApiRequest& request, MessageRows& rows, const Condition& where, messages::Marking& marking
    ) const;
    ApiResponse mark_one(ApiRequest& request, const rest::MessagesViewSet* custom, bool read) const;
    ApiResponse
    mark_many(ApiRequest& request, const rest::MessagesViewSet* custom, bool read) const;
    /// The answer, of which these have changed.
    ApiResponse marked(
        ApiRequest& request, const rest::MessagesViewSet* custom, std::vector<MessageId> ids
    ) const;
    /// Where the visitor stands; absent without the feed, and for an anonymous one.
    std::optional<MessageState> shown_state(ApiRequest& request) const;

    /// What the first backend that orders is asked for; empty where that is nothing.
    std::vector<OrderBy> asked_order(const http::QueryDict& parameters) const;

    Page
    page_of(ApiRequest& request, const MessageQuery& query, MessageRows& rows, bool mark) const;
    /// Absent when the application's pagination leaves this answer alone.
    std::optional<ApiResponse> custom_page(
        ApiRequest& request,
        const rest::MessagesViewSet* custom,
        const MessageQuerySet& set,
        MessageRows& rows
    ) const;
    rest::Value represented(
        ApiRequest& request, const rest::MessagesViewSet* custom, const Message& message
    ) const;
    rest::Value represented(
        ApiRequest& request,
        const rest::MessagesViewSet* custom,
        const std::vector<Message>& messages
    ) const;

    const Settings& settings_;
    text::TimeZone zone_;
    MessageSerializer serializer_;
    std::unique_ptr<Pagination> pagination_;
    ClassName custom_pagination_name_;
    std::shared_ptr<const rest::Pagination> custom_pagination_;
    std::vector<ConfiguredBackend> backends_;
    std::vector<Parser> parsers_;
    ObjectCheck check_object_;
    bool knows_unread_ = false;
    /// whether classes of the application are to be given query sets
    bool needs_query_sets_ = false;
    std::unique_ptr<StreamsOfResource> streams_;
};

} // namespace drf_messages::api
