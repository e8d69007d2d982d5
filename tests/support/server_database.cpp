// SPDX-License-Identifier: MIT
#include "support/server_database.hpp"

#include "schema/migrations.hpp"

#ifdef DRF_MESSAGES_TEST_POSTGRESQL
#include "sql/postgresql/postgresql_connections.hpp"
#endif
#ifdef DRF_MESSAGES_TEST_MARIADB
#include "sql/mariadb/mariadb_connection.hpp"
#endif

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <vector>

namespace {

using drf_messages::sql::Connection;
using drf_messages::sql::ConnectionFactory;

struct Address {
    bool postgresql = false;
    std::string user;
    std::string password;
    std::string host;
    std::string port;
    std::string database;
};

/// "scheme://user:password@host:port/database", without escapes.
Address parse(std::string url) {
    const auto take = [&url](std::string_view until) {
        const std::size_t end = url.find(until);
        if (end == std::string::npos) {
            throw std::runtime_error("DRF_MESSAGES_TEST_DATABASE is no URL of a database");
        }
        const std::string part = url.substr(0, end);
        url.erase(0, end + until.size());
        return part;
    };
    Address address;
    const std::string scheme = take("://");
    if (scheme != "postgresql" && scheme != "mysql") {
        throw std::runtime_error("DRF_MESSAGES_TEST_DATABASE: postgresql or mysql");
    }
    address.postgresql = scheme == "postgresql";
    const std::string account = take("@");
    const std::size_t colon = account.find(':');
    address.user = account.substr(0, colon);
    address.password = colon == std::string::npos ? "" : account.substr(colon + 1);
    address.host = take(":");
    address.port = take("/");
    address.database = url;
    return address;
}

const std::optional<Address>& server() {
    static const std::optional<Address> address = []() -> std::optional<Address> {
        const char* url = std::getenv("DRF_MESSAGES_TEST_DATABASE");
        return url && *url ? std::optional(parse(url)) : std::nullopt;
    }();
    return address;
}

ConnectionFactory connections_to(const std::string& database, bool shared) {
    const Address& address = server().value();
    if (address.postgresql) {
#ifdef DRF_MESSAGES_TEST_POSTGRESQL
        drf_messages::sql::PostgresqlOptions options;
        options.parameters = {
            {"host", address.host},
            {"port", address.port},
            {"user", address.user},
            {"dbname", database}};
        if (!address.password.empty()) {
            options.parameters.emplace("password", address.password);
        }
        options.shared_connections = shared ? 1 : 0;
        return drf_messages::sql::postgresql_connections(options);
#endif
    } else {
#ifdef DRF_MESSAGES_TEST_MARIADB
        drf_messages::sql::MariadbOptions options;
        options.host = address.host;
        options.port = static_cast<std::uint16_t>(std::stoi(address.port));
        options.user = address.user;
        options.password = address.password;
        options.database = database;
        return drf_messages::sql::mariadb_connections(options);
#endif
    }
    throw std::runtime_error("DRF_MESSAGES_TEST_DATABASE: this build has no driver for it");
}

constexpr const char* wipe_rows =
    "DELETE FROM drf_messages_messagetag; DELETE FROM drf_messages_message;"
    "DELETE FROM authtoken_token; DELETE FROM auth_user_user_permissions;"
    "DELETE FROM auth_user_groups; DELETE FROM auth_group_permissions; DELETE FROM auth_group;"
    "DELETE FROM auth_user; DELETE FROM django_session;";

/// Restarts the numbers of the tables that tests fill.
std::string restart_numbers() {
    constexpr const char* tables[] = {
        "drf_messages_messagetag",
        "drf_messages_message",
        "auth_user_user_permissions",
        "auth_group",
        "auth_user"};
    std::string script;
    for (const std::string table : tables) {
        script += server()->postgresql ? "SELECT setval('" + table + "_id_seq', 1, false);"
                                       : "ALTER TABLE " + table + " AUTO_INCREMENT = 1;";
    }
    return script;
}

/// The databases of this process. Making one and migrating it takes longer than most tests, so
/// those that are given back are wiped and used again.
class Databases {
public:
    static Databases& instance() {
        static Databases databases;
        return databases;
    }

    std::string acquire(bool migrated) {
        const std::lock_guard lock(mutex_);
        while (migrated && !free_.empty()) {
            const std::string name = free_.back();
            free_.pop_back();
            if (wipe(name)) {
                return name;
            }
            drop(name);
        }
        const std::string name = create();
        if (migrated) {
            drf_messages::schema::migrate(
                connections_to(name, false),
                [] {
                    return drf_messages::Timestamp(
                        std::chrono::sys_days(std::chrono::year(2024) / 1 / 1)
                    );
                },
                {},
                {}
            );
        }
        return name;
    }

    void give_back(const std::string& name, bool migrated) {
        const std::lock_guard lock(mutex_);
        migrated ? free_.push_back(name) : drop(name);
    }

private:
    ~Databases() {
        for (const std::string& name : free_) {
            try {
                drop(name);
            } catch (const std::exception&) {
                // The server may have been stopped already, and the database with it.
            }
        }
    }

    std::string create() {
        const std::string name =
            "drf_test_" + std::to_string(getpid()) + "_" + std::to_string(++count_);
        admin().run_script({"create database", "CREATE DATABASE " + name});
        return name;
    }

    void drop(const std::string& name) {
        const std::string text =
            "DROP DATABASE " + name + (server()->postgresql ? " WITH (FORCE)" : "");
        admin().run_script({"drop database", text});
    }

    static bool wipe(const std::string& name) {
        try {
            const auto connection = connections_to(name, false)();
            connection->run_script({"wipe", wipe_rows});
            connection->run_script({"wipe", restart_numbers()});
            return true;
        } catch (const std::exception&) {
            return false; // a test has changed its tables
        }
    }

    Connection& admin() {
        if (!admin_) {
            admin_ = connections_to(server()->database, false)();
        }
        return *admin_;
    }

    std::mutex mutex_;
    std::unique_ptr<Connection> admin_;
    std::vector<std::string> free_;
    int count_ = 0;
};

} // namespace

bool drf_messages::test::on_server() {
    return server().has_value();
}

drf_messages::test::ServerDatabase::ServerDatabase(Content content)
    : content_(content), name_(Databases::instance().acquire(content == Content::tables)) {}

drf_messages::test::ServerDatabase::~ServerDatabase() {
    try {
        Databases::instance().give_back(name_, content_ == Content::tables);
    } catch (const std::exception&) {
        // Then it stays, on a server that tests stop at their end.
    }
}

drf_messages::sql::ConnectionFactory drf_messages::test::ServerDatabase::connections() const {
    return connections_to(name_, true);
}

drf_messages::DatabaseSettings drf_messages::test::ServerDatabase::settings() const {
    const Address& address = server().value();
    DatabaseSettings settings;
    settings.engine =
        address.postgresql ? "django.db.backends.postgresql" : "django.db.backends.mysql";
    settings.name = name_;
    settings.user = address.user;
    settings.password = address.password;
    settings.host = address.host;
    settings.port = address.port;
    return settings;
}
