// SPDX-License-Identifier: MIT
#include "config/setting.hpp"
#include "text/ascii.hpp"

#include <algorithm>
#include <string>

namespace drf_messages::config {
namespace {

bool is_samesite(std::string_view text) {
    const std::string value = text::lowered(text);
    return value == "lax" || value == "strict" || value == "none";
}

/// The keys of django-redis-sessions, and of Redis sentinels.
bool is_session_redis_key(std::string_view key) {
    static constexpr std::string_view keys[] = {
        "host",
        "port",
        "db",
        "password",
        "prefix",
        "unix_domain_socket_path",
        "url",
        "socket_timeout",
        "retry_on_timeout",
        "connection_pool",
        "pool",
        "POOL",
        "sentinel_list",
        "sentinel_master_alias",
        "redis_sentinel_list",
        "ssl"};
    return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

/// Django takes False for "no attribute" beside the three values.
Setting samesite(Words words, std::optional<std::string> Settings::*member) {
    words.rule = {"Lax, Strict or None", Rule{}.low, Rule{}.high, is_samesite};
    Setting setting = make_setting(words, member);
    setting.type = "text, or false for no attribute";
    const auto read = setting.read;
    setting.read = [member, read](const Node& node, Settings& settings, Reader& reader) {
        if (const auto* flag = std::get_if<bool>(&node.value); flag != nullptr && !*flag) {
            (settings.*member).reset();
        } else {
            read(node, settings, reader);
        }
    };
    setting.write = [member](const Settings& settings) {
        const auto& value = settings.*member;
        return value ? Codec<std::string>::write(*value) : Codec<bool>::write(false);
    };
    return setting;
}

} // namespace

std::vector<Setting> session_settings() {
    using S = Settings;
    return {
        make_setting(
            {"SESSION_ENGINE",
             "Where sessions are kept.",
             "\"django.contrib.sessions.backends.db\"",
             any,
             "SESSION_ENGINE"},
            &S::session_engine
        ),
        make_setting(
            {"SESSION_CACHE_ALIAS",
             "Which of CACHES holds sessions, for the engines that use one.",
             "\"default\""},
            &S::session_cache_alias
        ),
        make_setting(
            {"SESSION_COOKIE_NAME", "Name of the session cookie.", "\"sessionid\"", cookie_name},
            &S::session_cookie_name
        ),
        make_setting(
            {"SESSION_COOKIE_AGE", "How long a session lives.", "86400", age},
            &S::session_cookie_age
        ),
        make_setting(
            {"SESSION_COOKIE_DOMAIN",
             "Domain of the session cookie.",
             "\".example.com\"",
             header_safe},
            &S::session_cookie_domain
        ),
        make_setting(
            {"SESSION_COOKIE_PATH", "Path of the session cookie.", "\"/app/\"", header_safe},
            &S::session_cookie_path
        ),
        make_setting(
            {"SESSION_COOKIE_SECURE", "Sends the session cookie over HTTPS only.", "true"},
            &S::session_cookie_secure
        ),
        make_setting(
            {"SESSION_COOKIE_HTTPONLY", "Hides the session cookie from scripts.", "true"},
            &S::session_cookie_httponly
        ),
        samesite(
            {"SESSION_COOKIE_SAMESITE",
             "Whether other sites' requests carry the session cookie.",
             "\"Strict\""},
            &S::session_cookie_samesite
        ),
        make_setting(
            {"SESSION_SAVE_EVERY_REQUEST",
             "Stores the session and sends its cookie with every answer.",
             "true"},
            &S::session_save_every_request
        ),
        make_setting(
            {"SESSION_EXPIRE_AT_BROWSER_CLOSE", "The cookie ends with the browser.", "true"},
            &S::session_expire_at_browser_close
        ),
        make_setting(
            {"SESSION_FILE_PATH",
             "Folder of the file engine's sessions.",
             "\"/var/lib/messages/sessions\"",
             any,
             {},
             false,
             false,
             true},
            &S::session_file_path
        ),
        make_setting(
            {"SESSION_SERIALIZER",
             "How a session becomes text.",
             "\"django.contrib.sessions.serializers.JSONSerializer\"",
             any,
             "SESSION_SERIALIZER"},
            &S::session_serializer
        ),
        make_setting(
            {"SESSION_REDIS",
             "The Redis of redis_sessions.session.",
             "{ host = \"localhost\", port = 6379 }",
             Rule{
                 "with the keys of django-redis-sessions",
                 Rule{}.low,
                 Rule{}.high,
                 is_session_redis_key},
             {},
             true},
            &S::session_redis
        ),
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
        samesite(
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
             "Other sites whose HTTPS requests are accepted.",
             "[\".example.com\"]"},
            &S::csrf_trusted_origins
        ),
        make_setting(
            {"CSRF_USE_SESSIONS", "Keeps the token in the session, not in a cookie.", "true"},
            &S::csrf_use_sessions
        ),
    };
}

} // namespace drf_messages::config
