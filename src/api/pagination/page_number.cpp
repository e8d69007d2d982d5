// SPDX-License-Identifier: MIT
#include "api/exchange/errors.hpp"
#include "api/pagination/number_links.hpp"
#include "api/pagination/parts.hpp"
#include "http/url.hpp"
#include "text/python_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

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
          page_description_(text_attribute(
              attributes, "page_query_description", "A page number within the paginated result set."
          )),
          last_page_strings_(
              attributes.text_list("last_page_strings").value_or(std::vector<std::string>{"last"})
          ),
          invalid_page_message_(text_attribute(attributes, "invalid_page_message", "Invalid page.")
          ),
          shows_links_(shows_links(attributes)) {}

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

        const auto page_url = [&](std::int64_t other) {
            return other == 1 ? http::remove_query_param(request.absolute_uri(), page_param_)
                              : http::replace_query_param(
                                    request.absolute_uri(), page_param_, std::to_string(other)
                                );
        };
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
            previous = page_url(number - 1);
        }
        if (request.links != nullptr && shows_links_ && pages > 1) {
            *request.links = PageLinks{previous, next, number_links(number, pages, page_url)};
        }
        page.wrap = counted_wrap(count, std::move(next), std::move(previous));
        return page;
    }

    const std::string& page_parameter() const noexcept override { return page_param_; }

    PaginationDescription describe() const override {
        auto description = page_size_.describe();
        if (description.pages) {
            description.parameters.push_back({page_param_, page_description(), page_schema()});
        }
        return description;
    }

private:
    std::string page_description() const {
        return last_page_strings_.empty() ? page_description_
                                          : fmt::format(
                                                "{} The last one: {}.",
                                                page_description_,
                                                fmt::join(last_page_strings_, ", ")
                                            );
    }

    /// Python's int(), one of `last_page_strings`, or nothing.
    rest::Value page_schema() const {
        using rest::Value;
        Value::Array texts;
        for (const auto& text : last_page_strings_) {
            texts.push_back(Value::object({{"type", "string"}, {"enum", Value::array({text})}}));
        }
        texts.insert(texts.begin(), Value::object({{"type", "integer"}, {"minimum", 1}}));
        texts.push_back(
            Value::object({{"type", "string"}, {"pattern", "^\\s*(\\+?\\d+(_\\d+)*)?\\s*$"}})
        );
        return Value::object({{"anyOf", std::move(texts)}});
    }

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
    std::string page_description_;
    std::vector<std::string> last_page_strings_;
    std::string invalid_page_message_;
    bool shows_links_;
};

} // namespace

std::unique_ptr<Pagination>
make_page_number_pagination(const Settings& settings, const ClassAttributes& attributes) {
    return std::make_unique<PageNumberPagination>(settings, attributes);
}

} // namespace drf_messages::api
