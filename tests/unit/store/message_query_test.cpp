// SPDX-License-Identifier: MIT
#include "sql/sql_timestamp.hpp"
#include "store/message_store.hpp"
#include "support/database.hpp"
#include "unit/store/recording_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using test::Given;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts(Given& given, const UserId& user, const MessageQuery& query) {
    std::vector<std::string> result;
    for (const Message& message :
         store::select_messages(given.connection(), {user, false, {}}, query)) {
        result.push_back(message.message);
    }
    return result;
}

std::vector<std::string> texts(Given& given, const UserId& user, Condition where) {
    MessageQuery query;
    query.where = std::move(where);
    query.order = {{Field::id, false}};
    return texts(given, user, query);
}

Condition compare(Field field, Lookup lookup, FieldValue value) {
    return Condition::compare(field, lookup, std::move(value));
}

TEST(SelectMessages, GivesEveryColumnAndTheTagsInTheOrderTheyWereAdded) {
    Given given;
    const UserId ann = given.user("ann");
    given.session("annssession", "x", given.now + 24h);
    const auto stored = given.message(ann, "hi")
                            .level(30)
                            .view("demo:index")
                            .session("annssession")
                            .read(given.now + 1us)
                            .tag("z")
                            .tag("a")
                            .tag("")
                            .tag("z");
    given.message(given.user("bob"), "not hers").tag("a");

    const auto messages = store::select_messages(given.connection(), {ann, false, {}}, {});

    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].id, stored.id());
    EXPECT_EQ(messages[0].user, ann);
    EXPECT_EQ(messages[0].session, "annssession");
    EXPECT_EQ(messages[0].session_key, "annssession");
    EXPECT_EQ(messages[0].view, "demo:index");
    EXPECT_EQ(messages[0].message, "hi");
    EXPECT_EQ(messages[0].level, 30);
    EXPECT_EQ(messages[0].read_at, given.now + 1us);
    EXPECT_EQ(messages[0].created, given.now);
    EXPECT_THAT(messages[0].extra_tags, ElementsAre("z", "a", "", "z"));
}

TEST(SelectMessages, LimitsMessagesNotTheirTags) {
    Given given;
    const UserId ann = given.user("ann");
    for (const char* text : {"1", "2", "3", "4"}) {
        given.now += 1s;
        given.message(ann, text).tag("a").tag("b").tag("c");
    }
    MessageQuery query;
    query.offset = 1;
    query.limit = 2;
    const auto messages = store::select_messages(given.connection(), {ann, false, {}}, query);
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0].message, "3");
    EXPECT_EQ(messages[1].message, "2");
    EXPECT_THAT(messages[1].extra_tags, ElementsAre("a", "b", "c"));

    query.offset = 0;
    const auto first = store::select_messages(given.connection(), {ann, false, {}}, query);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].message, "4");
    EXPECT_EQ(first[1].message, "3");
    EXPECT_THAT(first[1].extra_tags, ElementsAre("a", "b", "c"));

    query.offset = 1;
    query.limit.reset();
    EXPECT_THAT(texts(given, ann, query), ElementsAre("3", "2", "1"));
    query.offset = UINT64_MAX;
    query.limit = UINT64_MAX;
    EXPECT_THAT(texts(given, ann, query), IsEmpty());
}

TEST(SelectMessages, CostsOneStatementWhateverTheNumberOfMessages) {
    Given given;
    const UserId ann = given.user("ann");
    for (int i = 0; i < 50; ++i) {
        given.message(ann, "hi").tag("a").tag("b");
    }
    const auto before = given.connection().statement_count();
    EXPECT_EQ(store::select_messages(given.connection(), {ann, false, {}}, {}).size(), 50U);
    EXPECT_EQ(given.connection().statement_count(), before + 1);
}

TEST(SelectMessages, BreaksTiesByRisingIdUnlessTheOrderNamesIt) {
    Given given;
    const UserId ann = given.user("ann");
    for (const char* text : {"1", "2", "3"}) {
        given.message(ann, text);
    }
    for (const Field field : {Field::created, Field::level, Field::read_at}) {
        for (const bool descending : {false, true}) {
            MessageQuery query;
            query.order = {{field, descending}};
            EXPECT_THAT(texts(given, ann, query), ElementsAre("1", "2", "3"));
            query.order.push_back({Field::id, true});
            EXPECT_THAT(texts(given, ann, query), ElementsAre("3", "2", "1"));
        }
    }
}

TEST(SelectMessages, ShowsAMessageWhoseTimesSqliteHoldsAsGarbage) {
    Given given;
    const UserId ann = given.user("ann");
    given.message(ann, "good");
    for (const char* garbage : {"yesterday", "2024-13-45 10:00:00", "", "1704103200"}) {
        test::run(
            given.connection(),
            "INSERT INTO drf_messages_message (view, message, level, created, read_at, user_id)"
            " VALUES ('', 'bad', 20, ?, ?, ?)",
            {std::string_view(garbage), std::string_view(garbage), std::int64_t{1}}
        );
    }
    std::vector<std::string> log;
    const auto messages = store::select_messages(
        given.connection(),
        {ann, false, {}},
        {},
        [&log](LogLevel, std::string_view line) { log.emplace_back(line); }
    );
    ASSERT_EQ(messages.size(), 5U);
    std::vector<Timestamp> created;
    for (const Message& message : messages) {
        created.push_back(message.created);
        EXPECT_EQ(message.read_at.has_value(), message.message == "bad");
    }
    const Timestamp first_day = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
    EXPECT_THAT(
        created,
        ElementsAre(
            sql::last_moment,
            Timestamp(std::chrono::sys_days(std::chrono::year(2025) / 1 / 1)),
            given.now,
            first_day,
            first_day
        )
    ) << "as SQLite sorts them";
    EXPECT_EQ(log.size(), 8U);
    EXPECT_THAT(
        log,
        testing::Contains(
            "drf_messages_message 2: created holds no date and time; taken as 9999-12-31 "
            "23:59:59.999999"
        )
    );
    EXPECT_TRUE(store::select_message(given.connection(), {ann, false, {}}, {2}, {}).has_value());

    const auto count = [&](Lookup lookup, Timestamp bound) {
        MessageQuery query;
        query.where = Condition::compare(Field::created, lookup, bound);
        return store::count_messages(given.connection(), {ann, false, {}}, query);
    };
    EXPECT_EQ(count(Lookup::lte, sql::last_moment), 5);
    EXPECT_EQ(count(Lookup::gt, sql::last_moment), 0);
    EXPECT_EQ(count(Lookup::exact, sql::last_moment), 1);
    EXPECT_EQ(count(Lookup::gte, sql::first_moment), 5);
    EXPECT_EQ(count(Lookup::lt, sql::first_moment), 0);
    EXPECT_EQ(count(Lookup::exact, sql::first_moment), 2);

    store::OldMessages old{given.now - std::chrono::hours(1)};
    EXPECT_GT(store::delete_old_messages(given.connection(), old, 2), 0);
}

TEST(SelectMessages, FindsTextAsSqliteUnderDjangoDoes) {
    Given given;
    const UserId ann = given.user("ann");
    for (const char* text :
         {"Hello", "hello", "100%", "100 percent", "a_b", "axb", R"(back\slash)"}) {
        given.message(ann, text);
    }
    const auto message = [](Lookup lookup, const char* text) {
        return compare(Field::message, lookup, text);
    };
    EXPECT_THAT(texts(given, ann, message(Lookup::exact, "Hello")), ElementsAre("Hello"));
    EXPECT_THAT(texts(given, ann, message(Lookup::contains, "ELL")), ElementsAre("Hello", "hello"));
    EXPECT_THAT(
        texts(given, ann, message(Lookup::icontains, "ELL")), ElementsAre("Hello", "hello")
    );
    EXPECT_THAT(texts(given, ann, message(Lookup::startswith, "100%")), ElementsAre("100%"));
    EXPECT_THAT(texts(given, ann, message(Lookup::contains, "_")), ElementsAre("a_b"));
    EXPECT_THAT(texts(given, ann, message(Lookup::contains, "\\")), ElementsAre(R"(back\slash)"));
    EXPECT_THAT(texts(given, ann, message(Lookup::startswith, "lo")), IsEmpty());
    EXPECT_THAT(
        texts(given, ann, message(Lookup::istartswith, "HEL")), ElementsAre("Hello", "hello")
    );
    EXPECT_THAT(texts(given, ann, message(Lookup::iexact, "HELLO")), ElementsAre("Hello", "hello"));
    EXPECT_THAT(texts(given, ann, message(Lookup::iexact, "A_B")), ElementsAre("a_b"));
    EXPECT_THAT(texts(given, ann, message(Lookup::iexact, "hell")), IsEmpty());
    EXPECT_THAT(texts(given, ann, message(Lookup::endswith, "0%")), ElementsAre("100%"));
    EXPECT_THAT(
        texts(given, ann, message(Lookup::iendswith, "LLO")), ElementsAre("Hello", "hello")
    );
    EXPECT_THAT(texts(given, ann, message(Lookup::endswith, "hell")), IsEmpty());
    EXPECT_THAT(
        texts(given, ann, compare(Field::message, Lookup::contains, std::string(60'000, 'x'))),
        IsEmpty()
    );
}

TEST(SelectMessages, ComparesNumbersAndMoments) {
    Given given;
    const UserId ann = given.user("ann");
    for (const std::int64_t level : {10, 20, 30}) {
        given.message(ann, std::to_string(level))
            .level(level)
            .created(test::a_monday_morning + std::chrono::seconds(level));
    }
    const auto level = [](Lookup lookup, std::int64_t value) {
        return compare(Field::level, lookup, value);
    };
    EXPECT_THAT(texts(given, ann, level(Lookup::exact, 20)), ElementsAre("20"));
    EXPECT_THAT(texts(given, ann, level(Lookup::gt, 20)), ElementsAre("30"));
    EXPECT_THAT(texts(given, ann, level(Lookup::gte, 20)), ElementsAre("20", "30"));
    EXPECT_THAT(texts(given, ann, level(Lookup::lt, 20)), ElementsAre("10"));
    EXPECT_THAT(texts(given, ann, level(Lookup::lte, INT64_MAX)), ElementsAre("10", "20", "30"));
    EXPECT_THAT(texts(given, ann, level(Lookup::contains, 3)), ElementsAre("30"));
    const auto noon = test::a_monday_morning + std::chrono::seconds(20);
    EXPECT_THAT(
        texts(given, ann, compare(Field::created, Lookup::lte, noon)), ElementsAre("10", "20")
    );
}

TEST(SelectMessages, JoinsConditionsByAndOrAndNot) {
    Given given;
    const UserId ann = given.user("ann");
    given.message(ann, "unread").level(10);
    given.message(ann, "early").level(20).read(test::a_monday_morning);
    given.message(ann, "late").level(30).read(test::a_monday_morning + 1h);

    const Condition late = compare(Field::read_at, Lookup::gt, test::a_monday_morning);
    const Condition low = compare(Field::level, Lookup::lt, 20);
    EXPECT_THAT(texts(given, ann, Condition::all_of({late, low})), IsEmpty());
    EXPECT_THAT(texts(given, ann, Condition::any_of({late, low})), ElementsAre("unread", "late"));
    EXPECT_THAT(texts(given, ann, Condition::negation(late)), ElementsAre("unread", "early"));
    EXPECT_THAT(
        texts(given, ann, Condition::negation(Condition::negation(late))), ElementsAre("late")
    );
    EXPECT_THAT(texts(given, ann, Condition::nothing()), IsEmpty());
    EXPECT_THAT(texts(given, ann, Condition::any_of({})), IsEmpty());
    EXPECT_THAT(texts(given, ann, Condition::negation({})), IsEmpty());
    EXPECT_THAT(
        texts(given, ann, compare(Field::read_at, Lookup::isnull, true)), ElementsAre("unread")
    );
    EXPECT_THAT(
        texts(given, ann, compare(Field::read_at, Lookup::exact, std::monostate())),
        ElementsAre("unread")
    );
    EXPECT_THAT(
        texts(given, ann, compare(Field::read_at, Lookup::isnull, false)),
        ElementsAre("early", "late")
    );
}

TEST(SelectMessages, TakesListsOfAnyLength) {
    Given given;
    const UserId ann = given.user("ann");
    for (const char* text : {"1", "2", "3"}) {
        given.message(ann, text);
    }
    std::vector<FieldValue> many = {std::monostate(), std::int64_t{3}};
    EXPECT_THAT(texts(given, ann, Condition::in(Field::id, many)), ElementsAre("3"));
    for (std::int64_t id = 1'000; id < 2'300; ++id) {
        many.emplace_back(id);
    }
    many.emplace_back(std::int64_t{1});
    EXPECT_THAT(texts(given, ann, Condition::in(Field::id, many)), ElementsAre("1", "3"));
    EXPECT_THAT(texts(given, ann, Condition::in(Field::id, {})), IsEmpty());
    EXPECT_THAT(
        texts(given, ann, Condition::in(Field::message, {"1", "2", "nine"})), ElementsAre("1", "2")
    );
}

TEST(SelectMessages, FindsTextThatHasAllOfManyWords) {
    Given given;
    const UserId ann = given.user("ann");
    Condition words = compare(Field::message, Lookup::icontains, "w0");
    std::string all = "w0";
    for (int number = 1; number < 100; ++number) {
        words.values.emplace_back("w" + std::to_string(number));
        all += " w" + std::to_string(number);
    }
    given.message(ann, all);
    given.message(ann, all.substr(0, all.size() - 1));
    given.message(ann, R"(50%_\ "quoted", {braces} and NULL)");
    EXPECT_THAT(texts(given, ann, words), ElementsAre(all));
    EXPECT_EQ(texts(given, ann, Condition::negation(words)).size(), 2U);
    words.values = {R"(50%_\)", R"("quoted",)", "{", "}", "NULL", "es} and"};
    EXPECT_EQ(texts(given, ann, words).size(), 1U);
    words.values.emplace_back("5_%");
    EXPECT_THAT(texts(given, ann, words), IsEmpty());
}

/// Words that are more than what PostgreSQL looks for itself, and a text that has them.
struct ManyWords {
    Condition wanted = compare(Field::message, Lookup::icontains, "W0");
    std::string text = "w0";

    ManyWords() {
        for (int number = 1; number < 20; ++number) {
            wanted.values.emplace_back("W" + std::to_string(number));
            text += " w" + std::to_string(number);
        }
    }

    Condition and_also(std::vector<FieldValue> words) const {
        Condition all = wanted;
        all.values.insert(all.values.end(), words.begin(), words.end());
        return all;
    }
};

TEST(SelectMessages, ComparesManyWordsAsItDoesFew) {
    Given given;
    const UserId ann = given.user("ann");
    const ManyWords many;
    const std::string strange = many.text + R"( 50%_\ "quoted", {braces} and NULL)";
    const std::string letters = many.text + " f\xC3\xBCr stra\xC3\x9F";
    given.message(ann, strange).tag("a").tag("b");
    given.message(ann, letters);
    given.message(ann, many.text.substr(3));
    given.message(given.user("bob"), strange);
    EXPECT_THAT(texts(given, ann, many.wanted), ElementsAre(strange, letters));
    EXPECT_THAT(
        texts(given, ann, Condition::negation(many.wanted)), ElementsAre(many.text.substr(3))
    );
    EXPECT_THAT(
        texts(given, ann, many.and_also({R"(50%_\)", R"("QUOTED",)", "{", "}", "null", "es} AND"})),
        ElementsAre(strange)
    );
    EXPECT_THAT(texts(given, ann, many.and_also({"5_%"})), IsEmpty());
    for (const char* word : {"f\xC3\xBCr", "F\xC3\x9CR", "fur", "STRASS", "STRA\xE1\xBA\x9E"}) {
        EXPECT_EQ(
            texts(given, ann, many.and_also({word})),
            texts(given, ann, compare(Field::message, Lookup::icontains, word))
        ) << word;
    }
}

TEST(SelectMessages, FindsALongWordAsItDoesAShortOne) {
    Given given;
    const UserId ann = given.user("ann");
    const std::string text = "x " + std::string(300, 'a') + R"(50%_\"b", y)";
    given.message(ann, text);
    given.message(ann, text.substr(3));
    given.message(given.user("bob"), text);
    const std::string word = std::string(300, 'A') + R"(50%_\"B",)";
    const auto found = [&](FieldValue wanted) {
        return texts(given, ann, compare(Field::message, Lookup::icontains, std::move(wanted)));
    };
    EXPECT_THAT(found(word), ElementsAre(text));
    EXPECT_EQ(found(word.substr(1)).size(), 2U);
    EXPECT_THAT(found("a" + word), IsEmpty());
}

TEST(SelectMessages, FindsManyWordsInALongMessageToo) {
    Given given;
    const UserId ann = given.user("ann");
    Condition wanted = compare(Field::message, Lookup::icontains, "A");
    std::string text = "a";
    for (char letter = 'b'; letter <= 't'; ++letter) {
        wanted.values.emplace_back(std::string(1, static_cast<char>(letter - 'a' + 'A')));
        text += letter;
    }
    while (text.size() <= 4'000) { // in 1,024 characters
        text += "\xF0\x9F\x98\x80";
    }
    given.message(ann, text);
    given.message(ann, "a");
    EXPECT_THAT(texts(given, ann, wanted), ElementsAre(text));
}

TEST(SelectMessages, FindsManyWordsAmongThousandsOfMessages) {
    Given given;
    const UserId ann = given.user("ann");
    const ManyWords many;
    given.connection().begin();
    for (int number = 0; number < 2'100; ++number) {
        given.message(ann, number % 700 == 0 ? many.text : "w0");
    }
    given.connection().commit();
    EXPECT_EQ(texts(given, ann, many.wanted), std::vector<std::string>(3, many.text));
}

TEST(SelectMessages, FindsOneOfManyValues) {
    Given given;
    const UserId ann = given.user("ann");
    const std::string strange = R"(a"b\c,{d} NULL)";
    given.message(ann, "first").level(25).tag("t7").view(strange);
    given.message(ann, "second").level(-3).tag(strange);
    given.message(ann, "third").level(30).tag("7");
    std::vector<FieldValue> levels;
    std::vector<FieldValue> tags;
    levels.reserve(48);
    tags.reserve(49);
    for (std::int64_t number = -20; number < 28; ++number) {
        levels.emplace_back(number);
        tags.emplace_back("t" + std::to_string(number));
    }
    const auto in = [&](Field field, std::vector<FieldValue> values) {
        return texts(given, ann, Condition::in(field, std::move(values)));
    };
    EXPECT_THAT(in(Field::level, levels), ElementsAre("first", "second"));
    EXPECT_THAT(in(Field::level, {std::int64_t{3}, std::int64_t{0}}), IsEmpty());
    EXPECT_THAT(in(Field::tag_text, tags), ElementsAre("first"));
    tags.emplace_back(strange);
    EXPECT_THAT(in(Field::tag_text, tags), ElementsAre("first", "second"));
    EXPECT_THAT(in(Field::view, {strange, "x\ty\n"}), ElementsAre("first"));
    EXPECT_THAT(
        texts(given, ann, Condition::negation(Condition::in(Field::level, levels))),
        ElementsAre("third")
    );
}

TEST(SelectMessages, SurvivesASearchForThousandsOfWords) {
    Given given;
    const UserId ann = given.user("ann");
    given.message(ann, "aaa");
    std::vector<Condition> words(8'000, compare(Field::message, Lookup::icontains, "a"));
    EXPECT_THAT(texts(given, ann, Condition::all_of(words)), ElementsAre("aaa"));
}

TEST(SelectMessages, ListsAMessageOnceThoughTwoOfItsTagsFit) {
    Given given;
    const UserId ann = given.user("ann");
    given.message(ann, "twice").tag("dup").tag("dup").tag("duplicate");
    given.message(ann, "once").tag("dup");
    given.message(ann, "other").tag("x");
    given.message(ann, "none");
    const auto tag = [](Lookup lookup, FieldValue value) {
        return compare(Field::tag_text, lookup, std::move(value));
    };
    EXPECT_THAT(texts(given, ann, tag(Lookup::exact, "dup")), ElementsAre("twice", "once"));
    EXPECT_THAT(texts(given, ann, tag(Lookup::startswith, "du")), ElementsAre("twice", "once"));
    EXPECT_THAT(
        texts(given, ann, Condition::in(Field::tag_text, {"x", "duplicate"})),
        ElementsAre("twice", "other")
    );
    EXPECT_THAT(
        texts(given, ann, Condition::negation(tag(Lookup::exact, "dup"))),
        ElementsAre("other", "none")
    );
    EXPECT_THAT(texts(given, ann, tag(Lookup::isnull, true)), ElementsAre("none"));
    EXPECT_THAT(
        texts(given, ann, tag(Lookup::isnull, false)), ElementsAre("twice", "once", "other")
    );
    MessageQuery query;
    query.where = tag(Lookup::exact, "dup");
    EXPECT_EQ(store::count_messages(given.connection(), {ann, false, {}}, query), 2);
}

TEST(CountMessages, IsRightWhateverWasCountedBefore) {
    Given given;
    const std::vector<UserId> users = {given.user("ann"), given.user("bob"), given.user("eve")};
    std::vector<std::vector<MessageId>> ids(users.size());
    const auto expect_right = [&] {
        for (std::size_t i = 0; i < users.size(); ++i) {
            for (int again = 0; again < 2; ++again) {
                EXPECT_EQ(
                    store::count_messages(given.connection(), {users[i], false, {}}, {}),
                    std::ssize(ids[i])
                );
            }
        }
    };
    const auto send = [&](std::size_t to, int count) {
        for (; count > 0; --count) {
            ids[to].push_back(given.message(users[to], "hi").id());
        }
    };
    const auto remove = [&](std::size_t from, int count) {
        for (; count > 0; --count) {
            store::delete_message(given.connection(), ids[from].back());
            ids[from].pop_back();
        }
    };
    expect_right();
    send(0, 90); // enough for a guess
    send(1, 80);
    send(2, 70); // the last in the index
    expect_right();
    for (const int change : {1, 2, 3, 10}) {
        send(0, change);
        remove(1, change);
        send(2, change);
        expect_right();
        remove(0, change);
        send(1, change);
        remove(2, change);
        expect_right();
    }
    remove(1, 80); // all of them
    remove(2, 69);
    expect_right();
}

TEST(CountMessages, SkipsOnSqliteWhatItHasCountedBefore) {
    Given given;
    const UserId ann = given.user("ann");
    for (int i = 0; i < 80; ++i) {
        given.message(ann, "hi");
    }
    store::count_messages(given.connection(), {ann, false, {}}, {});
    test::RecordingConnection recording(given.connection());
    EXPECT_EQ(store::count_messages(recording, {ann, false, {}}, {}), 80);
    ASSERT_EQ(recording.sent.size(), 1U);
    const bool is_sqlite = recording.dialect() == sql::Dialect::sqlite;
    EXPECT_EQ(recording.sent.front().text.find("LIMIT 4 OFFSET ?") != std::string::npos, is_sqlite);
}

TEST(SelectMessages, ShowsALevelBeyondThirtyTwoBitsAsTheGreatest) {
    Given given;
    const UserId ann = given.user("ann");
    given.message(ann, "huge").level(INT64_MAX);
    given.message(ann, "tiny").level(INT64_MIN);
    const auto messages = store::select_messages(given.connection(), {ann, false, {}}, {});
    EXPECT_EQ(messages[0].level, INT32_MAX);
    EXPECT_EQ(messages[1].level, INT32_MIN);
    EXPECT_EQ(store::summarize_unread(given.connection(), {ann, false, {}}).max_level, INT32_MAX);
}

TEST(SummarizeUnread, CountsAndFindsTheGreatestLevelOfUnreadMessagesOnly) {
    Given given;
    const UserId ann = given.user("ann");
    const auto before = store::summarize_unread(given.connection(), {ann, false, {}});
    EXPECT_EQ(before.count, 0);
    EXPECT_FALSE(before.max_level);
    given.message(ann, "a").level(20);
    given.message(ann, "b").level(30);
    given.message(ann, "c").level(40).read();
    given.message(given.user("bob"), "d").level(50);
    const auto summary = store::summarize_unread(given.connection(), {ann, false, {}});
    EXPECT_EQ(summary.count, 2);
    EXPECT_EQ(summary.max_level, 30);
}

TEST(SelectMessage, FindsOnlyAMessageOfItsOwnerThatTheConditionSelects) {
    Given given;
    const UserId ann = given.user("ann");
    const UserId bob = given.user("bob");
    const auto id = given.message(ann, "hi").tag("a").tag("b").id();
    const auto found = store::select_message(given.connection(), {ann, false, {}}, id, {});
    ASSERT_TRUE(found);
    EXPECT_THAT(found->extra_tags, ElementsAre("a", "b"));
    EXPECT_FALSE(store::select_message(given.connection(), {bob, false, {}}, id, {}));
    EXPECT_FALSE(store::select_message(
        given.connection(), {ann, false, {}}, id, compare(Field::level, Lookup::gt, 20)
    ));
    EXPECT_FALSE(store::select_message(given.connection(), {ann, false, {}}, {INT64_MAX}, {}));
}

} // namespace
} // namespace drf_messages
