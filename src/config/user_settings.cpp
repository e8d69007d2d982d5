// SPDX-License-Identifier: MIT
#include "config/setting.hpp"
#include "model/release_defaults.hpp"
#include "text/ascii.hpp"

#include <algorithm>

namespace drf_messages::config {
namespace {

bool is_identifier(std::string_view text) {
    return !text.empty() && !(text.front() >= '0' && text.front() <= '9') &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return text::is_alphanumeric(c) || c == '_';
           });
}

bool is_user_model(std::string_view name) {
    const std::size_t dot = name.find('.');
    return dot != std::string_view::npos && is_identifier(name.substr(0, dot)) &&
           is_identifier(name.substr(dot + 1));
}

/// A name of the database. Django's own have no other characters either, but for a few old ones.
bool is_column(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
    });
}

constexpr Rule column{"a name without control characters", Rule{}.low, Rule{}.high, is_column};

Setting password_hashers() {
    return decided_by_release(
        make_setting(
            {"PASSWORD_HASHERS",
             "How passwords are stored, the preferred way first; unless it is set, "
             "ScryptPasswordHasher "
             "is at the end from DJANGO_VERSION 4.0 on.",
             "[\"django.contrib.auth.hashers.PBKDF2PasswordHasher\"]",
             any,
             "PASSWORD_HASHERS"},
            [](Settings& settings) -> std::vector<ClassName>& {
                return settings.password_hashers.emplace();
            }
        ),
        model::password_hashers_of
    );
}

Setting pbkdf2_iterations() {
    return decided_by_release(
        make_setting(
            {"PBKDF2_ITERATIONS",
             "Ours: iterations of a new hash by a PBKDF2 hasher; unless it is set, those of "
             "DJANGO_VERSION, 600000 with 4.2 and 1000000 with 5.2. Passwords are checked with as "
             "many as they were stored with.",
             "1000000",
             Rule{"1 to 10000000", 1, 10'000'000}},
            [](Settings& settings) -> std::size_t& { return settings.pbkdf2_iterations.emplace(); }
        ),
        [](const Settings& settings) { return model::pbkdf2_iterations_of(settings); }
    );
}

constexpr Rule rate{"like 10/min", Rule{}.low, Rule{}.high, is_throttle_rate};

} // namespace

std::vector<Setting> user_settings() {
    using S = Settings;
    using U = AuthUserSettings;
    return {
        make_setting(
            {"AUTHENTICATION_BACKENDS",
             "Who checks names and passwords.",
             "[\"django.contrib.auth.backends.ModelBackend\"]",
             any,
             "AUTHENTICATION_BACKENDS"},
            &S::authentication_backends
        ),
        make_setting(
            {"AUTH_USER_MODEL",
             "The model of users; another one than auth.User is described by `[AUTH_USER]`.",
             "\"accounts.User\"",
             Rule{"app.Model", Rule{}.low, Rule{}.high, is_user_model}},
            &S::auth_user_model
        ),
        make_setting(
            {"AUTH_USER.DB_TABLE",
             "The model's Meta.db_table; \"\": app_model in small letters, as Django calls it.",
             "\"people\"",
             column},
            &U::db_table
        ),
        make_setting(
            {"AUTH_USER.PRIMARY_KEY",
             "Its primary key, an integer, a UUID or text; \"\": what the database says.",
             "\"id\"",
             column},
            &U::primary_key
        ),
        make_setting(
            {"AUTH_USER.USERNAME_FIELD", "Column of its USERNAME_FIELD.", "\"email\"", column},
            &U::username_field
        ),
        make_setting(
            {"AUTH_USER.EMAIL_FIELD", "Column of its EMAIL_FIELD.", "\"email\"", column},
            &U::email_field
        ),
        make_setting(
            {"AUTH_USER.IS_ACTIVE",
             "Column that says who may log in; a table without it has active users only.",
             "\"enabled\"",
             column},
            &U::is_active
        ),
        make_setting(
            {"AUTH_USER.IS_STAFF",
             "Column that says who is staff; a table without it has no staff.",
             "\"is_admin\"",
             column},
            &U::is_staff
        ),
        make_setting(
            {"AUTH_USER.IS_SUPERUSER",
             "Column that says who has every permission; a table without it has no such user.",
             "\"is_admin\"",
             column},
            &U::is_superuser
        ),
        password_hashers(),
        pbkdf2_iterations(),
        make_setting(
            {"LOGIN_REDIRECT_URL",
             "Where api-auth/login/ leads to without `next`: a path, a URL, or the name of a "
             "route.",
             "\"/messages/\"",
             header_safe},
            &S::login_redirect_url
        ),
        make_setting(
            {"LOGOUT_REDIRECT_URL",
             "Where api-auth/logout/ leads to without `next`; \"\": a page that says so.",
             "\"/\"",
             header_safe},
            &S::logout_redirect_url
        ),
        make_setting(
            {"LOGIN_THROTTLE_RATE",
             "How often one address may try wrong passwords for one user name, at api-auth/login/ "
             "and api-token-auth/ together; counted in the server, and in the default cache where "
             "that is Redis or memcached.",
             "\"10/min\"",
             rate},
            &S::login_throttle_rate
        ),
        make_setting(
            {"BASIC_THROTTLE_RATE",
             "The same for BasicAuthentication, where a program with an old password repeats it "
             "with "
             "every request.",
             "\"60/min\"",
             rate},
            &S::basic_throttle_rate
        ),
        make_setting(
            {"LOGIN_THROTTLE_ADDRESS_RATE",
             "How often one address may try wrong passwords for all user names together, where "
             "LOGIN_THROTTLE_RATE counts; \"\": ten times that.",
             "\"100/min\"",
             rate},
            &S::login_throttle_address_rate
        ),
        make_setting(
            {"BASIC_THROTTLE_ADDRESS_RATE",
             "The same for BasicAuthentication; \"\": ten times BASIC_THROTTLE_RATE.",
             "\"600/min\"",
             rate},
            &S::basic_throttle_address_rate
        ),
    };
}

} // namespace drf_messages::config
