// SPDX-License-Identifier: MIT
#include "config/secret_file.hpp"
#include "config/time_zone_setting.hpp"

namespace drf_messages::config {
namespace {

/// A URL (but for SQLite's own, file:) or libpq's "dbname=a password=b".
bool holds_more_than_a_name(std::string_view name) {
    return (name.find("://") != std::string_view::npos && !name.starts_with("file:")) ||
           name.find("password=") != std::string_view::npos;
}

Setting database_name() {
    SettingWords words{
        "DATABASES.default.NAME",
        "The database; for SQLite its file, a URI (\"file:...\"), or \":memory:\".",
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
    SettingWords words{"DATABASES.default.PORT", "The database server's port.", "5432"};
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
            {.name = "DATABASES.default.PASSWORD",
             .help = "With which password.",
             .example = "\"secret\"",
             .secret = true},
            &D::password
        ),
        secret_file_setting(
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
        time_zone_setting(
            {.name = "DATABASES.default.TIME_ZONE",
             .help = "In which SQLite's and MariaDB's columns hold times; empty: UTC.",
             .example = "\"Europe/Berlin\"",
             .none = true},
            &D::time_zone
        ),
        make_setting(
            {"DATABASES.default.CONN_MAX_AGE",
             "Connections are pooled; older ones than this are replaced. 0: never.",
             "600",
             age},
            &D::conn_max_age
        ),
        make_setting(
            {.name = "DATABASES.default.OPTIONS",
             .help = "Options of the database's driver.",
             .example = "{ timeout = 20 }",
             .secret = true},
            &D::options
        ),
    };
}

} // namespace drf_messages::config
