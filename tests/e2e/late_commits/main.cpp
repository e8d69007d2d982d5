// SPDX-License-Identifier: MIT
// Writers whose transactions commit late or roll back, and clients that follow what they do:
//
//   late_commits --settings FILE --changes 20000 --writers 8 --most 50 --latest 300 [--on-change]
//
// Each transaction has 1 to MOST changes, some wait up to LATEST milliseconds before they commit,
// one of five rolls back. One client follows the feed from a position, by statements or with
// Site::on_change, and reads each message that it is told of; another asks for `id > last`. At the
// end both are compared with the database. Prints a line of JSON; ends with 1 unless the first
// client's copy is the same.
#include "embed/databases/database.hpp"
#include "late_commits/arguments.hpp"
#include "late_commits/clients.hpp"
#include "late_commits/writer.hpp"
#include "store/feed_upkeep.hpp"

#include <drf_messages/load_settings.hpp>
#include <drf_messages/site.hpp>

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <thread>
#include <variant>
#include <vector>

namespace drf_messages::late_commits {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

std::vector<std::int64_t> make_users(Site& site, int count) {
    std::vector<std::int64_t> users;
    for (int i = 0; i < count; ++i) {
        const UserId id = site.users().create_user(fmt::format("reader{}", i));
        users.push_back(std::get<std::int64_t>(id.value));
    }
    return users;
}

/// Until the client has all that was committed.
template<class Client>
bool drain(const Client& client, const sql::ConnectionFactory& open) {
    Patient database(open);
    const auto until = SteadyClock::now() + 600s;
    while (SteadyClock::now() < until) {
        bool is_done = false;
        database.once([&](sql::Connection& connection) {
            const auto look = store::look_at_feed(connection);
            is_done = look && !look->has_waiting &&
                      store::feed_of_all(connection, client.position(), 1).empty();
        });
        if (is_done) {
            return true;
        }
        std::this_thread::sleep_for(20ms);
    }
    return false;
}

template<class Client>
int follow(
    const Arguments& arguments, Site& site, const sql::ConnectionFactory& open, Client& client
) {
    const std::vector<std::int64_t> users = make_users(site, arguments.users);
    std::atomic<bool> is_over{false};
    ById by_id(open);
    std::thread following([&] { client.run(is_over); });
    std::thread asking([&] { by_id.run(is_over); });

    const auto began = SteadyClock::now();
    std::atomic<std::int64_t> committed{0};
    std::atomic<std::int64_t> rolled_back{0};
    std::vector<std::thread> writers;
    writers.reserve(static_cast<std::size_t>(arguments.writers));
    for (int i = 0; i < arguments.writers; ++i) {
        writers.emplace_back([&, i] {
            Writer(arguments, open, users, static_cast<unsigned>(i)).run(committed, rolled_back);
        });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    const std::chrono::duration<double> took = SteadyClock::now() - began;
    const bool is_drained = drain(client, open);
    std::this_thread::sleep_for(100ms); // for the other client
    is_over = true;
    following.join();
    asking.join();

    Messages database;
    Patient(open).until_done([&](sql::Connection& connection) {
        database = read_messages(connection, "1 = 1");
    });
    const Differences own = compare(client.messages(), database);
    const Differences others = compare(by_id.messages(), database);
    std::cout << fmt::format(
                     R"({{"changes": {}, "rolled_back": {}, "seconds": {:.1f}, "messages": {}, )"
                     R"("drained": {}, "resets": {}, "lost": {}, "wrong": {}, "ghosts": {}, )"
                     R"("by_id": {{"lost": {}, "wrong": {}, "ghosts": {}}}}})",
                     committed.load(),
                     rolled_back.load(),
                     took.count(),
                     database.size(),
                     is_drained,
                     client.resets(),
                     own.lost,
                     own.wrong,
                     own.ghosts,
                     others.lost,
                     others.wrong,
                     others.ghosts
                 )
              << std::endl;
    return is_drained && own.lost + own.wrong + own.ghosts == 0 ? 0 : 1;
}

} // namespace
} // namespace drf_messages::late_commits

int main(int count, char** values) {
    using namespace drf_messages;               // NOLINT(google-build-using-namespace)
    using namespace drf_messages::late_commits; // NOLINT(google-build-using-namespace)
    try {
        const Arguments arguments = parse(count, values);
        const Settings settings = load_settings(arguments.settings);
        const sql::ConnectionFactory open = embed::database_connections(settings, {});
        Site site(settings, {.log = no_log(), .create_database = false});
        if (arguments.on_change) {
            Listener client(site, open);
            return follow(arguments, site, open, client);
        }
        Follower client(open);
        return follow(arguments, site, open, client);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
