// SPDX-License-Identifier: MIT
#pragma once

#include "store/admin_list.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace drf_messages::admin {

/// An expression, or texts so many, that matching takes longer than anybody is to wait.
struct MatchingTookTooLong : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The second that all expressions of a request have together.
class MatchingTime {
public:
    /// Throws MatchingTookTooLong where nothing is left.
    void check() const;
    void spend(std::chrono::steady_clock::duration time) noexcept { spent_ += time; }
    void begin_anew() noexcept { spent_ = {}; }

private:
    std::chrono::steady_clock::duration spent_{};
};

/// Whether a regular expression is found in a field's text, as Python's re.search() says it; absent
/// for what is no expression, or is longer than anybody types one. The test throws
/// MatchingTookTooLong.
std::optional<store::RowTest> regex_test(
    Field field, std::string_view pattern, bool ignore_case, std::shared_ptr<MatchingTime> time
);

} // namespace drf_messages::admin
