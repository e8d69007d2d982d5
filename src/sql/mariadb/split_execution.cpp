// SPDX-License-Identifier: MIT
#include "sql/mariadb/split_execution.hpp"

#include <array>
#include <type_traits>

namespace drf_messages::sql::mariadb {
namespace {

using Methods = std::remove_pointer_t<decltype(MYSQL::methods)>;

/// mysql_stmt_execute() sends a command and reads its answer. It does either alone where the
/// session's table of methods has another `db_command`, which puts the library's own table back.
struct OtherMethods {
    explicit OtherMethods(MYSQL* session, decltype(Methods::db_command) command)
        : table(*session->methods), library(session->methods) {
        table.db_command = command;
        session->methods = &table;
    }

    std::remove_const_t<Methods> table;
    std::array<void*, 32> unknown{}; ///< what a newer library may look for behind it: absent
    Methods* library;
};

const OtherMethods& others_of(const MYSQL* session) {
    return *reinterpret_cast<const OtherMethods*>(session->methods);
}

/// The answer is not waited for, which the library takes for a failure.
constexpr int sent_only = -2;

int only_send(
    MYSQL* session,
    enum_server_command command,
    const char* request,
    std::size_t size,
    my_bool skip_check,
    void* statement
) {
    session->methods = others_of(session).library;
    const int failed =
        session->methods->db_command(session, command, request, size, skip_check, statement);
    return failed != 0 ? failed : sent_only;
}

/// The command was sent before. Each answer counts its packets from one.
int only_receive(MYSQL* session, enum_server_command, const char*, std::size_t, my_bool, void*) {
    session->methods = others_of(session).library;
    session->net.pkt_nr = 1;
    session->net.last_errno = 0;
    return 0;
}

int execute(MYSQL_STMT* statement, decltype(Methods::db_command) command) noexcept {
    MYSQL* const session = statement->mysql;
    const OtherMethods others(session, command);
    const int failed = libmariadb().mysql_stmt_execute(statement);
    session->methods = others.library;
    return failed;
}

} // namespace

bool can_split_executions(const MYSQL* session) noexcept {
    // An older library's table is shorter than the one of its header.
    static const bool is_new_enough =
        libmariadb().mysql_get_client_version() >= MARIADB_PACKAGE_VERSION_ID;
    return is_new_enough && session->net.compress == 0;
}

bool send_execution(MYSQL_STMT* statement) noexcept {
    execute(statement, only_send);
    return libmariadb().mysql_stmt_errno(statement) == 0;
}

int receive_execution(MYSQL_STMT* statement) noexcept {
    return execute(statement, only_receive);
}

} // namespace drf_messages::sql::mariadb
