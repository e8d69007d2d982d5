// SPDX-License-Identifier: MIT
#include "sql/mariadb/like_folding.hpp"

#include "text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

namespace drf_messages::sql::mariadb {
namespace {

/// More are forgotten: a client may send any.
constexpr std::size_t most_characters = 16'384;

constexpr char32_t end_of_unicode = 0x110000;

/// What LIKE goes by in a collation. Its functions are my_wildcmp_unicode, my_wildcmp_uca and
/// my_wildcmp_8bit in MariaDB's strings/.
enum class Rule {
    characters, ///< each is like itself alone
    weights,    ///< characters with the same weights are alike
    /// So are those that are in the tables of the Unicode collation algorithm, of the basic plane
    /// or of all. The others, whose weights are reckoned from their numbers, are like themselves
    /// alone; some in the tables have the same.
    tables_of_basic_plane,
    tables,
};

struct Collation {
    std::string_view name; ///< behind utf8mb4_ or utf8mb3_, but for those of other charsets
    Rule rule;
};

/// Those of which tests/unit/mariadb/mariadb_searches_test.cpp shows that LIKE is repeated exactly.
constexpr Collation collations[] = {
    {"general_ci", Rule::weights},
    {"general_nopad_ci", Rule::weights},
    {"unicode_ci", Rule::tables_of_basic_plane},
    {"unicode_nopad_ci", Rule::tables_of_basic_plane},
    {"unicode_520_ci", Rule::tables},
    {"unicode_520_nopad_ci", Rule::tables},
    {"uca1400_ai_ci", Rule::tables},
    {"uca1400_nopad_ai_ci", Rule::tables},
    {"bin", Rule::characters},
    {"nopad_bin", Rule::characters},
    {"latin1_swedish_ci", Rule::weights},
    {"latin1_general_ci", Rule::weights},
    {"latin1_bin", Rule::characters},
};

std::optional<Rule> rule_of(std::string_view collation) {
    std::string_view name = collation;
    for (const std::string_view charset : {"utf8mb4_", "utf8mb3_", "utf8_"}) {
        if (name.starts_with(charset)) {
            name.remove_prefix(charset.size());
            break;
        }
    }
    const auto* const found = std::ranges::find(collations, name, &Collation::name);
    return found == std::end(collations) ? std::nullopt : std::optional(found->rule);
}

/// Empty where the table has no rows.
std::string collation_of(Connection& connection, std::string_view table, std::string_view column) {
    const std::string text = fmt::format("SELECT COLLATION({}) FROM {} LIMIT 1", column, table);
    const auto collation =
        query_one(connection, {"collation_of_column", text}, {}, [](const Row& row) {
            return std::string(row.text(0));
        });
    return collation.value_or(std::string());
}

/// Whether weights, in hexadecimal digits, are those that are reckoned from the character's number.
bool are_reckoned(char32_t character, std::string_view weights) {
    unsigned first = 0;
    unsigned second = 0;
    if (weights.size() != 8) {
        return false;
    }
    const char* const middle = weights.data() + 4;
    std::from_chars(weights.data(), middle, first, 16);
    std::from_chars(middle, middle + 4, second, 16);
    return first >= 0xFB40 && ((first & 0x3FU) << 15 | (second & 0x7FFFU)) == character;
}

/// The same for characters of which LIKE takes each for the other.
std::string class_of(char32_t character, std::string_view weights, Rule rule) {
    const bool is_alone =
        rule != Rule::weights && ((rule == Rule::tables_of_basic_plane && character > 0xFFFF) ||
                                  are_reckoned(character, weights));
    if (!is_alone) {
        return std::string(weights);
    }
    std::string itself = "=";
    text::append_utf8(itself, character);
    return itself;
}

/// Asks for the weights of the characters.
void ask(
    Connection& connection,
    std::string_view collation,
    Rule rule,
    std::u32string_view characters,
    AlikeCharacters& alike
) {
    constexpr std::size_t asked_at_once = 1'000;
    constexpr std::string_view digits =
        "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4"
        " UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8"
        " UNION ALL SELECT 9)";
    const std::string text = fmt::format(
        "SELECT n.i, HEX(WEIGHT_STRING(CONVERT(SUBSTRING(?, n.i + 1, 1) USING {1}) COLLATE {2}))"
        " FROM (SELECT a.d + 10 * b.d + 100 * c.d AS i FROM {0} a, {0} b, {0} c) n WHERE n.i < ?",
        digits,
        collation.substr(0, collation.find('_')),
        collation
    );
    while (!characters.empty()) {
        const std::u32string_view batch = characters.substr(0, asked_at_once);
        characters.remove_prefix(batch.size());
        std::string together;
        for (const char32_t character : batch) {
            text::append_utf8(together, character);
        }
        const std::array<Value, 2> parameters = {
            std::string_view(together), static_cast<std::int64_t>(batch.size())};
        connection.query({"weights_of_characters", text}, parameters, [&](const Row& row) {
            if (!row.is_null(1)) {
                const char32_t character = batch.at(static_cast<std::size_t>(row.integer(0)));
                alike.add(character, class_of(character, row.text(1), rule));
            }
        });
    }
}

/// Texts while they are written anew.
class Writing {
public:
    explicit Writing(const AlikeCharacters& alike) : alike_(alike) {}

    /// False where one of them is no UTF-8.
    bool write(std::span<const std::string> texts) {
        return std::all_of(texts.begin(), texts.end(), [this](const std::string& text) {
            return write(text);
        });
    }

    /// Characters that are in the texts and of which nothing is known yet, each once.
    std::u32string unknown;
    std::vector<std::string> written;

private:
    bool write(std::string_view text) {
        std::string& out = written.emplace_back();
        out.reserve(text.size());
        while (!text.empty()) {
            const text::Utf8Character next = text::first_utf8_character(text);
            if (!next.valid) {
                return false;
            }
            text.remove_prefix(next.size);
            const char32_t stands_for_it = alike_[next.code_point];
            if (stands_for_it < 0x80) {
                out += static_cast<char>(stands_for_it);
            } else if (stands_for_it != AlikeCharacters::unknown) {
                text::append_utf8(out, stands_for_it);
            } else {
                note(next.code_point);
            }
        }
        return true;
    }

    void note(char32_t character) {
        seen_.resize(end_of_unicode);
        if (!seen_[character]) {
            seen_[character] = true;
            unknown += character;
        }
    }

    const AlikeCharacters& alike_;
    std::vector<bool> seen_;
};

} // namespace

void AlikeCharacters::add(char32_t character, std::string key) {
    std::uint16_t& page = page_of_[character / page_size];
    if (page == 0) {
        page = static_cast<std::uint16_t>(pages_.size());
        pages_.emplace_back().fill(unknown);
    }
    const char32_t first = first_.try_emplace(std::move(key), character).first->second;
    char32_t& stands_for_it = pages_[page][character % page_size];
    size_ += stands_for_it == unknown ? 1 : 0;
    stands_for_it = first;
}

bool LikeFolding::fold(
    Connection& connection,
    std::string_view table,
    std::string_view column,
    std::vector<std::string>& texts
) {
    const std::string collation = collation_of(connection, table, column);
    const auto rule = rule_of(collation);
    if (!rule) {
        return false;
    }
    if (rule == Rule::characters) {
        return std::all_of(texts.begin(), texts.end(), text::is_valid_utf8);
    }
    auto alike = known_in(collation);
    // All are known, or they are asked for; if they are too many for what is kept beside those that
    // are known, then these are forgotten first.
    for (int turn = 0; turn < 3; ++turn) {
        Writing writing(*alike);
        if (!writing.write(texts)) {
            return false;
        }
        if (writing.unknown.empty()) {
            texts = std::move(writing.written);
            return true;
        }
        if (alike->size() + writing.unknown.size() > most_characters) {
            if (alike->size() == 0) {
                return false;
            }
            alike = std::make_shared<AlikeCharacters>();
            continue;
        }
        auto more = std::make_shared<AlikeCharacters>(*alike);
        // What is ASCII stands for what is not.
        std::ranges::sort(writing.unknown);
        ask(connection, collation, *rule, writing.unknown, *more);
        alike = std::move(more);
        keep(collation, alike);
    }
    return false;
}

std::shared_ptr<const AlikeCharacters> LikeFolding::known_in(std::string_view collation) {
    const std::lock_guard lock(mutex_);
    return collation == collation_ ? alike_ : std::make_shared<AlikeCharacters>();
}

void LikeFolding::keep(std::string_view collation, std::shared_ptr<const AlikeCharacters> alike) {
    const std::lock_guard lock(mutex_);
    collation_ = collation;
    alike_ = std::move(alike);
}

} // namespace drf_messages::sql::mariadb
