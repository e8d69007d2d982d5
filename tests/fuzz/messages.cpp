// SPDX-License-Identifier: MIT
// A cookie of messages: as it comes, and below a signature that is right.
#include "django/message_format.hpp"
#include "django/signing.hpp"
#include "fuzz.hpp"
#include "text/base64.hpp"

#include <array>
#include <string>
#include <vector>

using namespace drf_messages;

namespace {

const std::array<std::string, 1> keys{"key"};
constexpr std::chrono::sys_seconds now{std::chrono::seconds{1'700'000'000}};

bool same(const std::vector<DjangoMessage>& some, const std::vector<DjangoMessage>& others) {
    if (some.size() != others.size())
        return false;
    for (std::size_t i = 0; i < some.size(); ++i)
        if (!(some[i] == others[i]) || some[i].extra_tags != others[i].extra_tags ||
            some[i].is_safe != others[i].is_safe)
            return false;
    return true;
}

/// What was read once is written and read again unchanged.
void write_again(const std::vector<DjangoMessage>& messages) {
    for (const bool complete : {true, false}) {
        const auto cookie = django::encode_message_cookie(messages, complete, keys[0], now);
        const auto again = django::decode_message_cookie(cookie, keys);
        fuzz::require(again && again->complete == complete && same(again->messages, messages));
    }
    const auto again = django::decode_session_messages(django::encode_session_messages(messages));
    fuzz::require(again && same(*again, messages));
}

void play_cookie(std::string_view cookie) {
    if (const auto found = django::decode_message_cookie(cookie, keys))
        write_again(found->messages);
}

void play_payload(std::string_view payload) {
    play_cookie(django::sign_timestamped(
        payload, "django.contrib.messages", "django.http.cookies" + keys[0], now
    ));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::text(data, size);
    play_cookie(input);
    play_payload(input);
    play_payload(text::base64url_encode(input));
    play_payload("." + text::base64url_encode(input));
    if (const auto found = django::decode_session_messages(input))
        write_again(*found);
    return 0;
}
