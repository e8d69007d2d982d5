// SPDX-License-Identifier: MIT
// What clients say of hosts, paths and places to go to, as Django understands them: vectors of
// tests/compat/urls.json.
#include "http/safe_url.hpp"
#include "http/url.hpp"
#include "middleware/host.hpp"
#include "middleware/wsgi_path.hpp"
#include "support/repository.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::middleware {
namespace {

boost::json::array vectors(std::string_view name) {
    std::ifstream file(test::repository_path("tests/compat/urls.json"));
    const std::string text{std::istreambuf_iterator(file), {}};
    return boost::json::parse(text).at(name).as_array();
}

std::string text_of(const boost::json::value& value) {
    return boost::json::value_to<std::string>(value);
}

TEST(UrlsOfDjango, LeadAwayFromTheHostOrStayThere) {
    for (const auto& row : vectors("next")) {
        const auto url = text_of(row.at(0));
        for (const bool https : {false, true}) {
            EXPECT_EQ(
                http::url_has_allowed_host_and_scheme(url, "testserver", https),
                row.at(https ? 2 : 1).as_bool()
            ) << row;
        }
    }
}

TEST(UrlsOfDjango, NameTheSameHosts) {
    for (const auto& row : vectors("hosts")) {
        const auto domain = row.at(1).is_null() ? std::nullopt : std::optional(text_of(row.at(1)));
        EXPECT_EQ(host_domain(text_of(row.at(0))), domain) << row;
    }
}

TEST(UrlsOfDjango, HaveTheSamePaths) {
    for (const auto& row : vectors("paths")) {
        const auto path = decode_path(text_of(row.at(0)));
        EXPECT_EQ(path, text_of(row.at(1))) << row;
        EXPECT_EQ(http::escape_uri_path(path), text_of(row.at(2))) << row;
    }
}

TEST(UrlsOfDjango, AreWrittenIntoALocationAlike) {
    for (const auto& row : vectors("locations")) {
        EXPECT_EQ(http::iri_to_uri(text_of(row.at(0))), text_of(row.at(1))) << row;
    }
}

} // namespace
} // namespace drf_messages::middleware
