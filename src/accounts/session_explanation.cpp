// SPDX-License-Identifier: MIT
#include "accounts/session_explanation.hpp"

#include "django/signing.hpp"
#include "store/session_store.hpp"
#include "text/plural.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace drf_messages::accounts {
namespace {

constexpr std::chrono::seconds noticeable_skew{60};

} // namespace

std::string secret_key_name(std::size_t index) {
    return index == 0 ? "SECRET_KEY" : fmt::format("SECRET_KEY_FALLBACKS[{}]", index - 1);
}

std::string not_signed(std::size_t secret_keys) {
    const std::size_t fallbacks = secret_keys - 1;
    return fmt::format(
        "it was not signed with SECRET_KEY{}: SECRET_KEY is another one where it was made",
        fallbacks == 0 ? std::string(" (there are no SECRET_KEY_FALLBACKS)")
                       : fmt::format(" or one of the {} SECRET_KEY_FALLBACKS", fallbacks)
    );
}

bool looks_like_a_signed_cookie(std::string_view key) {
    return std::count(key.begin(), key.end(), ':') >= 2;
}

bool explain_key(std::string_view key, InspectionSteps& steps) {
    if (is_plain_session_key(key)) {
        return true;
    }
    steps.stop(
        looks_like_a_signed_cookie(key)
            ? "the key is a signed cookie: SESSION_ENGINE is signed_cookies where it was made, and "
              "another one here"
            : "a session key is made of at most 40 letters a-z and digits, and this one is not: it "
              "is no session cookie of Django's, or not the whole of it"
    );
    return false;
}

void note_skew(
    std::string_view text,
    std::string_view salt,
    const std::string& secret_key,
    Timestamp now,
    InspectionSteps& steps
) {
    if (django::unsign_recent(text, salt, secret_key, -noticeable_skew, now)) {
        steps.note(fmt::format(
            "it was signed in the future: the clocks of the two machines differ; this one says "
            "{:%Y-%m-%d %H:%M:%S} UTC",
            fmt::gmtime(std::chrono::system_clock::to_time_t(
                std::chrono::time_point_cast<std::chrono::system_clock::duration>(now)
            ))
        ));
    }
}

std::string in_words(std::chrono::seconds time) {
    const auto count = time.count();
    const auto some = [](std::int64_t number, std::string_view unit) {
        return fmt::format("{} {}{}", number, unit, text::plural(number));
    };
    if (count < 120) {
        return some(count, "second");
    }
    if (count < 2 * 3600) {
        return some(count / 60, "minute");
    }
    return count < 2 * 86400 ? some(count / 3600, "hour") : some(count / 86400, "day");
}

bool explain_age(std::chrono::seconds left, const Settings& settings, InspectionSteps& steps) {
    if (left.count() <= 0) {
        steps.stop(fmt::format("it expired {} ago", in_words(-left)));
        return false;
    }
    steps.found(fmt::format("it ends in {}", in_words(left)));
    if (left > settings.session_cookie_age + noticeable_skew) {
        steps.note("that is more than SESSION_COOKIE_AGE: the setting is another one where it was "
                   "made, or the session asks for it, or the clocks differ");
    }
    return true;
}

void note_table(const ConnectionSource& connection, std::string_view key, InspectionSteps& steps) {
    if (store::select_stored_session(connection(), key, Timestamp{})) {
        steps.note("the table django_session has it: SESSION_ENGINE is db or cached_db where it "
                   "was made");
    }
}

} // namespace drf_messages::accounts
