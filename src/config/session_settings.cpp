// SPDX-License-Identifier: MIT
#include "config/samesite_setting.hpp"
#include "text/nearest.hpp"

#include <algorithm>
#include <string>

namespace drf_messages::config {
namespace {

void check_session_redis(const Member& member, Reader& reader) {
    static const std::vector<std::string> texts{
        "host", "password", "prefix", "url", "unix_domain_socket_path"};
    static const std::vector<std::string> known{
        "host",
        "port",
        "db",
        "password",
        "prefix",
        "socket_timeout",
        "retry_on_timeout",
        "url",
        "unix_domain_socket_path",
        "POOL"};
    const auto is_one_of = [&](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), member.key) != names.end();
    };
    if (!is_one_of(known)) {
        reader.problem(
            member.where,
            fmt::format(
                "SESSION_REDIS.{} is no setting{}", member.key, text::suggestion(member.key, known)
            )
        );
        return;
    }
    const auto& value = member.node.value;
    if (const auto* text = std::get_if<std::string>(&value); text != nullptr && text->empty()) {
        return; // Python's None
    }
    const auto* number = std::get_if<std::int64_t>(&value);
    const auto* fraction = std::get_if<double>(&value);
    const auto expect = [&](bool right, std::string_view what) {
        if (!right) {
            const bool secret = member.key == "password" || member.key == "url";
            reader.problem(
                member.node.where,
                fmt::format(
                    "SESSION_REDIS.{}: expected {}, found {}",
                    member.key,
                    what,
                    found(member.node, secret)
                )
            );
        }
    };
    if (is_one_of(texts)) {
        expect(std::holds_alternative<std::string>(value) || member.node.raw, "text");
    } else if (member.key == "port") {
        expect(number != nullptr && *number >= 1 && *number <= 65'535, "an integer (1 to 65535)");
    } else if (member.key == "db") {
        expect(number != nullptr && *number >= 0, "an integer (0 or more)");
    } else if (member.key == "socket_timeout") {
        const bool right = number != nullptr     ? *number > 0 && *number <= 3600
                           : fraction != nullptr ? *fraction > 0 && *fraction <= 3600
                                                 : false;
        expect(right, "seconds (up to 3600)");
    } else if (member.key == "retry_on_timeout") {
        expect(std::holds_alternative<bool>(value), "true or false");
    } else {
        reader.problem(
            member.where,
            "SESSION_REDIS.POOL: django-redis-sessions asks localhost:6379 whatever it says; set "
            "`host` and `port`"
        );
    }
}

/// Each key of django-redis-sessions has a type and range of its own.
Setting session_redis() {
    const SettingWords words{
        .name = "SESSION_REDIS",
        .help = "The Redis of redis_sessions.session: `host`, `port`, `db`, `password`, `prefix`, "
                "`socket_timeout`, `retry_on_timeout`, or a `url` or `unix_domain_socket_path`.",
        .example = "{ host = \"localhost\", port = 6379 }",
        .secret = true};
    Setting setting = make_setting(words, &Settings::session_redis);
    const auto read = setting.read;
    setting.read = [read](const Node& node, Settings& settings, Reader& reader) {
        read(node, settings, reader);
        const auto* table = std::get_if<Node::Table>(&node.value);
        if (table == nullptr) {
            return;
        }
        for (const Member& member : *table) {
            check_session_redis(member, reader);
        }
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
        samesite_setting(
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
            {.name = "SESSION_FILE_PATH",
             .help = "Folder of the file engine's sessions.",
             .example = "\"/var/lib/messages/sessions\"",
             .file = true},
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
        session_redis(),
    };
}

} // namespace drf_messages::config
