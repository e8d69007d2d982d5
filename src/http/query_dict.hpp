// SPDX-License-Identifier: MIT
#pragma once

#include "text/charset.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::http {

/// The parameters of a query string or a form, in order; a name may come several times. Names and
/// values are UTF-8; bytes that their charset does not have become U+FFFD, as in Django.
/// - Django: django/http/request.py, QueryDict.
class QueryDict {
public:
    QueryDict() = default;

    /// Parses `application/x-www-form-urlencoded` text, blank values kept.
    /// The text is bytes as sent, in `charset` or else in Latin-1; what is escaped is in `charset`.
    /// Absent when it has more than `max_fields` fields (Django: TooManyFieldsSent, status 400).
    static std::optional<QueryDict> parse(
        std::string_view query,
        std::optional<std::size_t> max_fields,
        text::Charset charset = text::Charset()
    );

    /// The last value of that name, as QueryDict.get() answers.
    std::optional<std::string_view> get(std::string_view name) const;
    bool contains(std::string_view name) const { return get(name).has_value(); }
    /// Every value, in the order sent.
    const std::vector<std::pair<std::string, std::string>>& items() const noexcept {
        return items_;
    }

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

} // namespace drf_messages::http
