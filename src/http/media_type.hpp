// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::http {

/// One media type of an Accept header, or a renderer's. REST framework: rest_framework/utils/mediatypes.py, _MediaType.
struct MediaType {
    explicit MediaType(std::string_view text);

    /// Whether this one (a renderer's) satisfies `other` (of an Accept header).
    bool match(const MediaType& other) const;
    /// 0 for */*, 1 for a subtype of *, 2 for a full type, 3 with parameters (other than q).
    int precedence() const;
    /// "application/json; indent=4", as str() of the original writes it.
    std::string str() const;

    std::string full_type; ///< "application/json", lower-cased as the original does
    std::string main_type;
    std::string sub_type;
    std::map<std::string, std::string> params; ///< in the order the original keeps them when written; see media_type.cpp
};

/// The entries of an Accept header, grouped by falling precedence; within a group in their order.
/// REST framework: order_by_precedence.
std::vector<std::vector<std::string>> order_by_precedence(const std::vector<std::string>& accepts);

/// The entries of an Accept header's text. REST framework: rest_framework/negotiation.py, get_accept_list.
std::vector<std::string> accept_list(std::string_view header);

} // namespace drf_messages::http
