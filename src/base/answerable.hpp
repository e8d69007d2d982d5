// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace drf_messages {

/// A second base of exceptions that say themselves how a request is answered that they have ended.
/// Any other exception is answered with 500.
class Answerable {
public:
    struct Answer {
        int status = 500;
        /// What the client reads, a literal; empty: Django's plain page of the status.
        std::string_view text = {};
        /// When another try makes sense; absent: nobody can say, or never.
        std::optional<std::chrono::seconds> retry_after = {};
    };

    virtual Answer answer() const noexcept = 0;

protected:
    ~Answerable() = default;
};

/// 503, for what will be there again. `text` is a literal.
inline Answerable::Answer unavailable(std::string_view text) noexcept {
    return {503, text, std::chrono::seconds(1)};
}

} // namespace drf_messages
