// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/message_query_set.hpp>
#include <drf_messages/rest/request.hpp>
#include <drf_messages/rest/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::rest {

/// One page of a list.
struct Page {
    /// What the page shows. Exactly these messages are marked as read afterwards.
    std::vector<Message> messages;
    std::optional<std::int64_t> count; ///< of all pages; absent: not told
    std::optional<std::string> next;   ///< a link, or none
    std::optional<std::string> previous;
};

/// The class of DEFAULT_PAGINATION_CLASS. One object serves every request, from several threads.
/// - REST framework: rest_framework/pagination.py, BasePagination.
class DRF_MESSAGES_API Pagination {
public:
    Pagination() = default;
    virtual ~Pagination();
    Pagination(const Pagination&) = delete;
    Pagination& operator=(const Pagination&) = delete;

    /// Absent: this answer is not paginated, and the whole list is shown. Throws NotFound for a
    /// page that does not exist.
    virtual std::optional<Page>
    paginate_queryset(const Request& request, const MessageQuerySet& messages) const = 0;
    /// The answer around the serialized messages: {"count", "next", "previous", "results"}, without
    /// a count if the page has none.
    virtual Value
    get_paginated_response(const Request& request, const Page& page, Value results) const;

    /// For the OpenAPI document: a list of Parameter Objects. None unless a class says otherwise.
    virtual Value get_schema_operation_parameters() const;
    /// For the OpenAPI document: the JSON schema of the list's answers around that of the whole
    /// list. Anything unless a class says otherwise.
    virtual Value get_paginated_response_schema(Value whole_list) const;
};

/// `url` with its query parameter `name` set to `value`; the parameters come out sorted.
DRF_MESSAGES_API std::string
replace_query_param(std::string_view url, std::string_view name, std::string_view value);
/// `url` without its query parameter `name`.
DRF_MESSAGES_API std::string remove_query_param(std::string_view url, std::string_view name);

} // namespace drf_messages::rest
