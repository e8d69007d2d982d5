// SPDX-License-Identifier: MIT
#include "cli/check.hpp"
#include "embed/databases/database.hpp"
#include "model/database_vendor.hpp"
#include "schema/narrow_columns.hpp"
#include "store/user_table.hpp"

#include <fmt/format.h>

#include <array>

namespace drf_messages::cli {

std::vector<std::string> charset_warnings(const Context& context) {
    const Settings& settings = context.settings;
    std::vector<std::string> warnings;
    if (database_vendor(settings.database.engine) != DatabaseVendor::mysql) {
        return warnings;
    }
    const store::UserTable auth_user;
    const bool own = !store::is_auth_user(settings);
    const std::string users = store::user_table_name(settings);
    const std::array<schema::WordColumns, 3> wanted = {{
        {"drf_messages_message", {"view", "message"}},
        {"drf_messages_messagetag", {"text"}},
        {users,
         {own ? settings.auth_user.username_field : auth_user.username_field,
          own ? settings.auth_user.email_field : auth_user.email_field}},
    }};
    const auto connection = embed::database_connections(settings, {})();
    for (const auto& narrow : schema::narrow_columns(*connection, wanted)) {
        warnings.push_back(fmt::format(
            "{} of table {} cannot hold every character, as {} has only some: a filter or a name "
            "with another finds nothing, and storing it fails. {}",
            fmt::join(narrow.columns, " and "),
            narrow.table,
            narrow.charset,
            narrow.mend.empty()
                ? "A foreign key has the column; make both of its sides utf8mb4."
                : fmt::format("This mends it, and writes the table anew: {};", narrow.mend)
        ));
    }
    return warnings;
}

} // namespace drf_messages::cli
