// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages {

/// The tags that a message is left with: none, one text (which is one tag, blanks included), or a
/// list of tags. An empty text is no tag.
class ExtraTags {
public:
    ExtraTags() = default;
    ExtraTags(const char* tag) : ExtraTags(std::string_view(tag)) {}        // NOLINT(*-explicit-*)
    ExtraTags(const std::string& tag) : ExtraTags(std::string_view(tag)) {} // NOLINT(*-explicit-*)
    ExtraTags(std::string_view tag) {                                       // NOLINT(*-explicit-*)
        if (!tag.empty()) {
            tags_.emplace_back(tag);
        }
    }
    ExtraTags(std::initializer_list<std::string_view> tags) : tags_(tags.begin(), tags.end()) {}
    ExtraTags(std::vector<std::string> tags) // NOLINT(*-explicit-*)
        : tags_(std::move(tags)) {}

    const std::vector<std::string>& list() const noexcept { return tags_; }

private:
    std::vector<std::string> tags_;
};

} // namespace drf_messages
