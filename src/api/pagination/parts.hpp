// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/class_attributes.hpp"
#include "api/pagination/pagination.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

// What the three pagination classes share.

namespace drf_messages::api {

std::unique_ptr<Pagination>
make_limit_offset_pagination(const Settings& settings, const ClassAttributes& attributes);
std::unique_ptr<Pagination>
make_page_number_pagination(const Settings& settings, const ClassAttributes& attributes);
std::unique_ptr<Pagination>
make_cursor_pagination(const Settings& settings, const ClassAttributes& attributes);

/// A number that is not negative, of any size, as str() writes it; what a client may send as a
/// limit or an offset.
using Natural = std::string;

/// The 64-bit number nearest to one of any size, as str() writes it.
std::int64_t saturated(std::string_view number);
/// `a - b`; a must not be smaller.
Natural difference(const Natural& a, const Natural& b);
/// Whether a < b.
bool less(const Natural& a, const Natural& b);

/// REST framework's _positive_int: absent where it raises ValueError, or where the parameter is
/// absent.
/// - cutoff: the greatest answer; 0 is none.
std::optional<Natural> positive_integer(
    std::optional<std::string_view> text, bool strict, std::optional<std::int64_t> cutoff
);

/// An integer attribute of a class; None is absent. `fallback` where the class does not set it.
/// Throws std::invalid_argument for another type, or a negative number.
std::optional<std::int64_t> integer_attribute(
    const ClassAttributes& attributes, std::string_view name, std::optional<std::int64_t> fallback
);

/// Whether HTML pages show links to the other pages: `template`, unless it is None.
bool shows_links(const ClassAttributes& attributes);

/// A text attribute of a class; None is empty.
std::string
text_attribute(const ClassAttributes& attributes, std::string_view name, std::string_view fallback);

/// A parameter that takes a number, and does without where it is sent something else.
QueryParameter number_parameter(std::string name, std::string description);

/// PageNumberPagination.get_page_size, which CursorPagination has too.
struct PageSize {
    PageSize(const Settings& settings, const ClassAttributes& attributes);
    /// Absent, never 0: the answer is not paginated.
    std::optional<std::int64_t> of(const http::QueryDict& query) const;
    /// The parameter of the size, and when there are pages.
    PaginationDescription describe() const;

    std::optional<std::int64_t> page_size;
    std::string query_param; ///< empty: the client has no say
    std::string query_description;
    std::optional<std::int64_t> max_page_size;
};

/// The answer without pages: every message of the query, as a bare list.
Page whole_list(const MessageQuery& query, const PageSource& source);

/// A link or null.
void write_link(text::JsonWriter& json, text::JsonName key, const std::optional<std::string>& link);

/// {"count": …, "next": …, "previous": …, "results": …}
std::function<void(text::JsonWriter&, const Data& results)> counted_wrap(
    std::int64_t count, std::optional<std::string> next, std::optional<std::string> previous
);

} // namespace drf_messages::api
