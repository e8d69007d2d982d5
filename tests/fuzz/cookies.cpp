// SPDX-License-Identifier: MIT
// A Cookie header: read without a crash, and what we set is read back.
#include "http/cookies.hpp"

#include "fuzz.hpp"
#include "text/utf8.hpp"

#include <algorithm>

using namespace drf_messages;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto header = fuzz::text(data, size);
    const auto cookies = http::parse_cookies(header);
    fuzz::require(
        cookies.size() <=
        static_cast<std::size_t>(std::count(header.begin(), header.end(), ';')) + 1
    );

    const auto field = http::set_cookie("name", header, {}, std::chrono::sys_seconds{});
    fuzz::require(field.find_first_of("\r\n") == std::string::npos);
    const auto again = http::parse_cookies(field.substr(0, field.find("; Path=/")));
    fuzz::require(again.contains("name"));
    if (text::is_valid_utf8(header))
        fuzz::require(again.at("name") == header);
    return 0;
}
