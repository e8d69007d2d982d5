// SPDX-License-Identifier: MIT
#include <drf_messages/adapters/wire.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace drf_messages::adapters::wire {
namespace {

TEST(TargetOfARequest, IsPathAndQuery) {
    EXPECT_EQ(origin_form("/messages/?a=%20b"), "/messages/?a=%20b");
    EXPECT_EQ(origin_form("http://host:1/messages/?a"), "/messages/?a");
    EXPECT_EQ(origin_form("http://host"), "/");
    EXPECT_EQ(origin_form("http://host?a"), "/?a");
    EXPECT_EQ(origin_form("/next?to=http://host/x"), "/next?to=http://host/x");
    EXPECT_EQ(origin_form("/a#b"), "/a");
    EXPECT_EQ(origin_form(""), "/");
    EXPECT_EQ(origin_form("*"), "*");
}

TEST(HostOfARequest, IsThatOfItsTarget) {
    const auto host = [](std::string_view target) {
        http::Request request;
        request.headers.add("host", "field");
        use_host_of(target, request);
        EXPECT_EQ(request.headers.fields().size(), 1U);
        return std::string(*request.headers.find("Host"));
    };
    EXPECT_EQ(host("http://target:1/messages/?a"), "target:1");
    EXPECT_EQ(host("http://target"), "target");
    EXPECT_EQ(host("http://target?a"), "target");
    EXPECT_EQ(host("http://target#a"), "target");
    EXPECT_EQ(host("/messages/"), "field");
    EXPECT_EQ(host("/next?to=http://target/x"), "field");
    EXPECT_EQ(host("*"), "field");
}

TEST(AddressOfAVisitor, IsThatOfIpv4WhereIpv6CarriesIt) {
    EXPECT_EQ(plain_address("::ffff:10.0.0.1"), "10.0.0.1");
    EXPECT_EQ(plain_address("::1"), "::1");
    EXPECT_EQ(plain_address("::ffff:1"), "::ffff:1");
    EXPECT_EQ(plain_address(""), "");
}

} // namespace
} // namespace drf_messages::adapters::wire
