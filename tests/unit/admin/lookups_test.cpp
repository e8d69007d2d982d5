// SPDX-License-Identifier: MIT
#include "admin/lookup_regex.hpp"
#include "admin/lookups.hpp"
#include "middleware/bad_request.hpp"
#include "text/datetime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using admin::Lookups;
using testing::ElementsAre;
using namespace std::chrono_literals;

/// A row of one column.
class OneColumn : public sql::Row {
public:
    explicit OneColumn(FieldValue value) : value_(std::move(value)) {}
    bool is_null(int /*column*/) const override { return value_.index() == 0; }
    std::int64_t integer(int /*column*/) const override { return std::get<std::int64_t>(value_); }
    bool boolean(int /*column*/) const override { return std::get<bool>(value_); }
    std::string_view text(int /*column*/) const override { return std::get<std::string>(value_); }
    Timestamp timestamp(int /*column*/) const override { return std::get<Timestamp>(value_); }

private:
    FieldValue value_;
};

Timestamp utc(int month, int day, std::chrono::seconds time = 0s) {
    return std::chrono::sys_days(
               std::chrono::year(2024) / std::chrono::month(unsigned(month)) / unsigned(day)
           ) +
           time;
}

class AdminLookups : public testing::Test {
protected:
    std::optional<Lookups> read(std::string name, std::vector<std::string> values) {
        return read({{std::move(name), std::move(values)}});
    }
    std::optional<Lookups> read(const std::vector<admin::Parameter>& parameters) {
        return admin::read_lookups(
            parameters,
            {settings,
             zone,
             users,
             [this](Lookup lookup, std::vector<std::int64_t> ids) {
                 asked_tags.emplace_back(lookup, std::move(ids));
                 return std::vector<FieldValue>{std::int64_t{7}};
             }}
        );
    }
    /// Whether the one value is taken.
    bool takes(const std::string& name, const std::string& value) {
        return read(name, {value}).has_value();
    }
    bool holds(const std::string& name, const std::string& value, FieldValue of_row) {
        const auto lookups = read(name, {value});
        return lookups && lookups->tests.size() == 1 &&
               lookups->tests[0].holds(OneColumn(std::move(of_row)), 0);
    }

    Settings settings;
    text::TimeZone zone = *text::TimeZone::find("Europe/Berlin");
    store::UserTable users;
    std::vector<std::pair<Lookup, std::vector<std::int64_t>>> asked_tags;
};

TEST_F(AdminLookups, KnowFieldsAndLookupsAsDjangoDoes) {
    for (const char* name :
         {"id",
          "pk",
          "id__exact",
          "id__in",
          "level",
          "level__gte",
          "level__iexact",
          "user",
          "user_id",
          "user__id__exact",
          "user__pk",
          "user__id__contains",
          "extra_tags",
          "extra_tags__id__exact",
          "extra_tags__id__lte"}) {
        EXPECT_TRUE(takes(name, "1")) << name;
    }
    for (const char* name :
         {"view",
          "message",
          "message__icontains",
          "message__istartswith",
          "message__gt",
          "message__regex",
          "view__iregex",
          "session",
          "session_id",
          "session__session_key__exact",
          "session_key__in",
          "level__isnull",
          "read_at__isnull",
          "session__isnull"}) {
        EXPECT_TRUE(takes(name, "a")) << name;
    }
    for (const char* name :
         {"foo",
          "level__foo",
          "level__exact__exact",
          "user__contains",
          "level__year",
          "e__exact",
          "session__gt",
          "session_key__startswith",
          "session__session_key__contains",
          "session_key__regex",
          "extra_tags__contains",
          "extra_tags__id__regex",
          "created__regex",
          "created__month__isnull",
          "level__range",
          "",
          "__",
          "level__"}) {
        EXPECT_FALSE(takes(name, "1")) << name;
    }
}

TEST_F(AdminLookups, RefuseColumnsOfOtherTables) {
    for (const char* name :
         {"user__username",
          "user__password__startswith",
          "user__groups__name",
          "extra_tags__text__exact",
          "extra_tags__message",
          "session__expire_date"}) {
        EXPECT_THROW(read(name, {"1"}), middleware::BadRequest) << name;
    }
}

TEST_F(AdminLookups, RefuseValuesThatCannotBeRead) {
    for (const auto& [name, value] : std::vector<std::pair<const char*, const char*>>{
             {"level", "abc"},
             {"level", ""},
             {"level", "20.0"},
             {"level__in", "20,"},
             {"user", "alice"},
             {"extra_tags__id__exact", "abc"},
             {"created__gte", "2024-02-30"},
             {"created__gte", ""},
             {"created__gte", "2024-03-31 02:30"},
             {"created__year", "two"},
             {"created__month", "May"},
             {"created__date", "2024-01-02 10:00"},
             {"created__time", "25:00"},
             {"message__regex", "["}}) {
        EXPECT_FALSE(takes(name, value)) << name << "=" << value;
    }
}

TEST_F(AdminLookups, KnowThatNothingIsBeyondAllNumbers) {
    const std::string huge = "99999999999999999999";
    const auto kind = [&](const std::string& name, const std::string& value) {
        return read(name, {value})->typed.at(0).kind;
    };
    EXPECT_EQ(kind("level__gt", huge), Condition::Kind::nothing);
    EXPECT_EQ(kind("level__lt", huge), Condition::Kind::all_of);
    EXPECT_EQ(kind("level__lt", "-" + huge), Condition::Kind::nothing);
    EXPECT_EQ(kind("level__in", huge), Condition::Kind::nothing);
    EXPECT_EQ(read("level", {huge})->filters.at(0).kind, Condition::Kind::nothing);
    EXPECT_EQ(read("view", {std::string("\0", 1)})->filters.at(0).kind, Condition::Kind::nothing);
}

TEST_F(AdminLookups, AreSortedByWhatTheyCost) {
    EXPECT_EQ(read("user__id__exact", {"1"})->served.size(), 1U);
    EXPECT_EQ(read("extra_tags__id__exact", {"1"})->served.size(), 1U);
    EXPECT_EQ(read("session", {"key"})->served.size(), 1U);
    EXPECT_EQ(read("created__gte", {"2024-01-01"})->by_created.size(), 1U);
    EXPECT_EQ(read("created__year", {"2024"})->by_created.size(), 1U);
    EXPECT_EQ(read("level", {"20"})->filters.size(), 1U);
    EXPECT_EQ(read("level", {"20", "40"})->filters.size(), 1U) << "any of them";
    EXPECT_EQ(read("read_at__isnull", {"True"})->filters.size(), 1U);
    EXPECT_EQ(read("extra_tags__isnull", {"True"})->filters.size(), 1U);
    EXPECT_EQ(read("level__gte", {"20"})->typed.size(), 1U);
    EXPECT_EQ(read("message__icontains", {"disk"})->typed.size(), 1U);
    EXPECT_EQ(read("message__regex", {"^H"})->tests.size(), 1U);
    EXPECT_EQ(read("created__month", {"2"})->tests.size(), 1U);
}

TEST_F(AdminLookups, AskForTheMessagesOfTags) {
    ASSERT_TRUE(read("extra_tags__id__in", {"1,2"}));
    ASSERT_TRUE(read("extra_tags", {"3"}));
    EXPECT_THAT(
        asked_tags,
        ElementsAre(
            std::pair(Lookup::in, std::vector<std::int64_t>{1, 2}),
            std::pair(Lookup::exact, std::vector<std::int64_t>{3})
        )
    );
}

TEST_F(AdminLookups, ReadMomentsByTheSitesClock) {
    const auto moment = [&](const std::string& value) {
        return std::get<Timestamp>(read("created__gte", {value})->by_created.at(0).values.at(0));
    };
    EXPECT_EQ(moment("2024-01-02"), utc(1, 1, 23h));
    EXPECT_EQ(moment("2024-07-02 10:30"), utc(7, 2, 8h + 30min));
    EXPECT_EQ(moment("2024-01-02 00:00:00+00:00"), utc(1, 2));
    settings.use_tz = false;
    EXPECT_FALSE(takes("created__gte", "2024-01-02 00:00:00+00:00"));
}

TEST_F(AdminLookups, MakeARangeOfAYearAMonthAndADay) {
    const auto range = [&](const std::vector<admin::Parameter>& parameters) {
        const auto lookups = read(parameters);
        EXPECT_TRUE(lookups && lookups->tests.empty());
        const Condition& both = lookups->by_created.at(0);
        return std::pair(
            std::get<Timestamp>(both.operands.at(0).values.at(0)),
            std::get<Timestamp>(both.operands.at(1).values.at(0))
        );
    };
    const admin::Parameter year{"created__year", {"2024"}};
    const admin::Parameter month{"created__month", {"3"}};
    EXPECT_EQ(range({year, month}), std::pair(utc(2, 29, 23h), utc(3, 31, 22h)));
    EXPECT_EQ(
        range({{"created__day", {"31"}}, month, year}), std::pair(utc(3, 30, 23h), utc(3, 31, 22h))
    );
    const auto none = read({{"created__day", {"30"}}, {"created__month", {"2"}}, year});
    ASSERT_TRUE(none);
    EXPECT_EQ(none->by_created.at(0).kind, Condition::Kind::nothing);
}

TEST_F(AdminLookups, CompareWholeYearsAndDays) {
    const auto condition = [&](const std::string& name, const std::string& value) {
        const auto lookups = read(name, {value});
        // compare_part() makes one choice of each value
        return lookups->by_created.at(0).operands.at(0);
    };
    EXPECT_EQ(condition("created__year__gt", "2023").lookup, Lookup::gte);
    EXPECT_EQ(
        std::get<Timestamp>(condition("created__year__gt", "2023").values.at(0)), utc(1, 1) - 1h
    );
    EXPECT_EQ(condition("created__date__lte", "2024-01-01").lookup, Lookup::lt);
    EXPECT_EQ(
        std::get<Timestamp>(condition("created__date__lte", "2024-01-01").values.at(0)),
        utc(1, 1, 23h)
    );
    EXPECT_EQ(condition("created__year", "10000").kind, Condition::Kind::nothing);
    EXPECT_EQ(condition("created__year__lt", "99999999999999999999").kind, Condition::Kind::all_of);
}

TEST_F(AdminLookups, TellThePartsOfAMoment) {
    const FieldValue moment = utc(2, 29, 23h + 30min + 5s); // a Friday in Berlin, past midnight
    for (const auto& [name, value] : std::vector<std::pair<const char*, const char*>>{
             {"created__month", "3"},
             {"created__month__in", "1,3"},
             {"created__day", "1"},
             {"created__hour__lt", "1"},
             {"created__minute", "30"},
             {"created__second", "5"},
             {"created__time", "00:30:05"},
             {"created__time__gte", "00:30"},
             {"created__week_day", "6"},
             {"created__iso_week_day", "5"},
             {"created__week", "9"},
             {"created__iso_year", "2024"},
             {"created__quarter", "1"}}) {
        EXPECT_TRUE(holds(name, value, moment)) << name << "=" << value;
    }
    EXPECT_FALSE(holds("created__month", "2", moment));
    EXPECT_FALSE(holds("created__day__gt", "1", moment));
    EXPECT_FALSE(holds("created__month__gt", "99999999999999999999", moment));
    EXPECT_TRUE(holds(
        "created__iso_year",
        "2020",
        Timestamp(std::chrono::sys_days(std::chrono::year(2021) / 1 / 3))
    ));
}

TEST_F(AdminLookups, GiveAllExpressionsOneSecondTogether) {
    const auto lookups =
        read({{"message__regex", {"x"}}, {"message__iregex", {"y"}}, {"view__regex", {"z"}}});
    ASSERT_TRUE(lookups);
    ASSERT_EQ(lookups->tests.size(), 3U);
    const OneColumn row(FieldValue("xyz"));
    lookups->matching->spend(1001ms);
    for (const auto& test : lookups->tests) {
        EXPECT_THROW(test.holds(row, 0), admin::MatchingTookTooLong);
    }
    lookups->matching->begin_anew();
    for (const auto& test : lookups->tests) {
        EXPECT_TRUE(test.holds(row, 0));
    }
}

TEST_F(AdminLookups, TakeFewOfWhatTakesLong) {
    EXPECT_TRUE(read("message__regex", std::vector<std::string>(10, "x")));
    EXPECT_FALSE(read("message__regex", std::vector<std::string>(11, "x")));
    EXPECT_FALSE(read(
        {{"message__regex", std::vector<std::string>(6, "x")},
         {"view__iregex", std::vector<std::string>(5, "x")}}
    ));
    EXPECT_TRUE(takes("message__regex", std::string(1'000, 'x')));
    EXPECT_FALSE(takes("message__regex", std::string(1'001, 'x')));
    EXPECT_TRUE(read("extra_tags__id__gt", {"1", "2", "3"}));
    EXPECT_FALSE(read({{"extra_tags__id__gt", {"1", "2", "3"}}, {"extra_tags__lt", {"9"}}}));
}

TEST_F(AdminLookups, MatchExpressionsAsPythonDoes) {
    EXPECT_TRUE(holds("message__regex", "^H.*d!$", "Hello world!"));
    EXPECT_FALSE(holds("message__regex", "^hello", "Hello"));
    EXPECT_TRUE(holds("message__iregex", "^hello", "Hello"));
    EXPECT_TRUE(holds("message__regex", "^.$", "Ü"));
    EXPECT_FALSE(holds("message__regex", "^b", "a\nb")) << "^ is the beginning of the text";
    EXPECT_FALSE(holds("message__regex", "a.b", "a\nb"));
    EXPECT_THROW(
        holds("message__regex", "^(a|aa|aaa)*(a|aa|aaa)*(a|aa)*$", std::string(1'000, 'a') + "b"),
        admin::MatchingTookTooLong
    );
}

} // namespace
} // namespace drf_messages
