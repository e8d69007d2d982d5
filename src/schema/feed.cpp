// SPDX-License-Identifier: MIT
#include "schema/feed.hpp"

#include "fibers/wait.hpp"
#include "schema/feed_catalog.hpp"
#include "sql/error.hpp"
#include "sql/transaction.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace drf_messages::schema {
namespace {

using sql::Connection;
using sql::Dialect;
using Kind = FeedPart::Kind;

void run(Connection& connection, std::string_view name, const std::string& text) {
    connection.run_script({name, text});
}

/// One attempt after the other to do what needs tables that others write to: none of them waits for
/// long, and so nobody who comes behind it.
template<class Work>
bool in_short_turns(Connection& connection, Work work) {
    constexpr auto patience = std::chrono::minutes(1);
    constexpr auto pause = std::chrono::seconds(1);
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        try {
            return work();
        } catch (const sql::Error& error) {
            if (error.kind() != sql::ErrorKind::busy ||
                connection.dialect() == Dialect::sqlite || // has waited
                std::chrono::steady_clock::now() > until) {
                throw;
            }
        }
        fibers::sleep_for(pause);
    }
}

/// While it lives, the connection does not wait long for a table.
class Briefly {
public:
    explicit Briefly(Connection& connection) : connection_(connection) {
        if (const auto text = feed_questions(connection).only_briefly; !text.empty()) {
            connection.run_script({"limit the wait", text});
        }
    }
    Briefly(const Briefly&) = delete;
    Briefly& operator=(const Briefly&) = delete;
    ~Briefly() {
        try {
            if (const auto text = feed_questions(connection_).as_before; !text.empty()) {
                connection_.run_script({"wait as before", text});
            }
        } catch (...) {
            // Fails only if the connection is useless anyway.
        }
    }

private:
    Connection& connection_;
};

/// In a transaction, which MariaDB ends at each change of a table.
template<class Work>
bool change_tables(Connection& connection, Work work) {
    return in_short_turns(connection, [&] {
        if (connection.dialect() == Dialect::mariadb) {
            const Briefly briefly(connection);
            return work();
        }
        return sql::transact(connection, [&] {
            const Briefly briefly(connection);
            return work();
        });
    });
}

/// The epoch goes first and comes last, so that what was interrupted is not taken for a feed.
bool complete_feed(Connection& connection) {
    const std::vector<std::string> missing = missing_of_feed(connection);
    if (missing.empty()) {
        return false;
    }
    const FeedColumns columns = feed_columns(connection);
    if (columns.user_id.empty() || columns.session_key.empty()) {
        throw std::runtime_error("the database has no table drf_messages_message to be followed");
    }
    if (existing_feed_parts(connection).contains(info_table)) {
        run(connection, "end the epoch", forget_epoch(columns));
    }
    for (const FeedPart& part : feed_parts(connection.dialect(), columns)) {
        if (part.kind == Kind::function ||
            std::find(missing.begin(), missing.end(), part.name) != missing.end()) {
            for (const std::string& text : part.create) {
                run(connection, part.name, text);
            }
        }
    }
    run(connection, "begin an epoch", insert_epoch(columns, feed_questions(connection).epoch));
    return true;
}

} // namespace

bool install_feed(Connection& connection) {
    return change_tables(connection, [&] { return complete_feed(connection); });
}

bool remove_feed(Connection& connection) {
    return change_tables(connection, [&] {
        if (!has_part_of_feed(connection)) {
            return false;
        }
        for (const std::string& text : drop_feed(connection)) {
            run(connection, "drop the feed", text);
        }
        return true;
    });
}

} // namespace drf_messages::schema
