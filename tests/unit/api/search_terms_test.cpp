// SPDX-License-Identifier: MIT
#include "api/resource/search_terms.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {
namespace {

using Terms = std::vector<std::string>;

TEST(SearchWords, ArePartedByCommasAndWhiteSpaceWhateverElseIsInThem) {
    EXPECT_EQ(search_words("disk,full  \xC2\xA0now"), (Terms{"disk", "full", "now"}));
    EXPECT_EQ(search_words("\"disk full\""), (Terms{"\"disk", "full\""}));
    EXPECT_EQ(search_words(" , "), Terms{});
}

// Made by search_smart_split of REST framework 3.18.3 with Django 4.2.30. It makes an empty term
// too, which every text contains.
TEST(SearchPhrases, AreThoseOfRestFramework) {
    const std::pair<std::string_view, Terms> cases[] = {
        {"", {}},
        {"disk full", {"disk", "full"}},
        {" disk , full ", {"disk", "full"}},
        {"\"disk full\"", {"disk full"}},
        {"\"disk full\" now", {"disk full", "now"}},
        {"'disk full',now", {"'disk full'", "now"}},
        {"\"a,b\"", {"a,b"}},
        {"\"a\",\"b\"", {"a\",\"b"}},
        {",\"a b\",", {"a b"}},
        {",,", {}},
        {"\",a\"", {",a"}},
        {"it's", {"it's"}},
        {"it's john's", {"it's john's"}},
        {"say \"a b\"", {"say", "a b"}},
        {"say\"a b\"c d", {"say\"a b\"c", "d"}},
        {"\"a b", {"\"a", "b"}},
        {"\"", {}},
        {"\"\"", {}},
        {"\"a\"b\"c d", {"\"a\"b", "\"c", "d"}},
        {"\"a\"'b c'", {"\"a\"'b c'"}},
        {"\"a' b\"", {"a' b"}},
        {"'\"'", {"\""}},
        {"\"a \\\"b\\\" c\"", {"a \"b\" c"}},
        {"\"a\\\\b\"", {"a\\b"}},
        {"\"a\\", {"\"a\\"}},
        {"\"a\\\nb\"", {"\"a\\", "b\""}},
        {"a\\\" b\\\" c", {"a\\\"", "b\\\"", "c"}},
        {"a\\\" b\\\" '\" c\\\\\" d", {"a\\\" b\\\" '\"", "c\\\\\"", "d"}},
        {"\"a\\\n\"b c\"", {"\"a\\", "b c"}},
        {"\"a\\\xC3\xA9\"", {"a\\\xC3\xA9"}},
        {"x\" , \"y", {"x\"", "\"y"}},
        {"x\" , , \"y", {"x\"", "\"y"}},
        {"\xC2\xA0\"a\xC2\xA0"
         "b\"\xE2\x80\x83"
         "c",
         {"a\xC2\xA0"
          "b",
          "c"}},
    };
    for (const auto& [text, terms] : cases) {
        EXPECT_EQ(search_phrases(text), terms) << text;
    }
}

} // namespace
} // namespace drf_messages::api
