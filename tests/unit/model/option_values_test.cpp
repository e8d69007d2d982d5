// SPDX-License-Identifier: MIT
#include "model/option_values.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

namespace drf_messages::model {
namespace {

using namespace std::chrono_literals;

SettingValue text(const std::string& value) {
    return {value};
}

class OptionValuesTest : public testing::Test {
protected:
    std::string refusal(const std::function<void(const OptionValues&)>& read) const {
        try {
            read(options);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "none";
    }

    const std::map<std::string, SettingValue> values{
        {"none", {std::monostate()}},
        {"word", text("secret")},
        {"digits", text("12")},
        {"nul", text(std::string("a\0b", 3))},
        {"no", text("No")},
        {"integer", {std::int64_t{3}}},
        {"zero", {std::int64_t{0}}},
        {"fraction", {1.5}},
        {"nan", {std::numeric_limits<double>::quiet_NaN()}},
        {"yes", {true}},
        {"table", {SettingValue::Table{{"inside", {true}}}}}};
    const OptionValues options{"OPTIONS", values};
};

TEST_F(OptionValuesTest, AreAbsentForNoneAndForNoKey) {
    for (const char* key : {"none", "missing"}) {
        EXPECT_EQ(options.text(key), std::nullopt) << key;
        EXPECT_EQ(options.text_or_number(key), std::nullopt) << key;
        EXPECT_EQ(options.flag(key), std::nullopt) << key;
        EXPECT_EQ(options.integer(key, 5, 6), std::nullopt) << key;
        EXPECT_EQ(options.time(key), std::nullopt) << key;
        EXPECT_TRUE(options.table(key).empty()) << key;
        EXPECT_EQ(options.number(key), std::nullopt) << key;
        EXPECT_EQ(options.find(key), nullptr) << key;
    }
    EXPECT_TRUE(options.has("none"));
    EXPECT_FALSE(options.has("missing"));
}

TEST_F(OptionValuesTest, AreReadAsTheTypeThatIsAskedFor) {
    EXPECT_EQ(options.text("word"), "secret");
    EXPECT_EQ(options.text_or_number("word"), "secret");
    EXPECT_EQ(options.text_or_number("integer"), "3");
    EXPECT_EQ(options.text_or_number("yes"), "1");
    EXPECT_EQ(options.flag("yes"), true);
    EXPECT_EQ(options.flag("zero"), false);
    EXPECT_EQ(options.flag("no"), false);
    EXPECT_EQ(options.integer("integer", 1, 3), 3);
    EXPECT_EQ(options.integer("digits", 0, 100), 12);
    EXPECT_EQ(options.time("fraction"), 1500ms);
    EXPECT_EQ(options.time("digits"), 12s);
    EXPECT_EQ(options.time("zero"), std::nullopt);
    EXPECT_EQ(options.table("table").count("inside"), 1U);
    EXPECT_EQ(options.number("integer"), 3);
    EXPECT_EQ(options.number("fraction"), 1.5);
}

TEST_F(OptionValuesTest, OfAnotherTypeAreAbsentForWhoSaysItselfWhatItExpects) {
    EXPECT_EQ(options.number("digits"), std::nullopt);
    EXPECT_EQ(options.find_as<bool>("integer"), nullptr);
    ASSERT_NE(options.find_as<bool>("yes"), nullptr);
}

TEST_F(OptionValuesTest, AreRefusedWithTheirKeyAndWithoutTheirValue) {
    EXPECT_EQ(refusal([](auto& o) { o.text("integer"); }), "OPTIONS.integer: expected text");
    for (const char* key : {"fraction", "table", "nul"}) {
        EXPECT_EQ(
            refusal([&](auto& o) { o.text_or_number(key); }),
            std::string("OPTIONS.") + key + ": expected text or a number"
        );
    }
    EXPECT_EQ(refusal([](auto& o) { o.flag("table"); }), "OPTIONS.table: expected true or false");
    for (const char* key : {"integer", "word", "fraction"}) {
        EXPECT_EQ(
            refusal([&](auto& o) { o.integer(key, 4, 9); }),
            std::string("OPTIONS.") + key + ": expected an integer (4 to 9)"
        );
    }
    for (const char* key : {"word", "nan", "yes"}) {
        EXPECT_EQ(
            refusal([&](auto& o) { o.time(key); }),
            std::string("OPTIONS.") + key + ": expected seconds (0 to 3600)"
        );
    }
    EXPECT_EQ(refusal([](auto& o) { o.table("word"); }), "OPTIONS.word: expected a table");
}

TEST_F(OptionValuesTest, ThatNobodyKnowsAreRefusedInTheWordsOfTheirTable) {
    EXPECT_EQ(
        refusal([](auto& o) { o.allow("wrod", {"word"}); }),
        "OPTIONS.wrod is no setting; did you mean word?"
    );
    const std::map<std::string, SettingValue> wrong{{"zzz", text("secret")}};
    const OptionValues pool("OPTIONS.pool", wrong, ": is no argument of a pool");
    try {
        pool.allow_only({"word"});
        FAIL() << "not refused";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "OPTIONS.pool.zzz: is no argument of a pool");
    }
}

} // namespace
} // namespace drf_messages::model
