// SPDX-License-Identifier: MIT
#include <drf_messages/adapters/wire.hpp>

#include <gtest/gtest.h>

namespace drf_messages::adapters::wire {
namespace {

TEST(TargetOfARequest, IsPathAndQuery) {
    EXPECT_EQ(origin_form("/messages/?a=%20b"), "/messages/?a=%20b");
    EXPECT_EQ(origin_form("http://host:1/messages/?a"), "/messages/?a");
    EXPECT_EQ(origin_form("http://host"), "/");
    EXPECT_EQ(origin_form("http://host?a"), "?a");
    EXPECT_EQ(origin_form("/next?to=http://host/x"), "/next?to=http://host/x");
    EXPECT_EQ(origin_form("/a#b"), "/a");
    EXPECT_EQ(origin_form(""), "/");
    EXPECT_EQ(origin_form("*"), "*");
}

TEST(AddressOfAVisitor, IsThatOfIpv4WhereIpv6CarriesIt) {
    EXPECT_EQ(plain_address("::ffff:10.0.0.1"), "10.0.0.1");
    EXPECT_EQ(plain_address("::1"), "::1");
    EXPECT_EQ(plain_address("::ffff:1"), "::ffff:1");
    EXPECT_EQ(plain_address(""), "");
}

} // namespace
} // namespace drf_messages::adapters::wire
