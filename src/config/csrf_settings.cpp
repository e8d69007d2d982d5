// SPDX-License-Identifier: MIT
#include "config/samesite_setting.hpp"
#include "model/release_defaults.hpp"

namespace drf_messages::config {
namespace {

Setting check_origin() {
    return decided_by_release(
        make_setting(
            {"CSRF_CHECK_ORIGIN",
             "Ours: compares the Origin header with the host and CSRF_TRUSTED_ORIGINS; unless it "
             "is set, from DJANGO_VERSION 4.0 on.",
             "true"},
            &Settings::csrf_check_origin
        ),
        [](const Settings& settings) {
            return model::checks_origin(settings, model::differences_of(settings));
        }
    );
}

} // namespace

std::vector<Setting> csrf_settings() {
    using S = Settings;
    return {
        make_setting(
            {"CSRF_COOKIE_NAME", "Name of the CSRF cookie.", "\"csrftoken\"", cookie_name},
            &S::csrf_cookie_name
        ),
        make_setting(
            {"CSRF_COOKIE_AGE", "How long the CSRF cookie lives.", "31449600", age},
            &S::csrf_cookie_age
        ),
        make_setting(
            {"CSRF_COOKIE_DOMAIN", "Domain of the CSRF cookie.", "\".example.com\"", header_safe},
            &S::csrf_cookie_domain
        ),
        make_setting(
            {"CSRF_COOKIE_PATH", "Path of the CSRF cookie.", "\"/app/\"", header_safe},
            &S::csrf_cookie_path
        ),
        make_setting(
            {"CSRF_COOKIE_SECURE", "Sends the CSRF cookie over HTTPS only.", "true"},
            &S::csrf_cookie_secure
        ),
        make_setting(
            {"CSRF_COOKIE_HTTPONLY", "Hides the CSRF cookie from scripts.", "true"},
            &S::csrf_cookie_httponly
        ),
        samesite_setting(
            {"CSRF_COOKIE_SAMESITE",
             "Whether other sites' requests carry the CSRF cookie.",
             "\"Strict\""},
            &S::csrf_cookie_samesite
        ),
        make_setting(
            {"CSRF_HEADER_NAME",
             "The header that carries the token, by its WSGI name.",
             "\"HTTP_X_CSRFTOKEN\"",
             header_safe},
            &S::csrf_header_name
        ),
        make_setting(
            {"CSRF_TRUSTED_ORIGINS",
             "Other sites whose HTTPS requests are accepted; from DJANGO_VERSION 4.0 on with their "
             "scheme.",
             "[\"https://*.example.com\"]"},
            &S::csrf_trusted_origins
        ),
        make_setting(
            {"CSRF_USE_SESSIONS", "Keeps the token in the session, not in a cookie.", "true"},
            &S::csrf_use_sessions
        ),
        make_setting(
            {"CSRF_COOKIE_MASKED",
             "Has new CSRF cookies masked; with DJANGO_VERSION 4.1 and 4.2 only, since before they "
             "always are, and from 5.0 on never.",
             "true"},
            &S::csrf_cookie_masked
        ),
        check_origin(),
    };
}

} // namespace drf_messages::config
