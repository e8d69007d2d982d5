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
#include "sql/error.hpp"
#include "sql/transaction.hpp"
#include "store/feed.hpp"
#include "store/feed_upkeep.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/load_settings.hpp>
#include <drf_messages/site.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace drf_messages;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

struct Arguments {
    std::string settings;
    std::int64_t changes = 20'000;
    int writers = 8;
    int users = 20;
    int most = 50;
    int latest = 300; ///< milliseconds
    bool on_change = false;
};

Arguments parse(int count, char** values) {
    Arguments arguments;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = values[i];
        if (name == "--on-change") {
            arguments.on_change = true;
            continue;
        }
        if (i + 1 == count) {
            throw std::invalid_argument(std::string(name) + " needs a value");
        }
        const std::string value = values[++i];
        if (name == "--settings") {
            arguments.settings = value;
        } else if (name == "--changes") {
            arguments.changes = std::stoll(value);
        } else if (name == "--writers") {
            arguments.writers = std::stoi(value);
        } else if (name == "--users") {
            arguments.users = std::stoi(value);
        } else if (name == "--most") {
            arguments.most = std::stoi(value);
        } else if (name == "--latest") {
            arguments.latest = std::stoi(value);
        } else {
            throw std::invalid_argument("what is " + std::string(name) + "?");
        }
    }
    return arguments;
}

/// Does `work(Connection&)` until the database lets it.
class Patient {
public:
    explicit Patient(sql::ConnectionFactory open) : open_(std::move(open)) {}

    /// False when it failed.
    template<class Work>
    bool once(Work work) {
        try {
            if (!connection_ || !connection_->usable()) {
                connection_.reset();
                connection_ = open_();
            }
            work(*connection_);
            return true;
        } catch (const sql::Error&) {
            connection_.reset();
            std::this_thread::sleep_for(20ms);
            return false;
        }
    }
    template<class Work>
    void until_done(Work work) {
        while (!once(work)) {
        }
    }

private:
    sql::ConnectionFactory open_;
    std::unique_ptr<sql::Connection> connection_;
};

/// A message as text, by its id.
using Messages = std::map<std::int64_t, std::string>;

/// - where: a condition on `m`, of numbers alone.
Messages read_messages(sql::Connection& connection, const std::string& where) {
    Messages messages;
    const std::string rows = fmt::format(
        "SELECT m.id, m.user_id, m.message, m.level, CASE WHEN m.read_at IS NULL THEN 1 ELSE 0 END"
        " FROM drf_messages_message m WHERE {}",
        where
    );
    connection.query({"read_messages", rows}, {}, [&](const sql::Row& row) {
        messages[row.integer(0)] =
            fmt::format("{} {} {} {}", row.integer(1), row.text(2), row.integer(3), row.integer(4));
    });
    const std::string tags = fmt::format(
        "SELECT x.message_id, x.text FROM drf_messages_messagetag x JOIN drf_messages_message m"
        " ON m.id = x.message_id WHERE {} ORDER BY x.id",
        where
    );
    connection.query({"read_tags", tags}, {}, [&](const sql::Row& row) {
        if (const auto found = messages.find(row.integer(0)); found != messages.end()) {
            found->second.append(" ").append(row.text(1));
        }
    });
    return messages;
}

/// What a client knows that is told of changes.
class Copy {
public:
    void list(sql::Connection& connection) { messages_ = read_messages(connection, "1 = 1"); }

    /// Reads what it is told of, as it is now.
    void follow(sql::Connection& connection, const std::vector<store::FeedRow>& rows) {
        std::set<std::int64_t> ids;
        std::set<std::int64_t> users;
        for (const store::FeedRow& row : rows) {
            if (row.message) {
                ids.insert(row.message->value);
            } else {
                users.insert(std::get<std::int64_t>(row.user.value));
            }
        }
        std::string where = fmt::format("m.id IN ({})", fmt::join(ids, ","));
        if (ids.empty() || !users.empty()) {
            where = fmt::format(
                "(m.user_id IN ({}){})", fmt::join(users, ","), ids.empty() ? "" : " OR " + where
            );
        }
        const Messages now = read_messages(connection, where);
        std::erase_if(messages_, [&](const auto& known) {
            const std::int64_t user = std::stoll(known.second);
            return (ids.contains(known.first) || users.contains(user)) &&
                   !now.contains(known.first);
        });
        for (const auto& [id, text] : now) {
            messages_[id] = text;
        }
    }

    const Messages& messages() const { return messages_; }

private:
    Messages messages_;
};

struct Differences {
    std::size_t lost = 0;
    std::size_t wrong = 0;
    std::size_t ghosts = 0;
};

Differences compare(const Messages& copy, const Messages& database) {
    Differences differences;
    for (const auto& [id, text] : database) {
        const auto found = copy.find(id);
        if (found == copy.end()) {
            ++differences.lost;
        } else if (found->second != text) {
            ++differences.wrong;
        }
    }
    for (const auto& [id, text] : copy) {
        differences.ghosts += database.contains(id) ? 0 : 1;
    }
    return differences;
}

class Writer {
public:
    Writer(
        const Arguments& arguments,
        sql::ConnectionFactory open,
        std::vector<std::int64_t> users,
        unsigned seed
    )
        : arguments_(arguments), database_(std::move(open)), users_(std::move(users)),
          random_(seed) {}

    /// Until so many changes are committed by all.
    void run(std::atomic<std::int64_t>& committed, std::atomic<std::int64_t>& rolled_back) {
        while (committed < arguments_.changes) {
            const int changes = between(1, arguments_.most);
            const bool gives_up = between(1, 5) == 1;
            const std::chrono::milliseconds late(
                between(0, 1) == 0 ? 0 : between(0, arguments_.latest)
            );
            std::vector<std::int64_t> made;
            const bool done = database_.once([&](sql::Connection& connection) {
                sql::ScopedTransaction transaction(connection);
                for (int i = 0; i < changes; ++i) {
                    change(connection, made);
                }
                std::this_thread::sleep_for(late);
                if (!gives_up) {
                    transaction.commit();
                }
            });
            if (done && !gives_up) {
                own_.insert(own_.end(), made.begin(), made.end());
                committed += changes;
            } else {
                rolled_back += changes;
            }
        }
    }

private:
    int between(int least, int most) {
        return std::uniform_int_distribution<int>(least, most)(random_);
    }

    void change(sql::Connection& connection, std::vector<std::int64_t>& made) {
        const int what = between(1, 10);
        if (what <= 5 || own_.empty()) {
            insert(connection, made);
            return;
        }
        const std::size_t which =
            static_cast<std::size_t>(between(0, static_cast<int>(own_.size()) - 1));
        const std::int64_t id = own_[which];
        if (what <= 8) {
            const std::array<sql::Value, 3> values = {
                std::int64_t{between(10, 40)}, system_now(), id};
            connection.execute(
                {"change", "UPDATE drf_messages_message SET level = ?, read_at = ? WHERE id = ?"},
                values
            );
        } else {
            const std::array<sql::Value, 1> one = {id};
            connection.execute(
                {"untag", "DELETE FROM drf_messages_messagetag WHERE message_id = ?"}, one
            );
            connection.execute({"delete", "DELETE FROM drf_messages_message WHERE id = ?"}, one);
        }
    }

    void insert(sql::Connection& connection, std::vector<std::int64_t>& made) {
        const std::string text = fmt::format("number {} of {}", ++number_, users_.front());
        const std::size_t user =
            static_cast<std::size_t>(between(0, static_cast<int>(users_.size()) - 1));
        const std::array<sql::Value, 3> values = {
            std::string_view(text), system_now(), users_[user]};
        made.push_back(connection.insert(
            {"insert",
             "INSERT INTO drf_messages_message (view, message, level, created, user_id)"
             " VALUES ('', ?, 20, ?, ?)"},
            values
        ));
        if (between(1, 3) == 1) {
            const std::array<sql::Value, 1> message = {made.back()};
            connection.execute(
                {"tag", "INSERT INTO drf_messages_messagetag (text, message_id) VALUES ('tag', ?)"},
                message
            );
        }
    }

    const Arguments& arguments_;
    Patient database_;
    std::vector<std::int64_t> users_;
    std::vector<std::int64_t> own_;
    std::mt19937 random_;
    std::int64_t number_ = 0;
};

/// The client that follows the feed by statements: all it keeps is a position.
class Follower {
public:
    explicit Follower(sql::ConnectionFactory open) : database_(std::move(open)) {
        database_.until_done([&](sql::Connection& connection) { begin(connection); });
    }

    void run(const std::atomic<bool>& is_over) {
        while (!is_over) {
            bool was_full = false;
            database_.once([&](sql::Connection& connection) {
                const auto info = store::feed_info(connection);
                if (!info || info->epoch != epoch_) {
                    ++resets_;
                    begin(connection);
                    return;
                }
                const auto rows = store::feed_of_all(connection, position_, 500);
                if (!rows.empty()) {
                    copy_.follow(connection, rows);
                    position_ = rows.back().position;
                    was_full = rows.size() == 500;
                }
            });
            if (!was_full) {
                std::this_thread::sleep_for(20ms);
            }
        }
    }

    std::int64_t position() const { return position_; }
    int resets() const { return resets_; }
    const Messages& messages() const { return copy_.messages(); }

private:
    void begin(sql::Connection& connection) {
        const auto info = store::feed_info(connection);
        if (!info) {
            throw std::runtime_error("the database has no feed");
        }
        epoch_ = info->epoch;
        position_ = info->position;
        copy_.list(connection);
    }

    Patient database_;
    Copy copy_;
    std::string epoch_;
    std::atomic<std::int64_t> position_{0};
    std::atomic<int> resets_{0};
};

/// The same by Site::on_change.
class Listener {
public:
    Listener(Site& site, sql::ConnectionFactory open) : database_(std::move(open)) {
        subscription_ = site.on_change([this](std::span<const Change> changes) {
            const std::lock_guard lock(mutex_);
            for (const Change& change : changes) {
                waiting_.push_back(
                    {change.state.position,
                     change.user,
                     change.session_key,
                     change.message,
                     change.kind}
                );
            }
            news_.notify_one();
        });
        database_.until_done([&](sql::Connection& connection) { copy_.list(connection); });
    }

    void run(const std::atomic<bool>& is_over) {
        while (!is_over) {
            std::vector<store::FeedRow> rows;
            {
                std::unique_lock lock(mutex_);
                news_.wait_for(lock, 20ms, [&] { return !waiting_.empty(); });
                rows.swap(waiting_);
            }
            if (rows.empty()) {
                continue;
            }
            database_.until_done([&](sql::Connection& connection) {
                if (std::ranges::any_of(rows, [](const store::FeedRow& row) {
                        return row.kind == ChangeKind::everything;
                    })) {
                    ++resets_;
                    copy_.list(connection);
                } else {
                    copy_.follow(connection, rows);
                }
            });
            position_ = rows.back().position;
        }
    }

    std::int64_t position() const { return position_; }
    int resets() const { return resets_; }
    const Messages& messages() const { return copy_.messages(); }

private:
    Patient database_;
    Copy copy_;
    std::mutex mutex_;
    std::condition_variable news_;
    std::vector<store::FeedRow> waiting_;
    std::atomic<std::int64_t> position_{0};
    std::atomic<int> resets_{0};
    Subscription subscription_;
};

/// The client that asks for what is new by the id.
class ById {
public:
    explicit ById(sql::ConnectionFactory open) : database_(std::move(open)) {}

    void run(const std::atomic<bool>& is_over) {
        while (!is_over) {
            database_.once([&](sql::Connection& connection) {
                for (auto& [id, text] :
                     read_messages(connection, fmt::format("m.id > {}", last_))) {
                    copy_[id] = std::move(text);
                    last_ = std::max(last_, id);
                }
            });
            std::this_thread::sleep_for(20ms);
        }
    }

    const Messages& messages() const { return copy_; }

private:
    Patient database_;
    Messages copy_;
    std::int64_t last_ = 0;
};

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

int main(int count, char** values) {
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
