// SPDX-License-Identifier: MIT
#include "cli/content_text.hpp"

#include "embed/databases/database.hpp"
#include "model/site_time.hpp"
#include "model/sqlite_name.hpp"
#include "sql/error.hpp"
#include "store/content_summary.hpp"
#include "text/datetime.hpp"
#include "text/plural.hpp"

#include <fmt/format.h>

#include <string_view>

namespace drf_messages::cli {
namespace {

std::string counted(std::int64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, text::plural(count));
}

} // namespace

std::unique_ptr<sql::Connection>
open_other_file(Settings settings, const std::string& path, OpenFor use) {
    settings.database.name =
        with_sqlite_path(use == OpenFor::reading ? "file:?immutable=1" : "file:?mode=rw", path);
    settings.database.options.clear();
    return embed::database_connections(settings, {})();
}

std::string content_text(const Settings& settings, sql::Connection& connection) {
    try {
        const store::ContentSummary content = store::summarize_content(connection, settings);
        std::string text =
            counted(content.users, "user") + ", " + counted(content.messages, "message");
        if (content.newest) {
            text += ", the newest of " +
                    text::format_strftime(
                        "%Y-%m-%d %H:%M:%S", *content.newest, site_time_zone(settings)
                    );
        }
        return text;
    } catch (const sql::Error& error) {
        if (error.kind() != sql::ErrorKind::schema) {
            throw;
        }
        return "nothing that this version can count";
    }
}

} // namespace drf_messages::cli
