// SPDX-License-Identifier: MIT
// A search for many letters is not left to LIKE where what LIKE does is known: it finds the same.
#include "store/message_store.hpp"
#include "text/utf8.hpp"
#include "unit/mariadb/mariadb_server.hpp"
#include "unit/store/recording_connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using test::number;
using test::run;

struct Folded {
    std::string_view collation;
    int every; ///< which characters are looked at: all where the rule is another one
};

constexpr Folded folded[] = {
    {"utf8mb4_general_ci", 1},
    {"utf8mb4_unicode_ci", 1},
    {"utf8mb4_unicode_520_ci", 1},
    {"utf8mb4_uca1400_ai_ci", 1},
    {"utf8mb4_bin", 16},
    {"utf8mb4_general_nopad_ci", 16},
    {"utf8mb4_unicode_nopad_ci", 16},
    {"utf8mb4_unicode_520_nopad_ci", 16},
    {"utf8mb4_uca1400_nopad_ai_ci", 16},
    {"utf8mb4_nopad_bin", 16},
    {"utf8mb3_general_ci", 16},
    {"utf8mb3_unicode_ci", 16},
    {"utf8mb3_unicode_520_ci", 16},
    {"utf8mb3_bin", 16},
    {"latin1_swedish_ci", 16},
    {"latin1_general_ci", 16},
    {"latin1_bin", 16},
};
/// The rules of a language, and those that compare more than letters.
constexpr std::string_view left_to_like[] = {
    "utf8mb4_swedish_ci", "utf8mb4_german2_ci", "utf8mb4_uca1400_as_cs", "latin1_german2_ci"};

std::string charset_of(std::string_view collation) {
    return std::string(collation.substr(0, collation.find('_')));
}

class MariadbSearches : public test::MariadbTest {
protected:
    /// Whether the server knows the collation.
    bool has(std::string_view collation) {
        const std::string script = fmt::format(
            "DROP TABLE IF EXISTS probe; CREATE TABLE probe (c text CHARACTER SET {} COLLATE {})",
            charset_of(collation),
            collation
        );
        try {
            connection->run_script({"probe", script});
            return true;
        } catch (const sql::Error&) {
            return false;
        }
    }

    /// A table of messages in that collation, without any.
    void create_messages(std::string_view collation) {
        const std::string script = fmt::format(
            "DROP TABLE IF EXISTS drf_messages_message, drf_messages_messagetag;"
            "CREATE TABLE drf_messages_message (id integer NOT NULL AUTO_INCREMENT PRIMARY KEY,"
            " view varchar(64) NOT NULL, message varchar(1024) NOT NULL, level integer NOT NULL,"
            " read_at datetime(6), created datetime(6) NOT NULL, session_id varchar(40),"
            " user_id integer NOT NULL, session_key varchar(40))"
            " CHARACTER SET {} COLLATE {};"
            "CREATE TABLE drf_messages_messagetag (id integer NOT NULL AUTO_INCREMENT"
            " PRIMARY KEY, text varchar(128) NOT NULL, message_id integer NOT NULL)",
            charset_of(collation),
            collation
        );
        connection->run_script({"create", script});
        connection = connect_supervised(); // that knows nothing of an earlier table
    }

    void add_message(std::string_view text) {
        run(*connection,
            "INSERT INTO drf_messages_message (view, message, level, created, user_id)"
            " VALUES ('', ?, 20, '2024-01-01', 1)",
            {text});
    }

    std::vector<std::int64_t> found(const std::vector<FieldValue>& words, bool everybody) {
        MessageQuery query;
        query.where = Condition::compare(Field::message, Lookup::icontains, words.front());
        query.where.values = words;
        query.order = {{Field::id, false}};
        std::vector<std::int64_t> ids;
        for (const Message& message : store::select_messages(
                 *connection, {UserId{std::int64_t{1}}, false, {}, everybody}, query
             )) {
            ids.push_back(message.id.value);
        }
        return ids;
    }

    static std::int64_t count(sql::Connection& in, const std::vector<FieldValue>& words) {
        MessageQuery query;
        query.where = Condition::compare(Field::message, Lookup::icontains, words.front());
        query.where.values = words;
        return store::count_messages(in, {UserId{std::int64_t{1}}, false, {}}, query);
    }

    /// How many statements a search takes.
    static std::uint64_t statements(sql::Connection& in, const std::vector<FieldValue>& words) {
        const auto before = in.statement_count();
        count(in, words);
        return in.statement_count() - before;
    }

    void create_characters(std::string_view collation, int every);
    void write_classes();

    std::unique_ptr<sql::Connection> connection = connect_supervised();
};

/// Some that are alike in one collation or the other, or look so; some without weights, in LIKE's
/// tables and not.
constexpr std::string_view strange_characters =
    "a A b \xC3\x9F s S \xC5\xBF \xE1\xBA\x9E e E \xC3\xA9 i I \xC4\xB0 \xC4\xB1 k K \xE2\x84\xAA "
    "% _ \\ "
    "\xEF\xBC\x85 \xEF\xBC\xBF \xEF\xBC\xA1 \xE4\xB8\x80 \xE2\xBC\x80 \xEF\xA4\x80 \xE8\xB1\x88 "
    "\xEA\xB0\x80 \xE1\x84\x80 \xCC\x81 \xE2\x80\x8B \xC2\xAD \xEF\xBF\xBD \xF0\x9F\x94\xA5 "
    "\xF0\x9D\x90\x80 \xF0\xA0\x80\x80 \xF0\xAF\xA0\x80 \xE4\xB8\xBD \xF3\xA0\x80\x81";

/// Every n-th character of the basic plane, and some others, in the table `t`: with its weights,
/// and without what stands for it.
void MariadbSearches::create_characters(std::string_view collation, int every) {
    const bool is_narrow = collation.starts_with("latin1");
    const bool is_wide = collation.starts_with("utf8mb4");
    std::vector<char32_t> characters;
    for (char32_t character = 0; character < (is_narrow ? 0x100U : 0x10000U); ++character) {
        const bool is_surrogate = character >= 0xD800 && character < 0xE000;
        // What latin1 is in MariaDB has others at these places.
        const bool is_other = is_narrow && character >= 0x80 && character < 0xA0;
        if (!is_surrogate && !is_other &&
            (character < 0x300 || character % static_cast<unsigned>(every) == 0)) {
            characters.push_back(character);
        }
    }
    if (is_wide) {
        for (char32_t character = 0x10000; character < 0x110000; character += 1'009) {
            characters.push_back(character);
        }
        for (char32_t character = 0x2F800; character < 0x2FA1E; character += 7) {
            characters.push_back(character);
        }
    }
    for (std::string_view rest = strange_characters; !rest.empty() && !is_narrow;) {
        const auto next = text::first_utf8_character(rest);
        rest.remove_prefix(next.size);
        if (is_wide || next.code_point < 0x10000) {
            characters.push_back(next.code_point);
        }
    }
    std::ranges::sort(characters);
    characters.erase(std::unique(characters.begin(), characters.end()), characters.end());

    const std::string script = fmt::format(
        "DROP TABLE IF EXISTS t; CREATE TABLE t (id integer NOT NULL PRIMARY KEY,"
        " c varchar(1) CHARACTER SET {0} COLLATE {1} NOT NULL,"
        " w varchar(80) CHARACTER SET ascii COLLATE ascii_bin,"
        " alike varchar(16) CHARACTER SET ascii COLLATE ascii_bin, INDEX (w) USING BTREE) ENGINE = "
        "MEMORY",
        charset_of(collation),
        collation
    );
    connection->run_script({"create", script});
    for (std::size_t begin = 0; begin < characters.size(); begin += 2'000) {
        std::string insert = "INSERT INTO t (id, c) VALUES ";
        for (std::size_t i = begin; i < std::min(begin + 2'000, characters.size()); ++i) {
            std::string utf8;
            text::append_utf8(utf8, characters[i]);
            insert += fmt::format(
                "{}({}, _utf8mb4 X'", i == begin ? "" : ",", std::uint32_t{characters[i]}
            );
            for (const char byte : utf8) {
                insert += fmt::format("{:02X}", static_cast<unsigned char>(byte));
            }
            insert += "')";
        }
        connection->run_script({"insert", insert});
    }
    run(*connection, "UPDATE t SET w = HEX(WEIGHT_STRING(c))");
}

/// What stands for each character into `t`. Those of the same weights are asked about together.
void MariadbSearches::write_classes() {
    std::map<std::string, std::vector<std::pair<std::int64_t, std::string>>> of_weights;
    connection->query({"characters", "SELECT id, c, w FROM t"}, {}, [&](const sql::Row& row) {
        of_weights[std::string(row.text(2))].emplace_back(row.integer(0), row.text(1));
    });
    auto group = of_weights.begin();
    while (group != of_weights.end()) {
        std::vector<std::int64_t> ids;
        std::vector<std::string> texts;
        for (; group != of_weights.end() && texts.size() < 4'000; ++group) {
            for (auto& [id, character] : group->second) {
                ids.push_back(id);
                texts.push_back(std::move(character));
            }
        }
        ASSERT_TRUE(connection->fold_as_like("t", "c", texts));
        std::string update = "INSERT INTO t (id, c, alike) VALUES ";
        for (std::size_t i = 0; i < ids.size(); ++i) {
            update += fmt::format("{}({}, '', '", i == 0 ? "" : ",", ids[i]);
            for (const char byte : texts[i]) {
                update += fmt::format("{:02X}", static_cast<unsigned char>(byte));
            }
            update += "')";
        }
        update += " ON DUPLICATE KEY UPDATE alike = VALUES(alike)";
        connection->run_script({"alike", update});
    }
}

TEST_F(MariadbSearches, TakeThoseCharactersForTheSameThatLikeDoes) {
    // Behind a backslash no character means anything else.
    const std::string_view alike = "(a.c LIKE CONCAT(CHAR(92 USING ascii), b.c))";
    std::mt19937 random(31); // the same characters each time
    for (const auto& [collation, every] : folded) {
        if (!has(collation)) {
            continue;
        }
        create_characters(collation, every);
        write_classes();
        EXPECT_EQ(number(*connection, "SELECT COUNT(*) FROM t WHERE alike IS NULL"), 0);
        const std::string within = fmt::format(
            "SELECT COUNT(*) FROM t a JOIN t b ON a.w = b.w WHERE {} <> (a.alike = b.alike)", alike
        );
        EXPECT_EQ(number(*connection, within), 0) << collation;

        std::string some = "0";
        for (int i = 0; i < 10; ++i) {
            some += fmt::format(",{}", random() % 0x10000);
        }
        for (std::string_view rest = strange_characters; !rest.empty();) {
            const auto next = text::first_utf8_character(rest);
            rest.remove_prefix(next.size);
            some += fmt::format(",{}", std::uint32_t{next.code_point});
        }
        const std::string between = fmt::format(
            "SELECT COUNT(*) FROM t a JOIN t b WHERE b.id IN ({}) AND a.w <> b.w AND {}",
            some,
            alike
        );
        EXPECT_EQ(number(*connection, between), 0) << collation;
    }
}

TEST_F(MariadbSearches, FindWhatLikeFinds) {
    const std::string_view many_letters = "0123456789";
    std::mt19937 random(37); // the same texts each time
    for (const auto& [collation, _] : folded) {
        if (!has(collation)) {
            continue;
        }
        create_messages(collation);
        std::vector<std::string> letters;
        for (std::string_view rest = strange_characters; !rest.empty();) {
            const auto next = text::first_utf8_character(rest);
            const std::string_view letter = rest.substr(0, next.size);
            if (connection->can_hold("drf_messages_message", "message", letter)) {
                letters.emplace_back(letter);
            }
            rest.remove_prefix(next.size);
        }
        const auto some = [&](std::size_t most) {
            std::string text;
            for (std::size_t length = 1 + random() % most; length > 0; --length) {
                text += letters[random() % letters.size()];
            }
            return text;
        };
        for (int i = 0; i < 50; ++i) {
            add_message(some(30) + std::string(many_letters) + some(30));
        }
        std::size_t messages = 0;
        for (int turn = 0; turn < 200; ++turn) {
            std::vector<FieldValue> words = {std::string(many_letters)};
            for (std::size_t count = random() % 4; count > 0; --count) {
                words.emplace_back(some(2));
            }
            const auto expected = found(words, true);
            messages += expected.size();
            ASSERT_EQ(found(words, false), expected) << collation;
        }
        EXPECT_GT(messages, 1'000U) << collation;
    }
}

TEST_F(MariadbSearches, AskAboutACharacterOnceForAllConnections) {
    create_messages("utf8mb4_general_ci");
    add_message("0123456789 disk");
    const auto open = sql::mariadb_connections(options);
    const auto first = open();
    const auto second = open();
    const std::vector<FieldValue> words = {"0123456789", "DISK"};
    EXPECT_TRUE(first->can_hold("drf_messages_message", "message", "\xC3\xAD"));
    // The collation for the words and for the texts, the texts, and the count.
    constexpr std::uint64_t known = 4;
    EXPECT_EQ(statements(*first, words), known + 2) << "characters of the words, and of the texts";
    EXPECT_EQ(statements(*first, words), known);
    EXPECT_EQ(statements(*second, words), known);
    EXPECT_EQ(statements(*second, {"0123456789", "d\xC3\xADsk"}), known + 1);
    EXPECT_EQ(statements(*first, {"0123456789", "d\xC3\xADsk"}), known);
    EXPECT_EQ(statements(*first, {"123456"}), 1U) << "left to the database";
}

TEST_F(MariadbSearches, NameTheMessagesInOneTextHoweverManyThereAre) {
    create_messages("utf8mb4_general_ci");
    std::set<std::string> texts;
    for (int messages = 1; messages <= 20; ++messages) {
        add_message("0123456789 disk");
        test::RecordingConnection recording(*connection);
        EXPECT_EQ(count(recording, {"0123456789", "DISK"}), messages);
        texts.insert(recording.sent.back().text);
    }
    EXPECT_EQ(texts.size(), 1U);
}

TEST_F(MariadbSearches, AreLeftToCollationsThatAreNotKnown) {
    for (const std::string_view collation : left_to_like) {
        if (!has(collation)) {
            continue;
        }
        create_messages(collation);
        add_message("0123456789 \xC3\xA4 disk");
        const std::vector<FieldValue> words = {"0123456789", "a", "DISK"};
        EXPECT_EQ(statements(*connection, words), 2U) << "the collation, and the count";
        EXPECT_EQ(found(words, false), found(words, true)) << collation;
    }
}

TEST_F(MariadbSearches, GoByTheCollationThatTheColumnHasNow) {
    create_messages("utf8mb4_bin");
    add_message("0123456789 disk");
    const std::vector<FieldValue> words = {"0123456789", "D\xC3\x8DSK"};
    EXPECT_EQ(found(words, false).size(), 0U);
    const std::pair<std::string_view, std::size_t> later[] = {
        {"utf8mb4_general_ci", 1}, {"utf8mb4_bin", 0}, {"utf8mb4_unicode_ci", 1}};
    for (const auto& [collation, count] : later) {
        const std::string alter = fmt::format(
            "ALTER TABLE drf_messages_message MODIFY message varchar(1024) COLLATE {}", collation
        );
        run(*connection, alter);
        EXPECT_EQ(found(words, false).size(), count) << collation;
    }
}

TEST_F(MariadbSearches, ForgetCharactersWhenTheyAreMany) {
    run(*connection, "CREATE TABLE t (c varchar(9) COLLATE utf8mb4_unicode_ci)");
    run(*connection, "INSERT INTO t VALUES ('a')");
    const auto from = [](char32_t first, std::size_t count) {
        std::vector<std::string> texts = {"a \xC3\x81"};
        for (std::size_t i = 0; i < count; ++i) {
            text::append_utf8(texts.front(), first + static_cast<char32_t>(i));
        }
        return texts;
    };
    for (const char32_t first : {0x3400U, 0x6400U, 0x3400U}) {
        auto texts = from(first, 10'000);
        ASSERT_TRUE(connection->fold_as_like("t", "c", texts));
        EXPECT_TRUE(texts.front().starts_with("a a"));
    }
    auto too_many = from(0x3400, 20'000);
    const auto before = too_many;
    EXPECT_FALSE(connection->fold_as_like("t", "c", too_many));
    EXPECT_EQ(too_many, before);
    std::vector<std::string> broken = {"a", "\xC3"};
    EXPECT_FALSE(connection->fold_as_like("t", "c", broken));
}

} // namespace
} // namespace drf_messages
