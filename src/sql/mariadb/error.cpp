// SPDX-License-Identifier: MIT
#include "sql/mariadb/error.hpp"

#include "text/utf8.hpp"

#include <errmsg.h>
#include <fmt/format.h>
#include <mysqld_error.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>

namespace drf_messages::sql::mariadb {
namespace {

// MySQL's, which MariaDB's header lacks.
constexpr unsigned mysql_query_timeout = 3024;
constexpr unsigned mysql_lock_nowait = 3572;
constexpr unsigned mysql_check_violated = 3819;
constexpr unsigned mysql_cannot_convert_character = 3854;
constexpr unsigned mysql_impossible_string_conversion = 3988;
constexpr unsigned mysql_client_interaction_timeout = 4031;

/// The first character of a text that is shown as "\xF0\x9F\x94\xA5...", as "U+1F525"; empty
/// when that is no character.
std::string first_character(std::string_view shown) {
    std::string bytes;
    while (shown.starts_with("\\x") && shown.size() >= 4 && bytes.size() < 4) {
        unsigned byte = 0;
        const auto [end, error] = std::from_chars(shown.data() + 2, shown.data() + 4, byte, 16);
        if (error != std::errc() || end != shown.data() + 4) {
            break;
        }
        bytes += static_cast<char>(byte);
        shown.remove_prefix(4);
    }
    if (bytes.empty()) {
        return {};
    }
    const text::Utf8Character first = text::first_utf8_character(bytes);
    return first.valid && first.size > 1
               ? fmt::format("U+{:04X}", static_cast<std::uint32_t>(first.code_point))
               : std::string();
}

/// "`site`.`drf_messages_message`.`message`" as "drf_messages_message.message", MySQL's "'message'"
/// as "message".
std::string column_of(std::string_view shown) {
    if (std::count(shown.begin(), shown.end(), '.') == 2) {
        shown.remove_prefix(shown.find('.') + 1);
    }
    std::string column(shown);
    std::erase_if(column, [](char c) { return c == '`' || c == '\''; });
    return column;
}

/// Which character a column cannot hold, where the server says "Incorrect string value:
/// '\xF0\x9F\x94\xA5' for column `site`.`drf_messages_message`.`message` at row 1". Absent for
/// other values, and for text that is no UTF-8.
std::optional<std::string> lacking_character(std::string_view reason) {
    constexpr std::string_view begin = "Incorrect string value: '";
    constexpr std::string_view before_column = "' for column ";
    const auto at = reason.rfind(before_column);
    const auto end = reason.rfind(" at row ");
    if (!reason.starts_with(begin) || at == std::string_view::npos ||
        end == std::string_view::npos || end < at) {
        return std::nullopt;
    }
    const std::string character = first_character(reason.substr(begin.size()));
    if (character.empty()) {
        return std::nullopt;
    }
    const std::size_t column = at + before_column.size();
    return "column " + column_of(reason.substr(column, end - column)) +
           " cannot hold the character " + character;
}

constexpr bool is_of_client(unsigned number) {
    return (number >= 2000 && number < 3000) || number >= 5000;
}

} // namespace

ErrorKind error_kind(unsigned number) noexcept {
    switch (number) {
    case ER_LOCK_DEADLOCK:
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_LOCK_TABLE_FULL:
    case ER_CHECKREAD:
    case ER_QUERY_INTERRUPTED:
    case mysql_lock_nowait:
    case ER_MAX_PREPARED_STMT_COUNT_REACHED:
        return ErrorKind::busy;
    case ER_STATEMENT_TIMEOUT:
    case mysql_query_timeout:
        return ErrorKind::timed_out;
    case ER_DUP_ENTRY:
    case ER_DUP_KEY:
    case ER_DUP_ENTRY_WITH_KEY_NAME:
    case ER_BAD_NULL_ERROR:
    case ER_NO_DEFAULT_FOR_FIELD:
    case mysql_check_violated:
    case ER_CONSTRAINT_FAILED:
        return ErrorKind::constraint;
    case ER_ROW_IS_REFERENCED:
    case ER_ROW_IS_REFERENCED_2:
    case ER_NO_REFERENCED_ROW:
    case ER_NO_REFERENCED_ROW_2:
        return ErrorKind::foreign_key;
    case ER_NO_SUCH_TABLE:
    case ER_BAD_TABLE_ERROR:
    case ER_BAD_FIELD_ERROR:
    case ER_BAD_DB_ERROR:
        return ErrorKind::schema;
    case ER_CANT_CREATE_TABLE: // MariaDB, when a foreign key's name is taken
    case ER_TABLE_EXISTS_ERROR:
    case ER_DUP_FIELDNAME:
    case ER_DUP_KEYNAME:
    case ER_CANT_DROP_FIELD_OR_KEY:
    case ER_DUP_CONSTRAINT_NAME:
        return ErrorKind::made_before;
    case ER_ALTER_OPERATION_NOT_SUPPORTED: // of ALGORITHM=INPLACE, say
    case ER_ALTER_OPERATION_NOT_SUPPORTED_REASON:
        return ErrorKind::not_supported;
    case ER_OPTION_PREVENTS_STATEMENT: // --read-only
    case ER_READ_ONLY_MODE:
    case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
    case ER_OPEN_AS_READONLY:
        return ErrorKind::read_only;
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
    case ER_SPECIFIC_ACCESS_DENIED_ERROR:
    case ER_PROCACCESS_DENIED_ERROR:
    case ER_BINLOG_CREATE_ROUTINE_NEED_SUPER: // of triggers too
        return ErrorKind::denied;
    case ER_DISK_FULL:
    case ER_RECORD_FILE_FULL:
        return ErrorKind::full;
    case ER_CANT_AGGREGATE_2COLLATIONS:
    case ER_CANT_AGGREGATE_3COLLATIONS:
    case ER_CANT_AGGREGATE_NCOLLATIONS:
    case mysql_cannot_convert_character:
    case mysql_impossible_string_conversion:
        return ErrorKind::charset;
    case ER_CON_COUNT_ERROR:
    case ER_TOO_MANY_USER_CONNECTIONS:
    case ER_USER_LIMIT_REACHED:
        return ErrorKind::too_many_connections;
    case ER_SERVER_SHUTDOWN:
    case ER_NORMAL_SHUTDOWN:
    case ER_ABORTING_CONNECTION:
    case ER_NEW_ABORTING_CONNECTION:
    case ER_NET_READ_ERROR:
    case ER_NET_READ_INTERRUPTED:
    case ER_NET_ERROR_ON_WRITE:
    case ER_NET_WRITE_INTERRUPTED:
    case ER_NET_FCNTL_ERROR:
    case ER_NET_PACKETS_OUT_OF_ORDER:
    case ER_UNKNOWN_COM_ERROR:   // Galera: the node is not part of the cluster
    case ER_ERROR_DURING_COMMIT: // Galera: the node left the cluster while it asked the others
    case ER_HOST_IS_BLOCKED:
    case ER_CONNECTION_KILLED:
    case mysql_client_interaction_timeout:
    case CR_ERR_NET_READ:
    case CR_ERR_NET_WRITE:
        return ErrorKind::connection_lost;
    case CR_OUT_OF_MEMORY:
    case CR_NET_PACKET_TOO_LARGE:
        return ErrorKind::other;
    default:
        return number >= 2000 && number < 2030 ? ErrorKind::connection_lost : ErrorKind::other;
    }
}

Retry error_retry(unsigned number) noexcept {
    switch (number) {
    case ER_LOCK_DEADLOCK:     // also Galera's failed certification
    case ER_CHECKREAD:         // innodb_snapshot_isolation
    case CR_SERVER_GONE_ERROR: // could not be sent
        return Retry::safe;
    default:
        return Retry::no;
    }
}

bool ends_connection(unsigned number) noexcept {
    return is_of_client(number) || error_kind(number) == ErrorKind::connection_lost ||
           number == ER_NET_PACKET_TOO_LARGE;
}

std::string reason_without_values(unsigned number, std::string_view reason) {
    switch (number) {
    case ER_DUP_ENTRY:
    case ER_DUP_ENTRY_WITH_KEY_NAME: {
        // The entry may hold anything, quotes too.
        const auto key = reason.rfind(" for key ");
        return "Duplicate entry" +
               (key == std::string_view::npos ? std::string() : std::string(reason.substr(key)));
    }
    // Names of tables, columns and accounts.
    case ER_NO_SUCH_TABLE:
    case ER_BAD_TABLE_ERROR:
    case ER_BAD_FIELD_ERROR:
    case ER_BAD_DB_ERROR:
    case ER_BAD_NULL_ERROR:
    case ER_NO_DEFAULT_FOR_FIELD:
    case ER_DATA_TOO_LONG:
    case ER_WARN_DATA_OUT_OF_RANGE:
    case ER_ACCESS_DENIED_ERROR:
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
    case ER_SPECIFIC_ACCESS_DENIED_ERROR:
    case ER_OPTION_PREVENTS_STATEMENT:
        return std::string(reason);
    default:
        if (is_of_client(number)) {
            return std::string(reason);
        }
        const auto quote = reason.find_first_of("'\"");
        return quote == std::string_view::npos ? std::string(reason)
                                               : std::string(reason.substr(0, quote)) + "...";
    }
}

Error make_error(unsigned number, std::string_view reason, std::string_view statement_name) {
    if (number == ER_TRUNCATED_WRONG_VALUE_FOR_FIELD) {
        if (const auto lacking = lacking_character(reason)) {
            return Error(ErrorKind::charset, statement_name, std::to_string(number), *lacking);
        }
    }
    return Error(
        error_kind(number),
        statement_name,
        std::to_string(number),
        reason_without_values(number, reason),
        error_retry(number)
    );
}

} // namespace drf_messages::sql::mariadb
