// SPDX-License-Identifier: MIT
#include "admin/lookup_regex.hpp"

#include "text/python_text.hpp"

#include <boost/regex.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace drf_messages::admin {
namespace {

using Watch = std::chrono::steady_clock;

constexpr std::chrono::seconds longest_matching{1};
constexpr std::size_t longest_pattern = 1'000; // bytes

/// A character each, as Python counts them.
std::wstring characters(std::string_view utf8) {
    const std::u32string text = text::code_points(utf8);
    return {text.begin(), text.end()};
}

class Expression {
public:
    Expression(std::string_view pattern, bool ignore_case, std::shared_ptr<MatchingTime> time)
        : time_(std::move(time)),
          regex_(
              characters(pattern),
              ignore_case ? boost::regex::perl | boost::regex::icase : boost::regex::perl
          ) {}

    bool is_in(std::string_view utf8) {
        time_->check();
        const auto begin = Watch::now();
        try {
            const bool found = boost::regex_search(
                characters(utf8), regex_, boost::match_single_line | boost::match_not_dot_newline
            );
            time_->spend(Watch::now() - begin);
            return found;
        } catch (const std::runtime_error&) {
            // It would go through more states than Boost.Regex allows.
            throw MatchingTookTooLong("a regular expression is too complex for a text");
        }
    }

private:
    std::shared_ptr<MatchingTime> time_;
    boost::wregex regex_;
};

} // namespace

void MatchingTime::check() const {
    if (spent_ > longest_matching) {
        throw MatchingTookTooLong("regular expressions took longer than a second");
    }
}

std::optional<store::RowTest> regex_test(
    Field field, std::string_view pattern, bool ignore_case, std::shared_ptr<MatchingTime> time
) {
    if (pattern.size() > longest_pattern) {
        return std::nullopt;
    }
    try {
        const auto expression = std::make_shared<Expression>(pattern, ignore_case, std::move(time));
        return store::RowTest{field, [expression](const sql::Row& row, int column) {
                                  return expression->is_in(row.text(column));
                              }};
    } catch (const boost::regex_error&) {
        return std::nullopt;
    }
}

} // namespace drf_messages::admin
