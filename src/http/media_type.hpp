// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::http {

/// How parameters are read: by default as Django 3.2 reads them.
struct MediaTypeRules {
    /// A quote behind a backslash neither begins nor ends what is quoted.
    bool escaped_quotes = false;
    /// A parameter may have no value, and a value may stand in angle brackets.
    bool bare_parameters = false;
};

/// One media type of an Accept header, or a renderer's. REST framework:
/// rest_framework/utils/mediatypes.py, _MediaType. The text is UTF-8. Where the original fails on
/// broken input (bytes beyond ASCII in the type), this one accepts it as it is.
struct MediaType {
    explicit MediaType(std::string_view text, MediaTypeRules rules = {});

    /// Whether this media type (a renderer's) satisfies `other` (of an Accept header).
    bool match(const MediaType& other) const;
    /// A parameter's value, by its name in lower case.
    std::optional<std::string_view> param(std::string_view name) const&;
    /// Deleted because the answer would outlive the media type.
    std::optional<std::string_view> param(std::string_view name) && = delete;
    /// 0 for */*, 1 for a subtype of *, 2 for a full type, 3 with parameters (other than q).
    int precedence() const;
    /// "application/json; indent=4", as str() of the original writes it.
    std::string str() const;

    std::string_view main_type() const;
    std::string_view sub_type() const;

    std::string full_type; ///< "application/json", lower-cased as the original does
    /// In the order they came, names in lower case, each once: a repeated one keeps its place and
    /// takes the later value.
    std::vector<std::pair<std::string, std::string>> params;
};

/// An entry of an Accept header.
struct Accepted {
    std::string_view text; ///< a part of the header
    MediaType type;
    int precedence;
};

/// The entries of an Accept header's text by falling precedence, those of one precedence in their
/// order. REST framework: rest_framework/negotiation.py, get_accept_list; order_by_precedence.
std::vector<Accepted> accepted_types(std::string_view header, MediaTypeRules rules = {});

} // namespace drf_messages::http
