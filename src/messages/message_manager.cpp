// SPDX-License-Identifier: MIT
#include "messages/message_manager.hpp"

#include "sql/error.hpp"
#include "sql/transaction.hpp"
#include "store/message_store.hpp"
#include "text/utf8.hpp"

#include <cstddef>

namespace drf_messages::messages {
namespace {

/// Width of the column; only engines that keep the whole session in its key have longer ones.
constexpr std::size_t session_key_max_length = 40;

Result<void> check_text(std::string_view text, std::size_t max_length, errc too_long) {
    if (!text::is_valid_utf8(text)) {
        return errc::invalid_utf8;
    }
    if (text.find('\0') != std::string_view::npos) {
        return errc::contains_nul;
    }
    if (text::utf8_length(text) > max_length) {
        return too_long;
    }
    return {};
}

Result<MessageId> create(sql::Connection& connection, const store::NewMessage& message) {
    if (const auto checked = check_message(message.message, message.view, message.extra_tags);
        checked.has_error()) {
        return checked.error();
    }
    try {
        return sql::transact(connection, [&] {
            return store::insert_message(connection, message);
        });
    } catch (const sql::Error& error) {
        // A checked message can only lack its user, or a session that ended meanwhile.
        if (error.kind() == sql::ErrorKind::constraint) {
            return errc::not_found;
        }
        throw;
    }
}

} // namespace

Result<void> check_message(
    std::string_view message, std::string_view view, std::span<const std::string> extra_tags
) {
    Result<void> checked = check_text(message, message_max_length, errc::text_too_long);
    if (checked.has_value()) {
        checked = check_text(view, view_max_length, errc::view_too_long);
    }
    for (const std::string& tag : extra_tags) {
        if (checked.has_error()) {
            break;
        }
        checked = check_text(tag, tag_max_length, errc::tag_too_long);
    }
    return checked;
}

Result<MessageId> MessageManager::create_message(
    const Viewer& viewer,
    std::string_view view,
    std::string_view message,
    Level level,
    std::span<const std::string> extra_tags
) {
    if (!viewer.user) {
        return errc::not_found;
    }
    store::NewMessage row;
    row.user = *viewer.user;
    if (viewer.session_key && viewer.session_key->size() <= session_key_max_length) {
        row.session_key = viewer.session_key;
        row.session_in_table = true;
    }
    row.view = view;
    row.message = message;
    row.level = level;
    row.created = clock_();
    row.extra_tags = extra_tags;
    return create(connection_, row);
}

Result<MessageId> MessageManager::create_user_message(
    const UserId& user,
    std::string_view message,
    Level level,
    std::span<const std::string> extra_tags
) {
    store::NewMessage row;
    row.user = user;
    row.message = message;
    row.level = level;
    row.created = clock_();
    row.extra_tags = extra_tags;
    return create(connection_, row);
}

} // namespace drf_messages::messages
