// SPDX-License-Identifier: MIT
// Signed values: nothing that we did not sign is accepted, and all that we sign is.
#include "django/auth_hash.hpp"
#include "django/session_codec.hpp"
#include "django/signing.hpp"
#include "fuzz.hpp"

using namespace drf_messages;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::text(data, size);
    constexpr std::string_view salt = "salt";
    // A key that no corpus was signed with.
    constexpr std::string_view key = "a key of the fuzzer alone";
    constexpr std::chrono::sys_seconds now{std::chrono::seconds{1'700'000'000}};
    fuzz::require(!django::unsign_timestamped(input, salt, key));
    fuzz::require(!django::decode_session(input, key));
    fuzz::require(!django::verify_session_auth_hash(input, "password", key));

    const auto value = django::sign_timestamped(input, salt, key, now);
    fuzz::require(django::unsign_timestamped(value, salt, key) == input);
    // A timestamp of the fuzzer's own.
    const auto signature = value.substr(value.rfind(':') + 1);
    static_cast<void>(django::unsign_recent(
        django::sign_timestamped(input, salt, key, std::chrono::sys_seconds{}),
        salt,
        key,
        std::chrono::seconds(60),
        now
    ));
    fuzz::require(!django::unsign_timestamped(std::string(input) + ":" + signature, salt, key));
    return 0;
}
