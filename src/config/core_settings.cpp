// SPDX-License-Identifier: MIT
#include "config/setting.hpp"
#include "config/small_file.hpp"

namespace drf_messages::config {
namespace {

constexpr std::size_t longest_secret_bytes = 64 * 1024;

/// A secret that stands in a file of its own: a Docker or systemd secret. The end of its last line
/// does not count.
std::variant<std::string, Unreadable> read_secret(const std::string& path) {
    auto content = read_small_file(path, longest_secret_bytes);
    if (auto* text = std::get_if<std::string>(&content)) {
        while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) {
            text->pop_back();
        }
        if (text->empty()) {
            return Unreadable{"is empty"};
        }
    }
    return content;
}

Setting
secret_file(Words words, std::string Settings::*top, std::string DatabaseSettings::*database) {
    Setting setting{words, "file name", {}, {}};
    setting.read = [words, top, database](const Node& node, Settings& settings, Reader& reader) {
        std::string name;
        if (!Codec<std::string>::read(node, words.rule, name)) {
            wrong_value(words, "a file name", node, reader);
            return;
        }
        if (name.empty()) {
            return;
        }
        const std::string path = reader.resolve(name, node);
        auto secret = read_secret(path);
        if (const auto* unreadable = std::get_if<Unreadable>(&secret)) {
            reader.problem(node.where, fmt::format("{}: {} {}", words.name, path, unreadable->why));
            return;
        }
        (top != nullptr ? settings.*top : settings.database.*database) =
            std::get<std::string>(std::move(secret));
    };
    return setting;
}

/// A URL (but for SQLite's own, file:) or libpq's "dbname=a password=b".
bool holds_more_than_a_name(std::string_view name) {
    return (name.find("://") != std::string_view::npos && !name.starts_with("file:")) ||
           name.find("password=") != std::string_view::npos;
}

Setting database_name() {
    Words words{
        "DATABASES.default.NAME",
        "The database; for SQLite its file, or \":memory:\".",
        "\"messages.sqlite3\""};
    Setting setting = make_setting(words, &DatabaseSettings::name);
    setting.read = [words](const Node& node, Settings& settings, Reader& reader) {
        if (!Codec<std::string>::read(node, words.rule, settings.database.name)) {
            wrong_value(words, "text", node, reader);
        } else if (settings.database.name.empty()) {
            reader.problem(node.where, "DATABASES.default.NAME: expected a name, found empty text");
        } else if (holds_more_than_a_name(settings.database.name)) {
            reader.problem(
                node.where,
                "DATABASES.default.NAME: expected a name alone; USER, PASSWORD, HOST and PORT have "
                "keys of their own"
            );
        }
    };
    return setting;
}

Setting database_port() {
    Words words{"DATABASES.default.PORT", "The database server's port.", "5432"};
    Setting setting = make_setting(words, &DatabaseSettings::port);
    setting.type = "text or integer";
    setting.read = [words](const Node& node, Settings& settings, Reader& reader) {
        std::int64_t number = 0;
        if (Codec<std::int64_t>::read(node, Rule{"", 1, 65'535}, number)) {
            settings.database.port = fmt::format("{}", number);
        } else if (std::holds_alternative<std::int64_t>(node.value) ||
                   !Codec<std::string>::read(node, words.rule, settings.database.port)) {
            wrong_value(words, "a port", node, reader);
        }
    };
    return setting;
}

} // namespace

std::vector<Setting> core_settings() {
    using S = Settings;
    return {
        make_setting(
            {"SECRET_KEY",
             "Signs sessions and cookies; the same as Django's where both serve one site.",
             "\"50 or more random characters\"",
             any,
             {},
             true},
            &S::secret_key
        ),
        secret_file(
            {"SECRET_KEY_FILE",
             "A file that holds SECRET_KEY instead.",
             "\"/run/secrets/secret_key\""},
            &S::secret_key,
            nullptr
        ),
        make_setting(
            {"SECRET_KEY_FALLBACKS",
             "Earlier secret keys that are accepted still (Django 4.1).",
             "[\"the key before\"]",
             any,
             {},
             true},
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
             "Accepted as Django has it; any name.",
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
        make_setting(
            {"TIME_ZONE",
             "In which times are shown.",
             "\"Europe/Berlin\"",
             Rule{"a name of the time zone database", Rule{}.low, Rule{}.high, is_time_zone}},
            &S::time_zone
        ),
        make_setting({"USE_TZ", "Whether times carry their offset.", "true"}, &S::use_tz),
        make_setting(
            {"LANGUAGE_CODE", "Language of answers.", "\"en-us\"", header_safe}, &S::language_code
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

std::vector<Setting> database_settings() {
    using D = DatabaseSettings;
    return {
        make_setting(
            {"DATABASES.default.ENGINE",
             "Which database.",
             "\"django.db.backends.sqlite3\"",
             any,
             "DATABASES"},
            &D::engine
        ),
        database_name(),
        make_setting({"DATABASES.default.USER", "Who logs in.", "\"messages\""}, &D::user),
        make_setting(
            {"DATABASES.default.PASSWORD", "With which password.", "\"secret\"", any, {}, true},
            &D::password
        ),
        secret_file(
            {"DATABASES.default.PASSWORD_FILE",
             "A file that holds PASSWORD instead.",
             "\"/run/secrets/db\""},
            nullptr,
            &D::password
        ),
        make_setting(
            {"DATABASES.default.HOST",
             "The database server, or its socket's folder.",
             "\"localhost\""},
            &D::host
        ),
        database_port(),
        make_setting(
            {"DATABASES.default.CONN_MAX_AGE",
             "Connections are pooled; older ones than this are replaced. 0: never.",
             "600",
             age},
            &D::conn_max_age
        ),
        make_setting(
            {"DATABASES.default.OPTIONS",
             "Options of the database's driver.",
             "{ timeout = 20 }",
             any,
             {},
             true},
            &D::options
        ),
    };
}

} // namespace drf_messages::config
