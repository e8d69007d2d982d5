// SPDX-License-Identifier: MIT
#include "http/url.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace drf_messages::http {
namespace {

struct Replacement {
    std::string_view url;
    std::string_view name;
    std::string_view value;
    std::string_view expected;
};

// rest_framework.utils.urls.replace_query_param, 3.14.0 on Python 3.11.
const std::vector<Replacement> replacements = {
    {"http://testserver/messages/", "limit", "2", "http://testserver/messages/?limit=2"},
    {"http://testserver/messages/?limit=5&b=&a",
     "offset",
     "10",
     "http://testserver/messages/?a=&b=&limit=5&offset=10"},
    {"http://testserver/messages/?z=1&a=2&z=0&a=1",
     "z",
     "3",
     "http://testserver/messages/?a=2&a=1&z=3"},
    {"/messages/?q=a%20b+c&x=%C3%A9", "p", "~ \303\251", "/messages/?p=~+%C3%A9&q=a+b+c&x=%C3%A9"},
    {"http://testserver/messages/?a=%ff",
     "limit",
     "2",
     "http://testserver/messages/?a=%EF%BF%BD&limit=2"},
    {"http://testserver/messages/?", "limit", "2", "http://testserver/messages/?limit=2"},
    {"http://h/p?a=1#frag", "b", "2", "http://h/p?a=1&b=2#frag"},
    {"http://h?a=1", "b", "2", "http://h?a=1&b=2"},
    {"HTTP://H/p", "a", "1", "http://H/p?a=1"},
    {"//h/p?a=1", "b", "2", "//h/p?a=1&b=2"},
    {"http:///p", "b", "2", "http:///p?b=2"},
    {"http:p", "b", "2", "http:///p?b=2"},
    {"mailto:x", "b", "2", "mailto:x?b=2"},
    {"  /p\011?a\012=1", "b", "2", "/p?a=1&b=2"},
    {"http://h/p?a;b=1", "c", "2", "http://h/p?a%3Bb=1&c=2"},
    {"1http://h/", "a", "b", "1http://h/?a=b"},
    {"http://h/p#f?x=1", "a", "b", "http://h/p?a=b#f?x=1"},
    {"http://h//p?x=1&&y", "a", "/,:", "http://h//p?a=%2F%2C%3A&x=1&y="},
    {"svn+ssh:x?", "a", "1", "svn+ssh:///x?a=1"},
    {"x-y:a/b", "a", "1", "x-y:a/b?a=1"},
    {"?limit=1", "limit", "2", "?limit=2"},
    {"", "a", "1", "?a=1"},
    {"http://h/\303\251?\303\251=\303\251", "a", "1", "http://h/\303\251?a=1&%C3%A9=%C3%A9"},
    {"http://[::1]:80/m?A=1&a=2&B=3", "a", "1", "http://[::1]:80/m?A=1&B=3&a=1"},
};

struct Removal {
    std::string_view url;
    std::string_view name;
    std::string_view expected;
};

// rest_framework.utils.urls.remove_query_param, 3.14.0 on Python 3.11.
const std::vector<Removal> removals = {
    {"http://testserver/messages/?limit=5&offset=4",
     "offset",
     "http://testserver/messages/?limit=5"},
    {"http://testserver/messages/?offset=4", "offset", "http://testserver/messages/"},
    {"http://h/p?b=2&a=1&b=1&c", "c", "http://h/p?a=1&b=2&b=1"},
    {"/p?x=%2F", "y", "/p?x=%2F"},
    {"http://h/p?#", "y", "http://h/p"},
    {"http://h/p?b=2&b=1", "b", "http://h/p"},
    {"file:/x?y=1", "y", "file:///x"},
};

struct Escape {
    std::string_view text;
    std::string_view uri;
    std::string_view path;
};

// django.utils.encoding.iri_to_uri and escape_uri_path, 3.2.25.
const std::vector<Escape> escapes = {
    {"/messages/?a=b", "/messages/?a=b", "/messages/%3Fa%3Db"},
    {"/\303\251/ x", "/%C3%A9/%20x", "/%C3%A9/%20x"},
    {"/a%20b/%zz", "/a%20b/%zz", "/a%2520b/%25zz"},
    {"/\"<>\\^`{|}", "/%22%3C%3E%5C%5E%60%7B%7C%7D", "/%22%3C%3E%5C%5E%60%7B%7C%7D"},
    {"/#%[]=:;$&()+,!?*@'~-._", "/#%[]=:;$&()+,!?*@'~-._", "/%23%25%5B%5D%3D:%3B$&()+,!%3F*@'~-._"},
    {"/\177\001", "/%7F%01", "/%7F%01"},
    {"/a%C3%A9\303\251", "/a%C3%A9%C3%A9", "/a%25C3%25A9%C3%A9"},
};

TEST(Url, ReplacesAQueryParameterAndSortsTheRest) {
    for (const auto& row : replacements) {
        EXPECT_EQ(replace_query_param(row.url, row.name, row.value), row.expected) << row.url;
    }
}

TEST(Url, RemovesAQueryParameterAndSortsTheRest) {
    for (const auto& row : removals) {
        EXPECT_EQ(remove_query_param(row.url, row.name), row.expected) << row.url;
    }
}

TEST(Url, ChangesSeveralQueryParametersAsOneAfterTheOther) {
    const std::string_view url = "HTTP://h/p?z=%E9&b=2&a=1&b=3&a#end";
    EXPECT_EQ(
        change_query(url, {{"b", "4"}, {"a", std::nullopt}}),
        remove_query_param(replace_query_param(url, "b", "4"), "a")
    );
    EXPECT_EQ(change_query(url, {{"a", "1"}, {"a", "2"}}), replace_query_param(url, "a", "2"));
    EXPECT_EQ(change_query("http://h/p?a=1", {{"a", std::nullopt}}), "http://h/p");
}

TEST(Url, TakesABrokenAddressAsItIs) {
    EXPECT_EQ(replace_query_param("http://[::1/p", "a", "1"), "http://[::1/p?a=1");
}

TEST(Url, EscapesWhatAUriCanNotHold) {
    for (const auto& row : escapes) {
        EXPECT_EQ(iri_to_uri(row.text), row.uri) << row.text;
        EXPECT_EQ(escape_uri_path(row.text), row.path) << row.text;
    }
}

} // namespace
} // namespace drf_messages::http
