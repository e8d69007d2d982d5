// SPDX-License-Identifier: MIT
#include "api/resource/message_serializer.hpp"
#include "model/site_time.hpp"
#include "support/database.hpp"

#include <gtest/gtest.h>

namespace drf_messages::api {
namespace {

using namespace std::chrono_literals;
using test::a_monday_morning;

Message a_message() {
    Message message;
    message.id = {7};
    message.message = "Saved \xE2\x80\xA8 \"x\"";
    message.level = level::SUCCESS;
    message.extra_tags = {"b", "a"};
    message.view = "demo:index";
    message.created = a_monday_morning + 10us;
    return message;
}

std::string written(const Settings& settings, const Message& message) {
    const MessageSerializer serializer(settings, site_time_zone(settings));
    text::JsonWriter json{text::JsonStyle{}};
    serializer.write(json, message);
    return json.take();
}

std::string created(const Settings& settings) {
    const auto body = written(settings, a_message());
    const auto begin = body.find("\"created\":") + std::string_view("\"created\":").size();
    return body.substr(begin, body.size() - begin - 1);
}

TEST(MessageSerializer, WritesTheFieldsInTheirOrder) {
    EXPECT_EQ(
        written({}, a_message()),
        R"({"id":7,"message":"Saved \u2028 \"x\"","level":25,"level_tag":"success","extra_tags":["b","a"],)"
        R"("view":"demo:index","read_at":null,"created":"2024-01-01T10:00:00.000010Z"})"
    );
}

TEST(MessageSerializer, LeavesTheTagOfAnUnknownLevelEmpty) {
    auto message = a_message();
    message.level = 100;
    message.read_at = a_monday_morning;
    message.extra_tags.clear();
    EXPECT_NE(
        written({}, message)
            .find(
                R"("level":100,"level_tag":"","extra_tags":[],"view":"demo:index","read_at":"2024-01-01T10:00:00Z")"
            ),
        std::string::npos
    );
}

TEST(MessageSerializer, WritesIdsAsTextsWhereTheSiteAsksRestFrameworkForIt) {
    Settings settings;
    settings.rest_framework.coerce_bigint_to_string = true;
    const auto begin = [&] { return written(settings, a_message()).substr(0, 9); };
    EXPECT_EQ(begin(), R"({"id":7,")");
    settings.rest_framework_version = "3.16";
    EXPECT_EQ(begin(), R"({"id":7,")");
    settings.rest_framework_version = "3.17";
    EXPECT_EQ(begin(), R"({"id":"7")");
    EXPECT_EQ(
        to_json(MessageSerializer(settings, site_time_zone(settings)).value(a_message()))
            .substr(0, 9),
        R"({"id":"7")"
    );
}

TEST(MessageSerializer, WritesTimesByZoneAndFormat) {
    Settings settings;
    settings.time_zone = "Europe/Berlin";
    EXPECT_EQ(created(settings), R"("2024-01-01T11:00:00.000010+01:00")");
    settings.rest_framework.datetime_format = "ISO-8601";
    EXPECT_EQ(created(settings), R"("2024-01-01T11:00:00.000010+01:00")");
    settings.rest_framework.datetime_format = "%d.%m.%Y %H:%M %z";
    EXPECT_EQ(created(settings), R"("01.01.2024 11:00 +0100")");
    settings.rest_framework.datetime_format = std::nullopt;
    EXPECT_EQ(created(settings), R"("2024-01-01T10:00:00.000010Z")") << "as the database has it";
}

TEST(MessageSerializer, WritesReadingsOfTheZonesClockWithoutUseTz) {
    Settings settings;
    settings.time_zone = "Europe/Berlin";
    settings.use_tz = false;
    EXPECT_EQ(created(settings), R"("2024-01-01T11:00:00.000010")");
    settings.rest_framework.datetime_format = "%d.%m.%Y %H:%M|%z|%Z";
    EXPECT_EQ(created(settings), R"("01.01.2024 11:00||")");
    settings.rest_framework.datetime_format = std::nullopt;
    EXPECT_EQ(created(settings), R"("2024-01-01T11:00:00.000010")");
}

TEST(MessageSerializer, WithoutAFormatWritesTimesInTheZoneOfTheDatabase) {
    Settings settings;
    settings.time_zone = "Europe/Berlin";
    settings.database.time_zone = "Asia/Tokyo";
    EXPECT_EQ(created(settings), R"("2024-01-01T11:00:00.000010+01:00")");
    settings.rest_framework.datetime_format = std::nullopt;
    EXPECT_EQ(created(settings), R"("2024-01-01T19:00:00.000010+09:00")");
}

TEST(MessageSerializer, WritesIso8601WhateverTheSettingsSayWhereThatIsAskedFor) {
    Settings settings;
    settings.use_tz = false;
    settings.rest_framework.datetime_format = "%d.%m.%Y";
    const auto serializer =
        MessageSerializer::iso_8601(settings, *text::TimeZone::find("Europe/Berlin"));
    text::JsonWriter json{text::JsonStyle{}};
    serializer.write(json, a_message());
    EXPECT_NE(
        json.take().find(R"("created":"2024-01-01T11:00:00.000010+01:00")"), std::string::npos
    );
}

TEST(MessageSerializer, SummarizesWhatIsUnread) {
    const Settings settings;
    const MessageSerializer serializer(settings, text::TimeZone::utc());
    const auto summary = [&](const UnreadSummary& value) {
        text::JsonWriter json{text::JsonStyle{}};
        serializer.write_summary(json, value);
        return json.take();
    };
    EXPECT_EQ(summary({3, 40}), R"({"count":3,"max_level":40,"max_level_tag":"error"})");
    EXPECT_EQ(summary({1, 100}), R"({"count":1,"max_level":100,"max_level_tag":""})");
    EXPECT_EQ(summary({}), R"({"count":0,"max_level":null,"max_level_tag":""})");
}

} // namespace
} // namespace drf_messages::api
