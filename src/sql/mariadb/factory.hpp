// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace drf_messages::sql {

class WallClock;

/// How far a connection trusts the network. `verify` wants a certificate that is signed by a known
/// authority and carries the server's name.
enum class MariadbTls { off, required, verify };

struct MariadbOptions {
    std::string host;   ///< empty or "localhost": the local socket, as libmariadb has it
    std::string socket; ///< path of a socket; goes before `host`
    std::uint16_t port = 0;
    std::string user;
    std::string password;
    std::string database;

    std::chrono::seconds connect_timeout{10}; ///< with the handshake
    /// For one answer; 0: no limit. Longer than `statement_timeout`, so that the server's own limit
    /// is met first.
    std::chrono::seconds read_timeout{0};
    std::chrono::seconds write_timeout{0};
    /// Given to the server: max_statement_time, on MySQL max_execution_time, which holds for SELECT
    /// alone. 0: no limit.
    std::chrono::milliseconds statement_timeout{0};

    /// "READ COMMITTED"; empty: as the server has it. Goes into SQL as it is.
    std::string isolation_level = "READ COMMITTED";
    /// In addition to STRICT_TRANS_TABLES, ANSI_QUOTES and ALLOW_INVALID_DATES. Goes into SQL as it
    /// is.
    std::string sql_mode;
    std::string init_command; ///< SQL run on each new connection, after our own

    MariadbTls tls = MariadbTls::off;
    std::string tls_ca;      ///< file of authorities
    std::string tls_ca_path; ///< folder of them
    std::string tls_cert;
    std::string tls_key;
    std::string tls_cipher;

    std::string default_file; ///< an option file: what is empty here may stand there
    std::string default_group;

    std::shared_ptr<const WallClock> clock; ///< by which columns hold moments; null: UTC
};

/// A factory of connections to one MariaDB or MySQL server: utf8mb4, strict, and found rows counted
/// instead of changed ones, as Django has them. A connection retries nothing
/// itself: wrap the factory in supervised().
ConnectionFactory mariadb_connections(MariadbOptions options);

} // namespace drf_messages::sql
