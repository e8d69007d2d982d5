// SPDX-License-Identifier: MIT
// What a signed session carries, in both serializers, below a signature that is right.
#include "django/pickle.hpp"
#include "django/session_codec.hpp"
#include "django/signed_session.hpp"
#include "django/signing.hpp"
#include "fuzz.hpp"
#include "text/base64.hpp"

#include <array>
#include <string>

using namespace drf_messages;

namespace {

const std::string key = "key";
constexpr std::chrono::sys_seconds now{std::chrono::seconds{1'700'000'000}};

void play(std::string_view payload, django::SessionSerializer serializer) {
    const auto salt = django::session_store_salt;
    const auto row = django::sign_timestamped(payload, salt, key, now);
    const auto session = django::decode_session(row, key, salt, serializer);
    const auto cookie = django::sign_timestamped(payload, django::signed_cookies_salt, key, now);
    const std::array keys{key};
    const auto same =
        django::load_signed_session(cookie, keys, std::chrono::hours(1), now, serializer);
    fuzz::require(session.has_value() == same.has_value());
    if (!session || !django::skipped_classes(*session).empty())
        return;
    const auto written = django::encode_session(*session, key, now, salt, serializer);
    const auto again = django::decode_session(written, key, salt, serializer);
    fuzz::require(again.has_value());
    fuzz::require(django::encode_session(*again, key, now, salt, serializer) == written);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::text(data, size);
    // As it is, and in the armour that lets every byte through.
    for (const auto serializer :
         {django::SessionSerializer::json, django::SessionSerializer::pickle}) {
        play(input, serializer);
        play(text::base64url_encode(input), serializer);
        play("." + text::base64url_encode(input), serializer);
    }
    return 0;
}
