// SPDX-License-Identifier: MIT
#include "schema/migrations.hpp"

#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

namespace {

/// Django's migration changes no table, or changes one that the app's 0001 creates in its final
/// form.
std::string nothing_to_do(sql::Dialect) {
    return {};
}

} // namespace

const std::vector<Migration>& all_migrations() {
    static const std::vector<Migration> migrations = {
        {"contenttypes", "0001_initial", contenttypes_0001_initial},
        {"contenttypes",
         "0002_remove_content_type_name",
         contenttypes_0002_remove_content_type_name},
        {"auth", "0001_initial", auth_0001_initial},
        {"auth",
         "0002_alter_permission_name_max_length",
         auth_0002_alter_permission_name_max_length},
        {"auth", "0003_alter_user_email_max_length", auth_0003_alter_user_email_max_length},
        {"auth", "0004_alter_user_username_opts", nothing_to_do},
        {"auth", "0005_alter_user_last_login_null", auth_0005_alter_user_last_login_null},
        {"auth", "0006_require_contenttypes_0002", nothing_to_do},
        {"auth", "0007_alter_validators_add_error_messages", nothing_to_do},
        {"auth", "0008_alter_user_username_max_length", auth_0008_alter_user_username_max_length},
        {"auth", "0009_alter_user_last_name_max_length", auth_0009_alter_user_last_name_max_length},
        {"auth", "0010_alter_group_name_max_length", auth_0010_alter_group_name_max_length},
        {"auth", "0011_update_proxy_permissions", nothing_to_do},
        {"auth",
         "0012_alter_user_first_name_max_length",
         auth_0012_alter_user_first_name_max_length},
        {"authtoken", "0001_initial", authtoken_0001_initial},
        {"authtoken", "0002_auto_20160226_1747", nothing_to_do},
        {"authtoken", "0003_tokenproxy", nothing_to_do},
        {"sessions", "0001_initial", sessions_0001_initial},
        {"drf_messages", "0001_initial", drf_messages_0001_initial},
        {"drf_messages", "0002_message_session_key", drf_messages_0002_message_session_key},
        {"admin", "0001_initial", admin_0001_initial},
        {"admin", "0002_logentry_remove_auto_add", nothing_to_do},
        {"admin", "0003_logentry_add_action_flag_choices", nothing_to_do},
        {"drf_messages_server", "0001_indexes", nothing_to_do, drf_messages_server_0001_indexes()},
        {"drf_messages_server",
         "0002_index_for_prune",
         nothing_to_do,
         drf_messages_server_0002_index_for_prune()},
    };
    return migrations;
}

const Migration& feed_migration() {
    static const Migration feed = {"drf_messages_server", "feed", nothing_to_do};
    return feed;
}

} // namespace drf_messages::schema
