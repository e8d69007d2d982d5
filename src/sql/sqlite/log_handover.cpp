// SPDX-License-Identifier: MIT
#include "sql/sqlite/log_handover.hpp"

#include "fibers/wait.hpp"
#include "sql/sqlite/open.hpp"

#include <sqlite3.h>

#include <chrono>

namespace drf_messages::sql::sqlite {
namespace {

/// Between two transactions of others the lock is often free for less than a millisecond.
constexpr std::chrono::microseconds between_tries{100};
constexpr std::chrono::seconds longest_wait{2};
/// For how long others may not write while this waits for a checkpoint of theirs to end.
constexpr std::chrono::milliseconds longest_hold{5};

int never_wait(void* /*nothing*/, int /*tries*/) noexcept {
    return 0;
}

bool run(sqlite3* database, const char* text) noexcept {
    return sqlite3_exec(database, text, nullptr, nullptr, nullptr) == SQLITE_OK;
}

bool take_write_lock(sqlite3* database) {
    sqlite3_busy_handler(database, never_wait, nullptr);
    const auto until = std::chrono::steady_clock::now() + longest_wait;
    while (!run(database, "BEGIN IMMEDIATE")) {
        const bool is_held = (sqlite3_errcode(database) & 0xff) == SQLITE_BUSY;
        if (!is_held || std::chrono::steady_clock::now() > until) {
            return false;
        }
        fibers::sleep_for(between_tries);
    }
    return true;
}

struct Held {
    sqlite3* reader;
    sqlite3* writer;
    bool is_over = false;

    void let_go() noexcept {
        if (!is_over) {
            run(reader, "COMMIT");
            run(writer, "ROLLBACK");
        }
        is_over = true;
    }
};

/// The checkpoint has its lock, and finds ours.
int on_busy(void* held, int /*tries*/) noexcept {
    static_cast<Held*>(held)->let_go();
    return 0;
}

} // namespace

void hand_log_over(const SqliteOptions& options, sqlite3* reader) {
    Patience patience(options.busy_timeout);
    const OwnedDatabase writer = open_database(options, patience);
    const OwnedDatabase copier = open_database(options, patience);
    Held held{reader, writer.get()};
    if (!take_write_lock(writer.get())) {
        held.let_go();
        // What it does not do the next checkpoint does.
        sqlite3_wal_checkpoint_v2(
            copier.get(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr
        );
        return;
    }
    sqlite3_busy_handler(copier.get(), on_busy, &held);
    const auto until = std::chrono::steady_clock::now() + longest_hold;
    while (!held.is_over && std::chrono::steady_clock::now() < until) {
        sqlite3_wal_checkpoint_v2(copier.get(), "main", SQLITE_CHECKPOINT_FULL, nullptr, nullptr);
        if (!held.is_over) {
            fibers::sleep_for(between_tries);
        }
    }
    held.let_go();
}

} // namespace drf_messages::sql::sqlite
