// SPDX-License-Identifier: MIT
#include "support/server_database.hpp"

#include "schema/catalog.hpp"
#include "schema/migrations.hpp"

#ifdef DRF_MESSAGES_TEST_POSTGRESQL
#include "sql/postgresql/factory.hpp"
#endif
#ifdef DRF_MESSAGES_TEST_MARIADB
#include "sql/mariadb/factory.hpp"
#endif

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>

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
            throw std::runtime_error("the URL of the tests' database is none");
        }
        const std::string part = url.substr(0, end);
        url.erase(0, end + until.size());
        return part;
    };
    Address address;
    const std::string scheme = take("://");
    if (scheme != "postgresql" && scheme != "mysql") {
        throw std::runtime_error("a database of the tests is postgresql or mysql");
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

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// A busy machine takes longer to answer a connection than the drivers wait.
constexpr int connect_timeout_seconds = 60;

ConnectionFactory connections_to(const Address& address, const std::string& database) {
    if (address.postgresql) {
#ifdef DRF_MESSAGES_TEST_POSTGRESQL
        drf_messages::sql::PostgresqlOptions options;
        options.parameters = {
            {"host", address.host},
            {"port", address.port},
            {"user", address.user},
            {"dbname", database},
            {"connect_timeout", std::to_string(connect_timeout_seconds)}};
        if (!address.password.empty()) {
            options.parameters.emplace("password", address.password);
        }
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
        options.connect_timeout = std::chrono::seconds(connect_timeout_seconds);
        return drf_messages::sql::mariadb_connections(options);
#endif
    }
    throw std::runtime_error("this build has no driver for the database of the tests");
}

constexpr const char* wipe_rows =
    "DELETE FROM django_admin_log; DELETE FROM drf_messages_messagetag; DELETE FROM "
    "drf_messages_message;"
    "DELETE FROM authtoken_token; DELETE FROM auth_user_user_permissions;"
    "DELETE FROM auth_user_groups; DELETE FROM auth_group_permissions; DELETE FROM auth_group;"
    "DELETE FROM auth_user; DELETE FROM django_session;";

/// Restarts the numbers of the tables that tests fill.
std::string restart_numbers(bool postgresql) {
    constexpr const char* tables[] = {
        "django_admin_log",
        "drf_messages_messagetag",
        "drf_messages_message",
        "auth_user_user_permissions",
        "auth_group",
        "auth_user"};
    std::string script;
    for (const std::string table : tables) {
        script += postgresql ? "SELECT setval('" + table + "_id_seq', 1, false);"
                             : "ALTER TABLE " + table + " AUTO_INCREMENT = 1;";
    }
    return script;
}

} // namespace

/// A server's databases of this process. Making one and migrating it takes longer than most tests,
/// so those that are given back are wiped and used again.
class drf_messages::test::ServerDatabase::Server {
public:
    static Server& at(const std::string& url) {
        static std::mutex mutex;
        static std::map<std::string, Server> servers;
        const std::lock_guard lock(mutex);
        return servers.try_emplace(url, url).first->second;
    }

    explicit Server(const std::string& url) : address(parse(url)) {}

    std::string acquire(Content content) {
        const std::lock_guard lock(mutex_);
        while (content == Content::tables && !free_.empty()) {
            const std::string name = free_.back();
            free_.pop_back();
            if (wipe(name)) {
                return name;
            }
            drop(name);
        }
        const std::string name = create();
        if (content == Content::tables) {
            schema::migrate(
                connections_to(address, name),
                [] { return Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 1 / 1)); },
                {},
                {},
                {.admin = true}
            );
            if (tables_.empty()) {
                tables_ = schema::table_names(*connections_to(address, name)());
            }
        }
        return name;
    }

    void give_back(const std::string& name, Content content) {
        const std::lock_guard lock(mutex_);
        content == Content::tables ? free_.push_back(name) : drop(name);
    }

    ~Server() {
        for (const std::string& name : free_) {
            try {
                drop(name);
            } catch (const std::exception&) {
                // The server may have been stopped already, and the database with it.
            }
        }
    }

    const Address address;

private:
    std::string create() {
        const std::string name =
            "drf_test_" + std::to_string(getpid()) + "_" + std::to_string(++count_);
        admin().run_script({"create database", "CREATE DATABASE " + name});
        return name;
    }

    void drop(const std::string& name) {
        const std::string text =
            "DROP DATABASE " + name + (address.postgresql ? " WITH (FORCE)" : "");
        admin().run_script({"drop database", text});
    }

    /// False when a test has changed the tables: the database is of no more use then.
    bool wipe(const std::string& name) const {
        try {
            const auto connection = connections_to(address, name)();
            connection->run_script({"wipe", wipe_rows});
            const std::string numbers = restart_numbers(address.postgresql);
            connection->run_script({"wipe", numbers});
            return schema::table_names(*connection) == tables_;
        } catch (const std::exception&) {
            return false;
        }
    }

    sql::Connection& admin() {
        if (!admin_) {
            admin_ = connections_to(address, address.database)();
        }
        return *admin_;
    }

    std::mutex mutex_;
    std::unique_ptr<sql::Connection> admin_;
    std::vector<std::string> free_;
    std::set<std::string> tables_; ///< after the migrations
    int count_ = 0;
};

bool drf_messages::test::on_server() {
    return !variable("DRF_MESSAGES_TEST_DATABASE").empty();
}

std::vector<std::string> drf_messages::test::started_servers() {
    std::vector<std::string> urls;
#ifdef DRF_MESSAGES_TEST_POSTGRESQL
    urls.push_back(variable("DRF_MESSAGES_TEST_POSTGRESQL"));
#endif
#ifdef DRF_MESSAGES_TEST_MARIADB
    urls.push_back(variable("DRF_MESSAGES_TEST_MARIADB"));
#endif
    std::erase(urls, "");
    return urls;
}

drf_messages::test::ServerDatabase::ServerDatabase(Content content, std::string url)
    : server_(Server::at(url.empty() ? variable("DRF_MESSAGES_TEST_DATABASE") : url)),
      content_(content), name_(server_.acquire(content)) {}

drf_messages::test::ServerDatabase::~ServerDatabase() {
    try {
        server_.give_back(name_, content_);
    } catch (const std::exception&) {
        // Then it stays, on a server that tests stop at their end.
    }
}

drf_messages::sql::ConnectionFactory drf_messages::test::ServerDatabase::connections() const {
    return connections_to(server_.address, name_);
}

drf_messages::DatabaseSettings drf_messages::test::ServerDatabase::settings() const {
    const Address& address = server_.address;
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
