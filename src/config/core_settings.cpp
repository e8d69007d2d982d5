// SPDX-License-Identifier: MIT
#include "config/secret_file.hpp"
#include "config/time_zone_setting.hpp"

namespace drf_messages::config {

std::vector<Setting> core_settings() {
    using S = Settings;
    return {
        make_setting(
            {"DJANGO_VERSION",
             "Ours: the release of Django whose answers are given; \"\" for 3.2.",
             "\"6.0\"",
             release("a release, such as \"5.2\"")},
            &S::django_version
        ),
        make_setting(
            {"REST_FRAMEWORK_VERSION",
             "Ours: the same of REST framework; \"\" for 3.14.",
             "\"3.18\"",
             release("a release, such as \"3.18\"")},
            &S::rest_framework_version
        ),
        make_setting(
            {"PYTHON_VERSION",
             "Ours: the same of Python, which reads dates; \"\" for 3.11.",
             "\"3.12\"",
             release("a release, such as \"3.12\"")},
            &S::python_version
        ),
        make_setting(
            {.name = "SECRET_KEY",
             .help = "Signs sessions, cookies and cursors of pages; the same as Django's where "
                     "both serve one site.",
             .example = "\"50 or more random characters\"",
             .secret = true},
            &S::secret_key
        ),
        secret_file_setting(
            {"SECRET_KEY_FILE",
             "A file that holds SECRET_KEY instead.",
             "\"/run/secrets/secret_key\""},
            &S::secret_key,
            nullptr
        ),
        make_setting(
            {.name = "SECRET_KEY_FALLBACKS",
             .help = "Earlier secret keys that are accepted still (Django 4.1).",
             .example = "[\"the key before\"]",
             .secret = true},
            &S::secret_key_fallbacks
        ),
        make_setting(
            {"DEBUG", "Hosts are not checked against ALLOWED_HOSTS when that is empty.", "true"},
            &S::debug
        ),
        make_setting(
            {"ALLOWED_HOSTS",
             "Names under which the site is reached; \".example.com\" for a domain, \"*\" for all.",
             "[\"example.com\", \"localhost\"]"},
            &S::allowed_hosts
        ),
        make_setting(
            {"INSTALLED_APPS",
             "As Django has it, any name; one beyond these says that a Django site stands beside.",
             "[\"rest_framework\", \"drf_messages\"]"},
            &S::installed_apps
        ),
        make_setting(
            {"MIDDLEWARE",
             "What stands around the views, from the outermost inwards.",
             "[\"django.contrib.sessions.middleware.SessionMiddleware\"]",
             any,
             "MIDDLEWARE"},
            &S::middleware
        ),
        time_zone_setting(
            {"TIME_ZONE",
             "In which times are shown; without USE_TZ, in which they are stored too.",
             "\"Europe/Berlin\""},
            &S::time_zone
        ),
        make_setting(
            {"USE_TZ",
             "Whether times are moments with an offset, not readings of TIME_ZONE's clock.",
             "true"},
            &S::use_tz
        ),
        make_setting(
            {"USE_DEPRECATED_PYTZ",
             "Has offsets as Django 3.2 knows them; with DJANGO_VERSION 4.0 to 4.2 only, since "
             "before they always are, and from 5.0 on never.",
             "true"},
            &S::use_deprecated_pytz
        ),
        make_setting(
            {"APPEND_SLASH",
             "Redirects an unknown path to the one with a slash at its end.",
             "false"},
            &S::append_slash
        ),
        make_setting(
            {"PREPEND_WWW", "Redirects to the host with www. in front.", "true"}, &S::prepend_www
        ),
        make_setting(
            {"FORCE_SCRIPT_NAME",
             "The prefix under which a proxy shows the site.",
             "\"/app\"",
             header_safe},
            &S::force_script_name
        ),
        make_setting(
            {"USE_X_FORWARDED_HOST",
             "Takes the host from X-Forwarded-Host; only behind a proxy that sets it.",
             "true"},
            &S::use_x_forwarded_host
        ),
        make_setting(
            {"USE_X_FORWARDED_PORT",
             "Takes the port from X-Forwarded-Port; only behind a proxy that sets it.",
             "true"},
            &S::use_x_forwarded_port
        ),
        make_setting(
            {"DATA_UPLOAD_MAX_NUMBER_FIELDS",
             "Most fields of a query or form.",
             "1000",
             not_negative},
            &S::data_upload_max_number_fields
        ),
        make_setting(
            {"DATA_UPLOAD_MAX_MEMORY_SIZE", "Most bytes of a body.", "2621440", not_negative},
            &S::data_upload_max_memory_size
        ),
    };
}

} // namespace drf_messages::config
