// SPDX-License-Identifier: MIT
// How many texts of statements a client can bring about: a database keeps each of them for a while.
#include "api/resource/filters.hpp"
#include "api/tables/filters.hpp"
#include "sql/kept_statements.hpp"
#include "store/message_store.hpp"
#include "unit/api/in_english.hpp"
#include "unit/store/recording_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {
namespace {

using sql::Dialect;
using testing::Each;
using testing::Le;
using testing::SizeIs;
using testing::Truly;

const store::MessageScope ann = {UserId{std::int64_t{7}}, false, {}};

/// "x0,x1,…": that many values which all differ.
std::string list(std::string_view beginning, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += (i == 0 ? "" : ",") + std::string(beginning) + std::to_string(i);
    }
    return text;
}

class StatementTexts : public testing::TestWithParam<Dialect> {
protected:
    StatementTexts() { settings.messages_filter_lookups = true; }

    MessageQuery query_of(const std::string& text) const {
        const auto parameters = *http::QueryDict::parse(text, 1000);
        MessageQuery query;
        query.where = Condition::all_of(
            {filter_condition(parameters, settings, english_moments(text::TimeZone::utc())),
             search_condition(parameters, "search", {})}
        );
        query.order = ordering(parameters, "ordering");
        return query;
    }

    /// What a list sends for the request, its first page and another one.
    void ask(const std::string& text, std::size_t shown) {
        test::RecordingConnection connection(GetParam());
        MessageQuery query = query_of(text);
        store::count_messages(connection, ann, query);
        query.limit = shown;
        store::select_messages(connection, ann, query);
        query.offset = shown;
        store::select_messages(connection, ann, query);
        std::vector<MessageId> ids;
        ids.reserve(shown);
        for (std::size_t id = 1; id <= shown; ++id) {
            ids.push_back({static_cast<std::int64_t>(id)});
        }
        store::mark_read(connection, ann, ids, Timestamp());
        for (const auto& sent : connection.sent) {
            texts.insert(sent.text);
            EXPECT_LE(sent.parameters, 1100U) << sent.name;
        }
    }

    Settings settings;
    std::set<std::string> texts;
};

INSTANTIATE_TEST_SUITE_P(
    , StatementTexts, testing::Values(Dialect::sqlite, Dialect::postgresql, Dialect::mariadb)
);

TEST_P(StatementTexts, AreFewHoweverManyWordsAndValuesARequestHas) {
    std::mt19937 random(5); // the same requests each time
    const auto some = [&] { return 1 + random() % (random() % most_values + 1); };
    for (int turn = 0; turn < 600; ++turn) {
        ask("search=" + list("w", some()) + "&level__in=" + list("1", some()) +
                "&extra_tags__in=" + list("t", some()) + "&ordering=-level,created",
            1 + random() % 500);
    }
    EXPECT_THAT(texts, SizeIs(Le(32U)));
}

TEST_P(StatementTexts, AreFewForASearchOfEveryNumberOfWords) {
    for (std::size_t words = 1; words <= most_values; ++words) {
        ask("search=" + list("w", words), 10);
    }
    EXPECT_THAT(texts, SizeIs(Le(16U)));
}

TEST_P(StatementTexts, AreTheSameForNumbersThatNoLevelReaches) {
    for (const std::string number :
         {"20", "-1e40", "1e40", "9223372036854775807", "-9223372036854775808"}) {
        for (const std::string lookup : {"gt", "gte", "lt", "lte"}) {
            for (const std::string other : {"10", "-1e40", "1e40"}) {
                ask("level__" + lookup + "=" + number + "&level__range=" + other + ",50", 10);
            }
        }
    }
    // Upwards, downwards, and what no message meets: each with its count. And the marks.
    EXPECT_THAT(texts, SizeIs(Le(7U)));
}

TEST_P(StatementTexts, AreShortEnoughToBeKeptButForManyWordsOnMariadb) {
    ask("search=" + list("w", GetParam() == Dialect::mariadb ? 8 : most_values) +
            "&level__in=" + list("1", most_values) + "&extra_tags__in=" + list("t", most_values) +
            "&level=1&level_tag=info&view=v&unread=true&extra_tags=t&extra_tags__iexact=t"
            "&created_after=2024-01-01&read_before=2024-01-01&ordering=level,read_at,created",
        500);
    EXPECT_THAT(texts, Each(Truly(sql::is_worth_keeping)));
}

} // namespace
} // namespace drf_messages::api
