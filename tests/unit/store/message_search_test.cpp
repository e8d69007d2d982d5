// SPDX-License-Identifier: MIT
// Searches for more than a few letters, which the servers do not do themselves. Whether all of
// MariaDB's collations are repeated: tests/unit/mariadb/mariadb_searches_test.cpp.
#include "store/message_store.hpp"
#include "support/database.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages {
namespace {

using test::Given;

/// More letters than a server looks for itself, in all texts.
constexpr std::string_view many_letters = "0123456789 0123456789 0123456789";

std::vector<std::int64_t>
found(Given& given, const store::MessageScope& scope, const std::vector<FieldValue>& words) {
    MessageQuery query;
    query.where = Condition::compare(Field::message, Lookup::icontains, words.front());
    query.where.values = words;
    query.order = {{Field::id, false}};
    std::vector<std::int64_t> ids;
    for (const Message& message : store::select_messages(given.connection(), scope, query)) {
        ids.push_back(message.id.value);
    }
    return ids;
}

TEST(MessageSearch, FindsWhatTheDatabaseWouldFindItself) {
    constexpr std::string_view letters[] = {
        "a",
        "A",
        "b",
        "\xC3\x9F",
        "ss",
        "SS",
        "e",
        "E",
        "\xC3\xA9",
        "\xC3\x89",
        "e\xCC\x81",
        "i",
        "I",
        "\xC4\xB0",
        "\xC4\xB1",
        "\xC5\xBF",
        "k",
        "\xE2\x84\xAA",
        "%",
        "_",
        "\\",
        "'",
        "\"",
        "{",
        ",",
        "\xE6\x97\xA5",
        "\xF0\x9F\x94\xA5",
        "\xE2\x80\x8B",
        " "};
    Given given;
    const UserId ann = given.user("ann");
    std::mt19937 random(29); // the same texts each time
    const auto some = [&](std::size_t most) {
        std::string text;
        for (std::size_t length = 1 + random() % most; length > 0; --length) {
            text += letters[random() % std::size(letters)];
        }
        return text;
    };
    for (int number = 0; number < 60; ++number) {
        given.message(ann, some(30) + std::string(many_letters) + some(30));
    }
    const store::MessageScope anns = {ann, false, {}};
    // Of everybody's messages there may be too many: that is left to the database.
    const store::MessageScope all = {ann, false, {}, true};
    std::size_t messages = 0;
    for (int turn = 0; turn < 500; ++turn) {
        std::vector<FieldValue> words = {std::string(many_letters)};
        for (std::size_t count = random() % 4; count > 0; --count) {
            words.emplace_back(some(2));
        }
        const auto expected = found(given, all, words);
        messages += expected.size();
        ASSERT_EQ(found(given, anns, words), expected) << testing::PrintToString(words.size());
    }
    EXPECT_GT(messages, 5'000U);
}

TEST(MessageSearch, FindsHundredsOfMessages) {
    Given given;
    const UserId ann = given.user("ann");
    given.connection().begin();
    for (int number = 0; number < 700; ++number) {
        given.message(ann, std::string(many_letters) + (number % 7 == 0 ? " no" : " yes"));
    }
    given.connection().commit();
    const std::vector<FieldValue> words = {std::string(many_letters), "YES"};
    EXPECT_EQ(found(given, {ann, false, {}}, words).size(), 600U);
}

} // namespace
} // namespace drf_messages
