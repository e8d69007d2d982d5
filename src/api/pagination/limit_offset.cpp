// SPDX-License-Identifier: MIT
#include "api/pagination/parts.hpp"
#include "http/url.hpp"

#include <utility>

namespace drf_messages::api {
namespace {

/// - REST framework: rest_framework/pagination.py, LimitOffsetPagination.
class LimitOffsetPagination : public Pagination {
public:
    LimitOffsetPagination(const Settings& settings, const ClassAttributes& attributes)
        : default_limit_(
              integer_attribute(attributes, "default_limit", settings.rest_framework.page_size)
          ),
          limit_param_(text_attribute(attributes, "limit_query_param", "limit")),
          offset_param_(text_attribute(attributes, "offset_query_param", "offset")),
          max_limit_(integer_attribute(attributes, "max_limit", std::nullopt)) {}

    Page paginate(const PageRequest& request, MessageQuery query, const PageSource& source)
        const override {
        const auto limit_text = limit(request.query);
        if (!limit_text) {
            return whole_list(query, source);
        }
        const auto offset_text =
            positive_integer(request.query.get(offset_param_), false, std::nullopt).value_or("0");
        const auto limit = saturated(*limit_text);
        const auto offset = saturated(offset_text);
        const auto count = source.count(query);

        Page page;
        if (offset < count && limit > 0) {
            query.offset = static_cast<std::uint64_t>(offset);
            query.limit = static_cast<std::uint64_t>(limit);
            page.messages = source.fetch(query, std::nullopt);
        }

        const bool has_next = offset < count && limit < count - offset;
        std::optional<std::string> next;
        std::optional<std::string> previous;
        if (has_next || offset > 0) {
            const std::string url = request.absolute_uri();
            const http::QueryChange same_limit{limit_param_, *limit_text};
            const auto link_to = [&](const Natural& other_offset) {
                return http::change_query(url, {same_limit, {offset_param_, other_offset}});
            };
            if (has_next) {
                // What was read has left the query: the next messages move up to where these stood.
                const bool page_leaves = request.marks && request.only_unread;
                next = link_to(page_leaves ? offset_text : std::to_string(offset + limit));
            }
            if (offset > 0) {
                previous =
                    less(*limit_text, offset_text)
                        ? link_to(difference(offset_text, *limit_text))
                        : http::change_query(url, {same_limit, {offset_param_, std::nullopt}});
            }
        }
        page.wrap = counted_wrap(count, std::move(next), std::move(previous));
        return page;
    }

private:
    std::optional<Natural> limit(const http::QueryDict& query) const {
        if (!limit_param_.empty()) {
            if (auto asked = positive_integer(query.get(limit_param_), true, max_limit_)) {
                return asked;
            }
        }
        return default_limit_ ? std::optional(std::to_string(*default_limit_)) : std::nullopt;
    }

    std::optional<std::int64_t> default_limit_;
    std::string limit_param_;
    std::string offset_param_;
    std::optional<std::int64_t> max_limit_;
};

} // namespace

std::unique_ptr<Pagination>
make_limit_offset_pagination(const Settings& settings, const ClassAttributes& attributes) {
    return std::make_unique<LimitOffsetPagination>(settings, attributes);
}

} // namespace drf_messages::api
