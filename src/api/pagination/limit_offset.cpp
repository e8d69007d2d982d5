// SPDX-License-Identifier: MIT
#include "api/pagination/number_links.hpp"
#include "api/pagination/parts.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <utility>

namespace drf_messages::api {
namespace {

/// As Python divides, rounded up.
std::int64_t divided_up(std::int64_t a, std::int64_t b) {
    return a / b + (a % b > 0 ? 1 : 0);
}

/// - REST framework: rest_framework/pagination.py, LimitOffsetPagination.
class LimitOffsetPagination : public Pagination {
public:
    LimitOffsetPagination(const Settings& settings, const ClassAttributes& attributes)
        : default_limit_(
              integer_attribute(attributes, "default_limit", settings.rest_framework.page_size)
          ),
          limit_param_(text_attribute(attributes, "limit_query_param", "limit")),
          limit_description_(text_attribute(
              attributes, "limit_query_description", "Number of results to return per page."
          )),
          offset_param_(text_attribute(attributes, "offset_query_param", "offset")),
          offset_description_(text_attribute(
              attributes,
              "offset_query_description",
              "The initial index from which to return the results."
          )),
          max_limit_(integer_attribute(attributes, "max_limit", std::nullopt)),
          shows_links_(shows_links(attributes)) {}

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
        if (request.links != nullptr && shows_links_ && limit > 0 && count > limit) {
            *request.links = PageLinks{previous, next, numbers(request, limit, offset, count)};
        }
        page.wrap = counted_wrap(count, std::move(next), std::move(previous));
        return page;
    }

    const std::string& page_parameter() const noexcept override { return offset_param_; }

    PaginationDescription describe() const override {
        PaginationDescription description;
        description.refuses = false;
        description.whole_list = !default_limit_.has_value();
        description.pages = default_limit_ || !limit_param_.empty();
        if (!limit_param_.empty()) {
            description.parameters.push_back(number_parameter(limit_param_, limit_description_));
        }
        if (description.pages) {
            description.parameters.push_back(number_parameter(offset_param_, offset_description_));
        }
        return description;
    }

private:
    /// The pages before and behind the offset, which need not be a multiple of the limit.
    std::vector<NumberLink> numbers(
        const PageRequest& request, std::int64_t limit, std::int64_t offset, std::int64_t count
    ) const {
        offset = std::min(offset, count); // beyond the end all is the last page
        const auto before = divided_up(offset, limit);
        const auto final = std::max<std::int64_t>(divided_up(count - offset, limit) + before, 1);
        const auto current = std::min(before + 1, final);
        return number_links(current, final, [&](std::int64_t number) {
            const auto url = request.absolute_uri();
            const auto other = offset + (number - current) * limit;
            return number == 1
                       ? http::remove_query_param(url, offset_param_)
                       : http::replace_query_param(url, offset_param_, std::to_string(other));
        });
    }

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
    std::string limit_description_;
    std::string offset_param_;
    std::string offset_description_;
    std::optional<std::int64_t> max_limit_;
    bool shows_links_;
};

} // namespace

std::unique_ptr<Pagination>
make_limit_offset_pagination(const Settings& settings, const ClassAttributes& attributes) {
    return std::make_unique<LimitOffsetPagination>(settings, attributes);
}

} // namespace drf_messages::api
