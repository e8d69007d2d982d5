// SPDX-License-Identifier: MIT
#include "model/releases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace drf_messages::model {
namespace {

constexpr auto django = Project::django;
constexpr auto rest = Project::rest_framework;

// Those whose answers are known, in their order.
constexpr Release django_releases[] = {
    {3, 2}, {4, 0}, {4, 1}, {4, 2}, {5, 0}, {5, 1}, {5, 2}, {6, 0}};
constexpr Release rest_framework_releases[] = {{3, 14}, {3, 15}, {3, 16}, {3, 17}, {3, 18}};

constexpr DifferenceRow rows[] = {
    {Difference::opener_policy,
     django,
     {4, 0},
     {},
     "every answer has Cross-Origin-Opener-Policy, unless SECURE_CROSS_ORIGIN_OPENER_POLICY is "
     "none",
     "model/release_defaults.cpp"},
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
     "the redirect to the path with a slash is decided behind the other middleware, so it has "
     "their headers",
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
    {Difference::csrf_masks_plain_cookie,
     django,
     {4, 0},
     Release{4, 1},
     "a CSRF cookie of 32 characters is replaced by its masked form",
     "middleware/csrf_view_middleware.cpp"},
    {Difference::csrf_plain_cookie,
     django,
     {4, 1},
     {},
     "a new CSRF cookie is the secret itself, 32 characters, not masked",
     "middleware/csrf_view_middleware.cpp"},
    {Difference::csrf_cookie_masked,
     django,
     {4, 1},
     Release{5, 0},
     "CSRF_COOKIE_MASKED has new CSRF cookies masked all the same",
     "middleware/csrf_view_middleware.cpp"},
    {Difference::csrf_origin,
     django,
     {4, 0},
     {},
     "Origin is compared with the host and CSRF_TRUSTED_ORIGINS, unless CSRF_CHECK_ORIGIN says "
     "otherwise",
     "model/release_defaults.cpp"},
    {Difference::csrf_trusted_origins_scheme,
     django,
     {4, 0},
     {},
     "an entry of CSRF_TRUSTED_ORIGINS without a scheme matches nothing",
     "middleware/csrf_view_middleware.cpp"},
    {Difference::csrf_referer_as_sent,
     django,
     {5, 2},
     {},
     "a refusal names a Referer that ends with a semicolon with it",
     "middleware/csrf_view_middleware.cpp"},
    {Difference::form_in_utf8,
     django,
     {5, 0},
     {},
     "an urlencoded form in another charset than UTF-8 is a bad request, for views of Django",
     "middleware/required.cpp"},
    {Difference::proxy_header_list,
     django,
     {4, 1},
     {},
     "the header of SECURE_PROXY_SSL_HEADER may have several values, of which the first counts",
     "middleware/http_request.cpp"},
    {Difference::session_unsaved_at_5xx,
     django,
     {4, 2},
     {},
     "no session is saved with an answer of 500 or more, before only with 500 itself",
     "middleware/session_middleware.cpp"},
    {Difference::session_cookie_varies,
     django,
     {5, 2},
     {},
     "an answer that sets the cookie of a session has Vary: Cookie though nothing looked at it",
     "middleware/session_middleware.cpp"},
    {Difference::gzip_random_length,
     django,
     {4, 2},
     {},
     "a compressed answer is longer by up to 99 bytes at random, which hide the length of what is "
     "in it",
     "middleware/gzip_middleware.cpp"},
    {Difference::logout_own_methods,
     django,
     {4, 1},
     {},
     "only GET, HEAD and POST log out; where next leads away it counts as not there",
     "pages/login_views.cpp"},
    {Difference::logout_by_post,
     django,
     {5, 0},
     {},
     "logging out takes a POST, GET is refused",
     "pages/login_views.cpp"},
    {Difference::long_next_refused,
     django,
     {5, 0},
     {},
     "logging in and out lead nowhere where next has more than 2048 characters",
     "pages/login_views.cpp"},
    {Difference::isoformat_of_python,
     django,
     {4, 0},
     {},
     "date-times may have the forms that isoformat() of Python writes, and spaces before the "
     "offset",
     "model/site_time.cpp"},
    {Difference::iso_8601_of_python,
     django,
     {4, 0},
     {},
     "with Python 3.11 they may have nearly every form of ISO 8601",
     "model/site_time.cpp"},
    {Difference::zoneinfo,
     django,
     {4, 0},
     {},
     "offsets are zoneinfo's: summer time goes on after 2037, local mean time has seconds",
     "model/site_time.cpp"},
    {Difference::deprecated_pytz,
     django,
     {4, 0},
     Release{5, 0},
     "USE_DEPRECATED_PYTZ has them be pytz's all the same",
     "model/site_time.cpp"},
    {Difference::localized_by_default,
     django,
     {4, 0},
     {},
     "USE_L10N is true unless it is set",
     "model/release_defaults.cpp"},
    {Difference::always_localized,
     django,
     {5, 0},
     {},
     "forms of dates are the language's whatever USE_L10N says",
     "model/release_defaults.cpp"},
    {Difference::english_dates_with_months,
     django,
     {4, 0},
     {},
     "the English forms of dates have those with a month's name",
     "locale/date_forms.cpp"},
    {Difference::english_of_ireland,
     django,
     {5, 0},
     {},
     "the English of Ireland has forms of dates of its own",
     "locale/date_forms.cpp"},
    {Difference::english_of_canada,
     django,
     {5, 1},
     {},
     "the English of Canada has forms of dates of its own",
     "locale/date_forms.cpp"},
    {Difference::language_prefixes,
     django,
     {4, 0},
     {},
     "for a language that is not offered each shorter code is tried, before only its first part",
     "locale/languages.cpp"},
    {Difference::language_codes_in_any_case,
     django,
     {4, 1},
     {},
     "upper case in the code of a language makes no difference",
     "locale/languages.cpp"},
    {Difference::escaped_quotes,
     django,
     {4, 2},
     {},
     "a quote behind a backslash does not end what is quoted in a media type",
     "api/exchange/media_types.cpp"},
    {Difference::bare_parameters,
     django,
     {5, 2},
     {},
     "a parameter of a media type may have no value, or one in angle brackets",
     "api/exchange/media_types.cpp"},
    {Difference::scrypt_by_default,
     django,
     {4, 0},
     {},
     "PASSWORD_HASHERS has ScryptPasswordHasher at its end, unless it is set",
     "model/release_defaults.cpp"},
    {Difference::scrypt_of_one_lane,
     django,
     {4, 0},
     Release{5, 1},
     "new hashes by scrypt are computed in one lane, not in five",
     "embed/site_parts.cpp"},
    {Difference::legacy_formats_gone,
     django,
     {4, 0},
     {},
     "what Django 3.0 wrote is refused: signatures and hashes by SHA-1, old sessions and cookies",
     "django/legacy_formats.cpp"},
    {Difference::pickled_sessions_gone,
     django,
     {5, 0},
     {},
     "there is no PickleSerializer",
     "accounts/session_engine.cpp"},
    {Difference::plain_message_cookies_gone,
     django,
     {4, 1},
     {},
     "a cookie of messages that is signed without base64, as by Django 3.1, is refused",
     "django/message_format.cpp"},
    {Difference::admin_website_in_lower_case,
     django,
     {4, 0},
     {},
     "the admin thanks for the time with the web site, not the Web site",
     "admin/admin_login.cpp"},
    {Difference::admin_slash_keeps_query,
     django,
     {5, 0},
     {},
     "the admin's redirect to the path with a slash keeps the query",
     "admin/admin_site.cpp"},
    {Difference::admin_actions_named,
     django,
     {5, 0},
     {},
     "the admin's index says of recent actions what was done",
     "admin/index_views.cpp"},
    {Difference::admin_delete_headings,
     django,
     {5, 2},
     {},
     "the admin's pages that ask before something is deleted are headed Delete",
     "admin/confirmation.cpp"},
    {Difference::admin_error_titles,
     django,
     {5, 2},
     {},
     "the titles of the admin's forms with errors begin with Error",
     "admin/page_frame.cpp"},
    {Difference::admin_any_of_repeated,
     django,
     {5, 0},
     {},
     "a filter of the admin's list that is repeated lets through what has any of its values",
     "admin/changelist_url.cpp"},
    {Difference::admin_facets,
     django,
     {5, 0},
     {},
     "the admin's list may be asked for with _facets, which is no filter; it has no counts here",
     "admin/changelist_url.cpp"},
    {Difference::admin_dash_for_empty,
     django,
     {5, 1},
     {},
     "the admin's list shows an empty text, and a level without a tag, as -",
     "admin/changelist_page.cpp"},
    {Difference::empty_message_tags,
     django,
     {4, 1},
     {},
     "messages without tags have an empty text for them in cookies and sessions",
     "django/message_format.cpp"},
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
    {Difference::german_words_of_3_16,
     rest,
     {3, 16},
     {},
     "some German words are others, and how long to wait is said in German",
     "locale/german.cpp"},
    {Difference::bigint_as_text,
     rest,
     {3, 17},
     {},
     "COERCE_BIGINT_TO_STRING shows the ids of messages as texts",
     "api/resource/message_serializer.cpp"},
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

// Django: conf/global_settings.py, LANGUAGES, in its order.
constexpr std::string_view languages[] = {
    "af",    "ar",  "ar-dz",   "ast",   "az",    "bg",    "be",    "bn",    "br",      "bs",
    "ca",    "ckb", "cs",      "cy",    "da",    "de",    "dsb",   "el",    "en",      "en-au",
    "en-gb", "eo",  "es",      "es-ar", "es-co", "es-mx", "es-ni", "es-ve", "et",      "eu",
    "fa",    "fi",  "fr",      "fy",    "ga",    "gd",    "gl",    "he",    "hi",      "hr",
    "hsb",   "ht",  "hu",      "hy",    "ia",    "id",    "ig",    "io",    "is",      "it",
    "ja",    "ka",  "kab",     "kk",    "km",    "kn",    "ko",    "ky",    "lb",      "lt",
    "lv",    "mk",  "ml",      "mn",    "mr",    "ms",    "my",    "nb",    "ne",      "nl",
    "nn",    "os",  "pa",      "pl",    "pt",    "pt-br", "ro",    "ru",    "sk",      "sl",
    "sq",    "sr",  "sr-latn", "sv",    "sw",    "ta",    "te",    "tg",    "th",      "tk",
    "tr",    "tt",  "udm",     "ug",    "uk",    "ur",    "uz",    "vi",    "zh-hans", "zh-hant"};

struct LaterLanguage {
    std::string_view code;
    Release since;
};

constexpr LaterLanguage later_languages[] = {
    {"ckb", {4, 2}}, {"ht", {6, 0}}, {"ms", {4, 0}}, {"ug", {5, 0}}};

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

std::vector<std::string> unknown_releases(const Settings& settings) {
    const Releases given = releases_of(settings);
    std::vector<std::string> lines;
    const auto look_at = [&](std::string_view name, Release release, auto& known) {
        const auto* const after = std::upper_bound(std::begin(known), std::end(known), release);
        const Release counts_as = after == std::begin(known) ? known[0] : *std::prev(after);
        if (release == counts_as) {
            return;
        }
        lines.push_back(fmt::format(
            "{} is {}.{}, which is {}: the answers are those of {}.{}",
            name,
            release.major,
            release.minor,
            after == std::end(known)     ? "newer than this server"
            : after == std::begin(known) ? "older than any that this server knows"
                                         : "none that this server knows",
            counts_as.major,
            counts_as.minor
        ));
    };
    look_at("DJANGO_VERSION", given.django, django_releases);
    look_at("REST_FRAMEWORK_VERSION", given.rest_framework, rest_framework_releases);
    return lines;
}

std::span<const DifferenceRow> difference_rows() noexcept {
    return rows;
}

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

Differences differences_of(const Settings& settings) {
    return Differences(releases_of(settings));
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

std::vector<std::string> languages_of(Release release) {
    std::vector<std::string> codes;
    for (const std::string_view code : languages) {
        const auto later = std::find_if(
            std::begin(later_languages),
            std::end(later_languages),
            [&](const LaterLanguage& language) { return language.code == code; }
        );
        if (later == std::end(later_languages) || release >= later->since) {
            codes.emplace_back(code);
        }
    }
    return codes;
}

} // namespace drf_messages::model
