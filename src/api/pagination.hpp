// SPDX-License-Identifier: MIT
#pragma once

#include "api/api_request.hpp"
#include "api/data.hpp"
#include "model/message_query.hpp"

#include <drf_messages/settings.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace drf_messages::api {

/// One page and what goes around it.
struct Page {
    std::vector<Message> messages;
    /// Wraps the serialized messages: {"count": …, "next": …, "previous": …, "results": …}; or the bare list.
    std::function<void(text::JsonWriter&, const Data& results)> wrap;
};

/// What a pagination class asks of the messages; the storage answers, so that marking stays exact.
struct PageSource {
    std::function<std::int64_t(const MessageQuery&)> count;
    std::function<std::vector<Message>(const MessageQuery&)> fetch; ///< marks what it returns where the request marks
};

/// A pagination class: chosen once from DEFAULT_PAGINATION_CLASS and PAGE_SIZE, used by every request.
class Pagination {
public:
    virtual ~Pagination() = default;
    /// Throws ApiError 404 for a page or cursor that does not exist, before anything is marked.
    /// Fetches exactly once; what is fetched is what the page shows.
    virtual Page paginate(ApiRequest& request, MessageQuery query, bool only_unread, const PageSource& source) const = 0;
};

/// Absent when nothing paginates (no class, or no page size): the answer is the whole list.
/// - name: a class of ours or an entry of settings.classes, whose attributes apply.
std::unique_ptr<Pagination> make_pagination(const Settings& settings, const ClassName& name);

} // namespace drf_messages::api
