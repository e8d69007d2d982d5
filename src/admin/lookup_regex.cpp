// SPDX-License-Identifier: MIT
#include "admin/lookup_regex.hpp"

#include "text/python_text.hpp"

#include <boost/regex.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace drf_messages::admin {
namespace {

using Watch = std::chrono::steady_clock;

/// A character each, as Python counts them.
std::wstring characters(std::string_view utf8) {
    const std::u32string text = text::code_points(utf8);
    return {text.begin(), text.end()};
}

class Expression {
public:
    Expression(std::string_view pattern, bool ignore_case)
        : regex_(
              characters(pattern),
              ignore_case ? boost::regex::perl | boost::regex::icase : boost::regex::perl
          ) {}

    bool is_in(std::string_view utf8) {
        if (spent_ > std::chrono::seconds(1)) {
            throw MatchingTookTooLong("a regular expression took longer than a second");
        }
        const auto begin = Watch::now();
        try {
            const bool found = boost::regex_search(
                characters(utf8), regex_, boost::match_single_line | boost::match_not_dot_newline
            );
            spent_ += Watch::now() - begin;
            return found;
        } catch (const std::runtime_error&) {
            // It would go through more states than Boost.Regex allows.
            throw MatchingTookTooLong("a regular expression is too complex for a text");
        }
    }

private:
    boost::wregex regex_;
    Watch::duration spent_{};
};

} // namespace

std::optional<store::RowTest> regex_test(Field field, std::string_view pattern, bool ignore_case) {
    try {
        const auto expression = std::make_shared<Expression>(pattern, ignore_case);
        return store::RowTest{field, [expression](const sql::Row& row, int column) {
                                  return expression->is_in(row.text(column));
                              }};
    } catch (const boost::regex_error&) {
        return std::nullopt;
    }
}

} // namespace drf_messages::admin
