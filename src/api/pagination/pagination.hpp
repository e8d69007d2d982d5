// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/exchange/errors.hpp"
#include "api/exchange/page_parts.hpp"
#include "api/exchange/query_parameter.hpp"
#include "http/query_dict.hpp"
#include "model/message_query.hpp"
#include "model/releases.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/settings.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// One page and what goes around it.
struct Page {
    std::vector<Message> messages;
    /// Wraps the serialized messages: {"count": …, "next": …, "previous": …, "results": …}; or the
    /// bare list.
    std::function<void(text::JsonWriter&, const Data& results)> wrap;
};

/// What a pagination class asks of the messages; the storage answers, so that marking stays exact.
struct PageSource {
    std::function<std::int64_t(const MessageQuery&)> count;
    /// Marks what it returns where the request marks, and no more than the first `mark_at_most` of
    /// it.
    std::function<
        std::vector<Message>(const MessageQuery&, std::optional<std::size_t> mark_at_most)>
        fetch;
};

/// What a pagination class may know of the request.
struct PageRequest {
    const http::QueryDict& query;
    std::function<std::string()> absolute_uri; ///< asked only when a link is needed
    Clock clock;
    const model::Differences& differences;
    bool marks = true;        ///< the page is marked as read
    bool only_unread = false; ///< the query selects unread messages: what is marked leaves it
    /// what is read when the request ends is deleted then (MESSAGES_DELETE_READ)
    bool deletes_read = false;
    /// the order that a filter was asked for; empty where none was
    std::vector<OrderBy> asked_order{};
    /// where an HTML page asks for the links to other pages: their place; REST framework:
    /// get_html_context
    std::optional<PageLinks>* links = nullptr;
};

/// What a pagination class makes of the list, for the OpenAPI document.
struct PaginationDescription {
    std::vector<QueryParameter> parameters{};
    bool pages = true;      ///< some answers are pages; otherwise it reads no parameter
    bool whole_list = true; ///< some answers are the bare list
    bool counts = true;     ///< a page has a count
    bool refuses = true;    ///< 404 for a page that does not exist
};

/// A pagination class: chosen once from DEFAULT_PAGINATION_CLASS and PAGE_SIZE, used by every
/// request. Thread safe.
///
/// Links are those of REST framework, byte for byte, as long as these keep their place. When the
/// page just read leaves the query (only_unread), or reading moves it within the order (read_at),
/// following `next` until it is null still shows every message once (docs/differences.md, 3 and 4).
class Pagination {
public:
    virtual ~Pagination() = default;
    /// Throws ApiError 404 for a page or cursor that does not exist, before anything is marked.
    /// Fetches at most once what may be marked; the page is what was marked.
    virtual Page
    paginate(const PageRequest& request, MessageQuery query, const PageSource& source) const = 0;
    virtual PaginationDescription describe() const = 0;
    /// The parameter that says where in the list a page is.
    virtual const std::string& page_parameter() const noexcept = 0;
};

/// Absent when nothing paginates (no class): the answer is the whole list.
/// - name: a class of ours or an entry of settings.classes, whose attributes apply.
/// - classes: those of an application, which a refusal may suggest.
/// Throws std::invalid_argument for a class that is not ours, and for an attribute that it does not
/// have or understand.
std::unique_ptr<Pagination>
make_pagination(const Settings& settings, const ClassName& name, const CustomClasses& classes = {});

} // namespace drf_messages::api
