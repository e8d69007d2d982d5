// SPDX-License-Identifier: MIT
#include "schema/feed.hpp"
#include "schema/feed_parts.hpp"

#include <fmt/format.h>

namespace drf_messages::schema {
namespace {

// {0}: type of user_id, {1}: of session_key. Galera wants a primary key, and InnoDB.
constexpr std::string_view create_change = R"sql(
CREATE TABLE IF NOT EXISTS `drf_messages_server_change` (
    `id` bigint NOT NULL AUTO_INCREMENT,
    `user_id` {0} NULL,
    `session_key` {1} NULL,
    `message_id` bigint NULL,
    `kind` smallint NOT NULL,
    `at` bigint NOT NULL,
    PRIMARY KEY (`id`),
    KEY `drf_messages_server_change_user` (`user_id`)
) ENGINE=InnoDB)sql";
constexpr std::string_view create_feed = R"sql(
CREATE TABLE IF NOT EXISTS `drf_messages_server_feed` (
    `position` bigint NOT NULL,
    `user_id` {0} NOT NULL,
    `session_key` {1} NULL,
    `message_id` bigint NULL,
    `kind` smallint NOT NULL,
    `at` bigint NOT NULL,
    PRIMARY KEY (`position`),
    KEY `drf_messages_server_feed_user` (`user_id`, `position`)
) ENGINE=InnoDB)sql";
constexpr std::string_view create_info = R"sql(
CREATE TABLE IF NOT EXISTS `drf_messages_server_info` (
    `id` integer NOT NULL,
    `epoch` varchar(16) NOT NULL,
    `position` bigint NOT NULL,
    `trimmed_to` bigint NOT NULL,
    `holder` varchar(64) NULL,
    `held_until` bigint NULL,
    `source` varchar(128) NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB CHARACTER SET ascii COLLATE ascii_bin)sql";

std::string_view clock_text() {
    return feed_clock(sql::Dialect::mariadb);
}

/// An INSERT ... SELECT would hold the lock on the next id until the end of Django's statement, so
/// every row is one of VALUES.
std::string insert(std::string_view row, int kind) {
    return fmt::format(
        "INSERT INTO `drf_messages_server_change` (`user_id`, `session_key`, `message_id`, `kind`, "
        "`at`) VALUES ({0}.`user_id`, {0}.`session_key`, {0}.`id`, {1}, {2})",
        row,
        kind,
        clock_text()
    );
}

/// A row that the sequencer completes: to read the message would lock it.
std::string insert_incomplete(std::string_view row) {
    return fmt::format(
        "INSERT INTO `drf_messages_server_change` (`message_id`, `kind`, `at`) "
        "VALUES ({}.`message_id`, 2, {})",
        row,
        clock_text()
    );
}

/// InnoDB has just locked the new tag's message in the same way, for the foreign key.
std::string insert_of_new_tag() {
    const auto of_message = [](std::string_view column) {
        return fmt::format(
            "(SELECT m.`{}` FROM `drf_messages_message` m WHERE m.`id` = NEW.`message_id`)", column
        );
    };
    return fmt::format(
        "INSERT INTO `drf_messages_server_change` (`user_id`, `session_key`, `message_id`, `kind`, "
        "`at`) VALUES ({}, {}, NEW.`message_id`, 2, {})",
        of_message("user_id"),
        of_message("session_key"),
        clock_text()
    );
}

std::string note_changed_message() {
    return fmt::format(
        "BEGIN IF OLD.`user_id` <=> NEW.`user_id` AND OLD.`id` = NEW.`id` THEN "
        "INSERT INTO `drf_messages_server_change` (`user_id`, `session_key`, `message_id`, `kind`, "
        "`at`) VALUES (NEW.`user_id`, IF(OLD.`session_key` <=> NEW.`session_key`, "
        "NEW.`session_key`, NULL), NEW.`id`, 2, {}); ELSE {}; {}; END IF; END",
        clock_text(),
        insert("OLD", 3),
        insert("NEW", 1)
    );
}

std::string note_changed_tag() {
    return fmt::format(
        "BEGIN IF OLD.`message_id` <> NEW.`message_id` THEN {}; END IF; {}; END",
        insert_incomplete("OLD"),
        insert_incomplete("NEW")
    );
}

} // namespace

FeedParts feed_parts_mariadb(const FeedColumns& columns, const std::string& definer) {
    using Kind = FeedPart::Kind;
    const auto text = [&](std::string_view format) {
        return fmt::format(fmt::runtime(format), columns.user_id, columns.session_key);
    };
    const auto trigger = [&](std::string_view name,
                             std::string_view when,
                             std::string_view on,
                             const std::string& body) -> FeedPart {
        return {
            Kind::trigger,
            name,
            on,
            {fmt::format("DROP TRIGGER IF EXISTS `{}`", name),
             fmt::format(
                 "CREATE {}TRIGGER `{}` AFTER {} ON `{}` FOR EACH ROW {}",
                 definer.empty() ? "" : "DEFINER=" + definer + " ",
                 name,
                 when,
                 on,
                 body
             )}};
    };
    return {
        {Kind::table, change_table, "", {text(create_change)}},
        {Kind::table, feed_table, "", {text(create_feed)}},
        {Kind::table, info_table, "", {text(create_info)}},
        trigger(
            "drf_messages_server_message_created", "INSERT", message_table_name, insert("NEW", 1)
        ),
        trigger(
            "drf_messages_server_message_changed",
            "UPDATE",
            message_table_name,
            note_changed_message()
        ),
        trigger(
            "drf_messages_server_message_deleted", "DELETE", message_table_name, insert("OLD", 3)
        ),
        trigger("drf_messages_server_tag_created", "INSERT", tag_table_name, insert_of_new_tag()),
        trigger("drf_messages_server_tag_changed", "UPDATE", tag_table_name, note_changed_tag()),
        trigger(
            "drf_messages_server_tag_deleted", "DELETE", tag_table_name, insert_incomplete("OLD")
        ),
    };
}

} // namespace drf_messages::schema
