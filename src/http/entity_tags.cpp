// SPDX-License-Identifier: MIT
#include "http/entity_tags.hpp"

#include "http/comma_list.hpp"
#include "text/ascii.hpp"

#include <algorithm>

namespace drf_messages::http {
namespace {

bool is_etag(std::string_view text) {
    if (text.starts_with("W/")) {
        text.remove_prefix(2);
    }
    return text.size() >= 2 && text.front() == '"' && text.find('"', 1) == text.size() - 1;
}

std::string_view without_weakness(std::string_view tag) {
    tag.remove_prefix(std::min(tag.size(), tag.find_first_not_of("W/")));
    return tag.substr(0, tag.find_last_not_of("W/") + 1);
}

} // namespace

EntityTags::EntityTags(std::string header)
    : text_(std::move(header)), any_(text::trimmed(text_) == "*") {
    if (!any_) {
        tags_ = split_at_commas(text_);
        std::erase_if(tags_, [](std::string_view tag) { return !is_etag(tag); });
    }
}

bool if_match_passes(std::string_view etag, const EntityTags& wanted) {
    if (etag.empty()) {
        return false;
    }
    const auto& tags = wanted.tags();
    return wanted.any() ||
           (!etag.starts_with("W/") && std::find(tags.begin(), tags.end(), etag) != tags.end());
}

bool if_none_match_passes(std::string_view etag, const EntityTags& known) {
    if (etag.empty()) {
        return true;
    }
    const auto& tags = known.tags();
    return !known.any() && std::none_of(tags.begin(), tags.end(), [&](std::string_view tag) {
        return without_weakness(tag) == without_weakness(etag);
    });
}

} // namespace drf_messages::http
