// SPDX-License-Identifier: MIT
#include "api/exchange/errors.hpp"
#include "api/pagination/parts.hpp"
#include "http/url.hpp"
#include "text/python_text.hpp"

#include <algorithm>
#include <utility>

namespace drf_messages::api {
namespace {

/// Puts `value` in for `{name}` in a message of a class.
std::string with_value(std::string text, std::string_view name, std::string_view value) {
    const auto field = "{" + std::string(name) + "}";
    for (auto at = text.find(field); at != std::string::npos;
         at = text.find(field, at + value.size())) {
        text.replace(at, field.size(), value);
    }
    return text;
}

/// - REST framework: rest_framework/pagination.py, PageNumberPagination. Django: core/paginator.py.
class PageNumberPagination : public Pagination {
public:
    PageNumberPagination(const Settings& settings, const ClassAttributes& attributes)
        : page_size_(settings, attributes),
          page_param_(text_attribute(attributes, "page_query_param", "page")),
          last_page_strings_(
              attributes.text_list("last_page_strings").value_or(std::vector<std::string>{"last"})
          ),
          invalid_page_message_(text_attribute(attributes, "invalid_page_message", "Invalid page.")
          ) {}

    Page paginate(const PageRequest& request, MessageQuery query, const PageSource& source)
        const override {
        const auto size = page_size_.of(request.query);
        if (!size) {
            return whole_list(query, source);
        }
        const auto asked = asked_page(request);
        const bool last =
            asked && std::find(last_page_strings_.begin(), last_page_strings_.end(), *asked) !=
                         last_page_strings_.end();
        const auto parsed =
            asked && !last ? text::parse_integer(*asked) : std::optional<std::string>("1");
        if (!parsed) {
            refuse(*asked, "That page number is not an integer");
        }
        if (*parsed == "0" || parsed->starts_with('-')) {
            refuse(*asked, "That page number is less than 1");
        }

        const auto count = source.count(query);
        const auto pages = count == 0 ? 1 : (count - 1) / *size + 1;
        const auto number = last ? pages : saturated(*parsed);
        if (number > pages) {
            refuse(*asked, "That page contains no results");
        }

        Page page;
        if (count > 0) {
            query.offset =
                static_cast<std::uint64_t>(number - 1) * static_cast<std::uint64_t>(*size);
            query.limit = static_cast<std::uint64_t>(*size);
            page.messages = source.fetch(query, std::nullopt);
        }

        std::optional<std::string> next;
        std::optional<std::string> previous;
        if (number < pages) {
            // What was read has left the query: the next messages move up to this very page.
            const bool page_leaves = request.marks && request.only_unread;
            next = http::replace_query_param(
                request.absolute_uri(),
                page_param_,
                std::to_string(page_leaves ? number : number + 1)
            );
        }
        if (number > 1) {
            previous = number == 2
                           ? http::remove_query_param(request.absolute_uri(), page_param_)
                           : http::replace_query_param(
                                 request.absolute_uri(), page_param_, std::to_string(number - 1)
                             );
        }
        page.wrap = counted_wrap(count, std::move(next), std::move(previous));
        return page;
    }

private:
    std::optional<std::string_view> asked_page(const PageRequest& request) const {
        const auto asked = request.query.get(page_param_);
        const bool nothing = asked && asked->empty() &&
                             request.differences.has(model::Difference::empty_page_is_first);
        return nothing ? std::nullopt : asked;
    }

    [[noreturn]] void refuse(std::string_view page_number, std::string_view message) const {
        throw not_found(with_value(
            with_value(invalid_page_message_, "message", message), "page_number", page_number
        ));
    }

    PageSize page_size_;
    std::string page_param_;
    std::vector<std::string> last_page_strings_;
    std::string invalid_page_message_;
};

} // namespace

std::unique_ptr<Pagination>
make_page_number_pagination(const Settings& settings, const ClassAttributes& attributes) {
    return std::make_unique<PageNumberPagination>(settings, attributes);
}

} // namespace drf_messages::api
