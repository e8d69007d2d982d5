// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::http {

/// The entity tags of If-Match or If-None-Match, malformed ones left out.
/// - Django: django/utils/http.py, parse_etags.
class EntityTags {
public:
    explicit EntityTags(std::string header);
    EntityTags(const EntityTags&) = delete;
    EntityTags& operator=(const EntityTags&) = delete;

    bool given() const { return any_ || !tags_.empty(); }
    /// "*": any that there is.
    bool any() const { return any_; }
    const std::vector<std::string_view>& tags() const { return tags_; }

private:
    std::string text_; ///< what the tags point into
    bool any_ = false;
    std::vector<std::string_view> tags_;
};

// What RFC 9110, 13.1 has a server compare.
// - etag: of what there is, with its quotes; empty: it has none.

/// Strong: a weak tag is equal to none.
bool if_match_passes(std::string_view etag, const EntityTags& wanted);
/// Weak and strong forms of a tag are equal. False where the client has it already.
bool if_none_match_passes(std::string_view etag, const EntityTags& known);

} // namespace drf_messages::http
