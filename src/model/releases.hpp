// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <bitset>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::model {

/// The release of a project, without what only mends it: 5.2 of "5.2.19".
struct Release {
    int major = 0;
    int minor = 0;

    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the zero in it for a pointer
    auto operator<=>(const Release&) const = default;
};

/// "5.2", "5.2.19", "6.0rc1", "5"; absent for anything else.
std::optional<Release> parse_release(std::string_view text);

/// What stands beside this server, or what it stands in for.
struct Releases {
    Release django{3, 2};
    Release rest_framework{3, 14};
    Release python{3, 11};
};

/// What DJANGO_VERSION, REST_FRAMEWORK_VERSION and PYTHON_VERSION say. One that is empty, or no
/// release, is the default.
Releases releases_of(const Settings& settings);

/// The settings that name a release of Django or REST framework whose answers are not known, each
/// with that and the one that it counts as: "DJANGO_VERSION is 7.1, …". Python's may be any.
std::vector<std::string> unknown_releases(const Settings& settings);

/// What a newer release answers otherwise than Django 3.2 with REST framework 3.14. The table in
/// releases.cpp says what each one is, and since when.
enum class Difference : std::size_t {
    opener_policy,
    xss_header_gone,
    error_page_charset,
    append_slash_later,
    append_slash_without_length,
    csrf_reason,
    csrf_new_cookie,
    csrf_masks_plain_cookie,
    csrf_plain_cookie,
    csrf_cookie_masked,
    csrf_origin,
    csrf_trusted_origins_scheme,
    csrf_referer_as_sent,
    form_in_utf8,
    proxy_header_list,
    session_unsaved_at_5xx,
    session_cookie_varies,
    gzip_random_length,
    logout_own_methods,
    logout_by_post,
    long_next_refused,
    isoformat_of_python,
    iso_8601_of_python,
    zoneinfo,
    deprecated_pytz,
    localized_by_default,
    always_localized,
    english_dates_with_months,
    english_of_ireland,
    english_of_canada,
    language_prefixes,
    language_codes_in_any_case,
    escaped_quotes,
    bare_parameters,
    scrypt_by_default,
    scrypt_of_one_lane,
    legacy_formats_gone,
    pickled_sessions_gone,
    plain_message_cookies_gone,
    admin_website_in_lower_case,
    admin_slash_keeps_query,
    admin_actions_named,
    admin_delete_headings,
    admin_error_titles,
    admin_any_of_repeated,
    admin_facets,
    admin_dash_for_empty,
    empty_message_tags,
    not_found_text,
    search_null,
    search_phrases,
    basic_without_colon,
    empty_page_is_first,
    permissions_at_root,
    links_without_version,
    german_words_of_3_16,
    bigint_as_text,
    accept_limits,
    content_type_limit,
    charset_of_no_text,
    count, ///< no difference: how many there are
};

enum class Project { django, rest_framework };

/// One kind of difference.
struct DifferenceRow {
    Difference difference;
    Project whose;
    Release since;
    std::optional<Release> until; ///< the first release without it
    std::string_view what;
    std::string_view asked_by; ///< the file below src that asks for it
};

/// All of them, in the order of `Difference`.
std::span<const DifferenceRow> difference_rows() noexcept;

/// Which of them hold for some releases.
class Differences {
public:
    Differences() = default; ///< none: Django 3.2 with REST framework 3.14
    explicit Differences(const Releases& releases);

    bool has(Difference difference) const noexcept {
        return held_[static_cast<std::size_t>(difference)];
    }

private:
    std::bitset<static_cast<std::size_t>(Difference::count)> held_;
};

/// Those of the site's releases.
Differences differences_of(const Settings& settings);

/// Iterations of a new hash by a PBKDF2 hasher: that Django's own.
std::uint32_t pbkdf2_iterations_of(Release django) noexcept;

/// The codes of LANGUAGES that Django has unless they are set.
std::vector<std::string> languages_of(Release django);

} // namespace drf_messages::model
