// SPDX-License-Identifier: MIT
#include "model/releases.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace drf_messages::model {
namespace {

constexpr auto django = Project::django;
constexpr auto rest = Project::rest_framework;

constexpr DifferenceRow rows[] = {
    {Difference::opener_policy,
     django,
     {4, 0},
     {},
     "every answer has Cross-Origin-Opener-Policy, unless SECURE_CROSS_ORIGIN_OPENER_POLICY is none",
     "middleware/security_middleware.cpp"},
    {Difference::xss_header_gone,
     django,
     {4, 0},
     {},
     "SECURE_BROWSER_XSS_FILTER sends no header",
     "middleware/security_middleware.cpp"},
    {Difference::error_page_charset,
     django,
     {4, 1},
     {},
     "the plain pages of errors name their charset",
     "middleware/error_pages.cpp"},
    {Difference::append_slash_later,
     django,
     {4, 2},
     {},
     "the redirect to the path with a slash is decided behind the other middleware, so it has their headers",
     "middleware/common_middleware.cpp"},
    {Difference::append_slash_without_length,
     django,
     {4, 2},
     Release{6, 0},
     "and it has no Content-Length",
     "middleware/common_middleware.cpp"},
    {Difference::csrf_reason,
     django,
     {4, 0},
     {},
     "a refusal says what is wrong with the token",
     "middleware/csrf_view_middleware.cpp"},
    {Difference::csrf_new_cookie,
     django,
     {4, 0},
     {},
     "a CSRF cookie of a wrong form is replaced",
     "middleware/csrf_view_middleware.cpp"},
    {Difference::csrf_plain_cookie,
     django,
     {4, 1},
     {},
     "a new CSRF cookie is the secret itself, 32 characters, not masked",
     "middleware/csrf_view_middleware.cpp"},
    {Difference::csrf_origin,
     django,
     {4, 0},
     {},
     "Origin is compared with the host and CSRF_TRUSTED_ORIGINS, unless CSRF_CHECK_ORIGIN says otherwise",
     "middleware/csrf_view_middleware.cpp"},
    {Difference::csrf_trusted_origins_scheme,
     django,
     {4, 0},
     {},
     "an entry of CSRF_TRUSTED_ORIGINS without a scheme matches nothing",
     "middleware/csrf_view_middleware.cpp"},
    {Difference::logout_by_post,
     django,
     {5, 0},
     {},
     "logging out takes a POST, GET is refused",
     "pages/login_views.cpp"},
    {Difference::iso_8601_of_python,
     django,
     {4, 0},
     {},
     "filters take every form of ISO 8601 that Python 3.11's datetime.fromisoformat takes",
     "api/wire/datetime_field.cpp"},
    {Difference::zoneinfo,
     django,
     {4, 0},
     {},
     "offsets are zoneinfo's: summer time goes on after 2037, local mean time has seconds",
     "api/dispatch/view.cpp"},
    {Difference::always_localized,
     django,
     {5, 0},
     {},
     "forms of dates are the language's whatever USE_L10N says; by default since 4.0",
     "api/wire/datetime_field.cpp"},
    {Difference::scrypt_by_default,
     django,
     {4, 0},
     {},
     "PASSWORD_HASHERS has ScryptPasswordHasher at its end, unless it is set",
     "embed/site_parts.cpp"},
    {Difference::salt_of_128_bits,
     django,
     {4, 0},
     {},
     "a stored hash with a shorter salt is made anew",
     "embed/site_parts.cpp"},
    {Difference::sha1_session_hash_gone,
     django,
     {4, 0},
     {},
     "a session whose hash of the password is by SHA-1 ends",
     "django/auth_hash.cpp"},
    {Difference::session_format_of_3_0_gone,
     django,
     {4, 0},
     {},
     "a session in the format of Django 3.0 is an empty one",
     "django/session_codec.cpp"},
    {Difference::pickled_sessions_gone,
     django,
     {5, 0},
     {},
     "there is no PickleSerializer",
     "embed/configuration_problems.cpp"},
    {Difference::not_found_text,
     rest,
     {3, 15},
     {},
     "a message that is not there is \"No Message matches the given query.\", in English only",
     "api/resource/messages_resource.cpp"},
    {Difference::search_null,
     rest,
     {3, 15},
     {},
     "a null character in a search is refused",
     "api/resource/search.cpp"},
    {Difference::search_phrases,
     rest,
     {3, 15},
     {},
     "words of a search that stand in quotes are looked for as one",
     "api/resource/search.cpp"},
    {Difference::basic_without_colon,
     rest,
     {3, 15},
     {},
     "Basic credentials without a colon are badly encoded, not wrong",
     "api/policies/authenticators.cpp"},
    {Difference::empty_page_is_first,
     rest,
     {3, 15},
     {},
     "an empty page number is the first page",
     "api/pagination/page_number.cpp"},
    {Difference::permissions_at_root,
     rest,
     {3, 15},
     {},
     "permissions by model ask who it is at the root of a router too",
     "api/policies/permissions.cpp"},
    {Difference::links_without_version,
     rest,
     {3, 15},
     {},
     "the root of a router links to paths that have no version, with URLPathVersioning too",
     "api/routing/versioning.cpp"},
    {Difference::accept_limits,
     rest,
     {3, 18},
     {},
     "of Accept the first 8192 characters count, and 64 types of 256 characters",
     "api/dispatch/negotiation.cpp"},
    {Difference::content_type_limit,
     rest,
     {3, 18},
     {},
     "no parser takes a body whose Content-Type has more than 256 characters",
     "api/wire/parsers.cpp"},
    {Difference::charset_of_no_text,
     rest,
     {3, 18},
     {},
     "a body in a codec of Python that is none of text is refused",
     "api/wire/parsers.cpp"},
};

static_assert(std::size(rows) == static_cast<std::size_t>(Difference::count));
static_assert(std::is_sorted(std::begin(rows), std::end(rows), [](const auto& a, const auto& b) {
    return a.difference < b.difference;
}));

struct IterationsRow {
    Release since;
    std::uint32_t iterations;
};

// Django's release notes; contract/versions/formats.json has the same numbers from running sites.
constexpr IterationsRow iterations[] = {
    {{3, 2}, 260'000},
    {{4, 0}, 320'000},
    {{4, 1}, 390'000},
    {{4, 2}, 600'000},
    {{5, 0}, 720'000},
    {{5, 1}, 870'000},
    {{5, 2}, 1'000'000},
    {{6, 0}, 1'200'000},
    {{6, 1}, 1'500'000},
};

/// Takes a number from the front of a text.
std::optional<int> take_number(std::string_view& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

Release release_or(std::string_view text, Release otherwise) {
    return parse_release(text).value_or(otherwise);
}

} // namespace

std::optional<Release> parse_release(std::string_view text) {
    Release release;
    const auto major = take_number(text);
    if (!major) {
        return std::nullopt;
    }
    release.major = *major;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        const auto minor = take_number(text);
        if (!minor) {
            return std::nullopt;
        }
        release.minor = *minor;
    }
    // What follows, ".19" or "rc1", tells apart what answers the same.
    const bool fits = std::all_of(text.begin(), text.end(), [](char c) {
        return c == '.' || c == '+' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    });
    return fits ? std::optional(release) : std::nullopt;
}

Releases releases_of(const Settings& settings) {
    const Releases unset;
    return {
        .django = release_or(settings.django_version, unset.django),
        .rest_framework = release_or(settings.rest_framework_version, unset.rest_framework),
        .python = release_or(settings.python_version, unset.python),
    };
}

std::span<const DifferenceRow> difference_rows() noexcept { return rows; }

Differences::Differences(const Releases& releases) {
    for (const DifferenceRow& row : rows) {
        const Release release =
            row.whose == Project::django ? releases.django : releases.rest_framework;
        held_[static_cast<std::size_t>(row.difference)] =
            release >= row.since && (!row.until || release < *row.until);
    }
    if (releases.python < Release{3, 11}) {
        held_[static_cast<std::size_t>(Difference::iso_8601_of_python)] = false;
    }
}

std::uint32_t pbkdf2_iterations_of(Release release) noexcept {
    std::uint32_t found = iterations[0].iterations;
    for (const IterationsRow& row : iterations) {
        if (release >= row.since) {
            found = row.iterations;
        }
    }
    return found;
}

} // namespace drf_messages::model
