// SPDX-License-Identifier: MIT
#include "text/bind_address.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace drf_messages::text {
namespace {

std::string parts_of(const std::string& text) {
    const auto address = parse_bind_address(text);
    return address.host + "|" + std::to_string(address.port) + "|" + address.unix_path;
}

std::string reason(const std::string& text) {
    try {
        parse_bind_address(text);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "none";
}

TEST(BindAddress, IsHostAndPortOrAUnixSocket) {
    EXPECT_EQ(parts_of("127.0.0.1:8000"), "127.0.0.1|8000|");
    EXPECT_EQ(parts_of("localhost:0"), "localhost|0|");
    EXPECT_EQ(parts_of("[::1]:65535"), "::1|65535|");
    EXPECT_EQ(parts_of("unix:/run/m.sock"), "|0|/run/m.sock");
    EXPECT_EQ(parts_of("unix:m:1"), "|0|m:1");
    EXPECT_EQ(parts_of("unix:" + std::string(107, 'x')), "|0|" + std::string(107, 'x'));
}

TEST(BindAddress, IsRefusedWithTheReason) {
    const std::string form = "not HOST:PORT, [V6]:PORT or unix:PATH";
    for (const char* wrong : {"", "8000", "host", ":8000", "ho\nst:80", "host:80\x7f"}) {
        EXPECT_EQ(reason(wrong), form) << wrong;
    }
    EXPECT_EQ(reason(std::string("host\0:80", 8)), form);
    for (const char* wrong : {"h:", "h:65536", "h:80x", "h:-1", "h:+1", "h: 80", "[::1]"}) {
        EXPECT_EQ(reason(wrong), "the port is not a number from 0 to 65535") << wrong;
    }
    for (const char* wrong : {"::1:80", "[::1:80", "::1]:80", "[::1"}) {
        EXPECT_EQ(reason(wrong), "an IPv6 address stands in brackets, [V6]:PORT") << wrong;
    }
    for (const auto& wrong : {std::string("unix:"), "unix:" + std::string(108, 'x')}) {
        EXPECT_EQ(reason(wrong), "the path of a Unix socket has 1 to 107 bytes");
    }
    EXPECT_EQ(reason(std::string("unix:a\0b", 8)), "the path of a Unix socket has no NUL");
}

} // namespace
} // namespace drf_messages::text
