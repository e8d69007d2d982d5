// SPDX-License-Identifier: MIT
#include "messages/new_message.hpp"

#include "messages/check_message.hpp"
#include "metrics/process_metrics.hpp"
#include "sql/error.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace drf_messages::messages {
namespace {

/// Width of the column; only engines that keep the whole session in its key have longer ones.
constexpr std::size_t session_key_max_length = 40;

} // namespace

store::NewMessage message_row(
    const Viewer& viewer,
    std::string_view view,
    std::string_view message,
    Level level,
    Timestamp created,
    std::span<const std::string> extra_tags
) {
    store::NewMessage row;
    row.user = viewer.user.value();
    if (viewer.session_key && viewer.session_key->size() <= session_key_max_length) {
        row.session_key = viewer.session_key;
        row.session_in_table = true;
    }
    row.view = view;
    row.message = message;
    row.level = level;
    row.created = created;
    row.extra_tags = extra_tags;
    return row;
}

Result<MessageId> create_message(
    DatabaseAccess& database,
    const Viewer& viewer,
    std::string_view view,
    std::string_view message,
    Level level,
    std::span<const std::string> extra_tags
) {
    if (!viewer.user) {
        return errc::not_found;
    }
    if (const auto checked = check_message(message, view, extra_tags); checked.has_error()) {
        return checked.error();
    }
    const store::NewMessage row =
        message_row(viewer, view, message, level, database.now(), extra_tags);
    try {
        const auto insert = [&](sql::Connection& connection) {
            return store::insert_message(connection, row);
        };
        const MessageId id = transact(database, insert, sql::Sharing::joins);
        metrics::process_metrics().sent[metrics::SentVia::application].add();
        return id;
    } catch (const sql::Error& error) {
        // Its user, or a session that ended meanwhile.
        if (error.kind() == sql::ErrorKind::foreign_key) {
            return errc::not_found;
        }
        throw;
    }
}

} // namespace drf_messages::messages
