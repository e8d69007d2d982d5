// SPDX-License-Identifier: MIT
#include "schema/tables.hpp"

#include "schema/catalog.hpp"
#include "schema/feed.hpp"
#include "schema/feed_parts.hpp"

#include <set>
#include <string_view>

namespace drf_messages::schema {
namespace {

/// What others refer to comes first.
constexpr std::string_view of_django[] = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
    "auth_user",
    "auth_user_groups",
    "auth_user_user_permissions",
    "authtoken_token",
    "django_session",
    "django_admin_log",
};
constexpr std::string_view of_messages[] = {
    message_table_name, tag_table_name, change_table, feed_table, info_table};

} // namespace

std::vector<std::string> tables_to_keep(sql::Connection& connection, bool is_site) {
    const std::set<std::string> there = table_names(connection);
    std::vector<std::string> tables;
    const auto add = [&](std::string_view table) {
        if (there.contains(std::string(table))) {
            tables.emplace_back(table);
        }
    };
    if (!is_site) {
        for (const std::string_view table : of_django) {
            add(table);
        }
    }
    for (const std::string_view table : of_messages) {
        add(table);
    }
    return tables;
}

} // namespace drf_messages::schema
