// SPDX-License-Identifier: MIT
#include "sql/sqlite/file_copy.hpp"

#include "sql/error.hpp"
#include "sql/sqlite/error.hpp"
#include "sql/sqlite/log_handover.hpp"
#include "sql/sqlite/open.hpp"
#include "sql/sqlite/patience.hpp"
#include "sql/sqlite/statements.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>
#include <utility>

namespace drf_messages::sql {
namespace {

using namespace sqlite;
using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view name = "copy the database";

/// A megabyte of the usual pages: what a disk takes in few milliseconds.
constexpr int pages_at_once = 256;
/// How long one piece may hold up who commits, where readers do.
constexpr std::chrono::milliseconds piece{4};
constexpr std::chrono::minutes longest{1};

struct BackupFinisher {
    void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};
using OwnedBackup = std::unique_ptr<sqlite3_backup, BackupFinisher>;

void require(sqlite3* database, int code) {
    if (code != SQLITE_OK) {
        throw last_error(database, code, name);
    }
}

void run(sqlite3* database, const char* text) {
    require(database, sqlite3_exec(database, text, nullptr, nullptr, nullptr));
}

std::string first_text(sqlite3* database, const char* text) {
    sqlite3_stmt* prepared = nullptr;
    require(database, sqlite3_prepare_v2(database, text, -1, &prepared, nullptr));
    const OwnedStatement statement(prepared);
    const int code = sqlite3_step(prepared);
    if (code != SQLITE_ROW) {
        throw last_error(database, code, name);
    }
    return reinterpret_cast<const char*>(sqlite3_column_text(prepared, 0));
}

OwnedDatabase open_target(const std::string& path) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(
        path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr
    );
    OwnedDatabase target(opened);
    require(target.get(), code);
    sqlite3_extended_result_codes(target.get(), 1);
    // What is half made is deleted, not mended.
    run(target.get(), "PRAGMA journal_mode = OFF");
    run(target.get(), "PRAGMA synchronous = OFF");
    return target;
}

/// The pieces of one copy.
class Pieces {
public:
    Pieces(sqlite3* source, sqlite3* target, const NewFile& to, bool in_one_transaction)
        : target_(target), file_(to), in_one_transaction_(in_one_transaction),
          backup_(sqlite3_backup_init(target, "main", source, "main")) {
        if (!backup_) {
            throw last_error(target, sqlite3_errcode(target), name);
        }
    }

    /// Whether more is left.
    bool copy_next(Patience& patience) {
        const auto began = SteadyClock::now();
        const int before = sqlite3_backup_remaining(backup_.get());
        const int code = sqlite3_backup_step(backup_.get(), pages_);
        if (code == SQLITE_DONE) {
            return false;
        }
        if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) {
            if (!patience.nap()) {
                throw Error(ErrorKind::busy, name, std::to_string(code), sqlite3_errstr(code));
            }
            return true;
        }
        if (code != SQLITE_OK) {
            throw Error(error_kind(code, {}), name, std::to_string(code), reason(code));
        }
        patience.reset();
        if (in_one_transaction_) {
            // What fails here fails again when the whole file is synced.
            static_cast<void>(::sync_file_range(
                file_.descriptor,
                0,
                0,
                SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER
            ));
        } else {
            fit(SteadyClock::now() - began);
            give_up_in_time(before);
        }
        return true;
    }

    std::int64_t done() const { return all() - sqlite3_backup_remaining(backup_.get()); }
    std::int64_t all() const { return sqlite3_backup_pagecount(backup_.get()); }

    void finish() { require(target_, sqlite3_backup_finish(backup_.release())); }

private:
    /// SQLite has no words for a write that failed but "disk I/O error".
    std::string reason(int code) const {
        const int system_error = sqlite3_system_errno(target_);
        return (code & 0xff) == SQLITE_IOERR && system_error != 0
                   ? std::generic_category().message(system_error)
                   : std::string(sqlite3_errstr(code));
    }

    void fit(SteadyClock::duration took) {
        pages_ = took > piece ? std::max(1, pages_ / 2)
                              : std::min(pages_at_once * 4, pages_ + std::max(1, pages_ / 4));
    }

    void give_up_in_time(int remaining_before) {
        const bool anew = sqlite3_backup_remaining(backup_.get()) > remaining_before;
        if (anew && remaining_before > 0 && SteadyClock::now() > until_) {
            throw Error(
                ErrorKind::busy,
                name,
                {},
                "it is not in WAL mode, and others write into it more often than it can be read "
                "without holding them up; run this when less is written"
            );
        }
    }

    sqlite3* target_;
    const NewFile& file_;
    const bool in_one_transaction_;
    OwnedBackup backup_;
    int pages_ = in_one_transaction_ ? pages_at_once : 16;
    const SteadyClock::time_point until_ = SteadyClock::now() + longest;
};

bool has_moved(sqlite3* database) {
    int moved = 0;
    return sqlite3_file_control(database, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
           moved != 0;
}

/// The copy has no log, but says that it had one: whoever only reads it would need a folder to
/// make one in.
void forget_write_ahead_log(int descriptor) {
    constexpr off_t versions = 18; // https://www.sqlite.org/fileformat2.html
    constexpr char of_rollback_journal[] = {1, 1};
    if (::pwrite(descriptor, of_rollback_journal, sizeof of_rollback_journal, versions) !=
        sizeof of_rollback_journal) {
        throw Error(
            errno == ENOSPC ? ErrorKind::full : ErrorKind::other,
            name,
            {},
            std::generic_category().message(errno)
        );
    }
}

} // namespace

void copy_sqlite_file(
    const SqliteOptions& from,
    const NewFile& to,
    const std::function<void(std::int64_t done, std::int64_t all)>& progress
) {
    Patience patience(from.busy_timeout);
    const OwnedDatabase source = open_database(from, patience);
    if (is_immutable(source.get()) && !from.read_only) {
        throw Error(
            ErrorKind::denied,
            name,
            {},
            "this user may not write it, and so cannot read it beside those who do; run this as "
            "the user that the server has"
        );
    }
    const bool has_log = first_text(source.get(), "PRAGMA journal_mode") == "wal";
    if (has_log) {
        run(source.get(), "BEGIN");
        first_text(source.get(), "SELECT COUNT(*) FROM sqlite_master");
    }
    {
        const OwnedDatabase target = open_target(to.path);
        Pieces pieces(source.get(), target.get(), to, has_log);
        while (pieces.copy_next(patience)) {
            progress(pieces.done(), pieces.all());
        }
        pieces.finish();
    }
    if (has_moved(source.get())) {
        throw Error(
            ErrorKind::connection_lost, name, {}, "it was moved or replaced while it was copied"
        );
    }
    if (has_log && !from.read_only) {
        hand_log_over(from, source.get());
    }
    forget_write_ahead_log(to.descriptor);
}

std::optional<std::string> find_damage(const std::string& path) {
    SqliteOptions options;
    options.path = path;
    options.read_only = true;
    options.uri_parameters = "immutable=1";
    try {
        Patience patience(options.busy_timeout);
        const OwnedDatabase database = open_database(options, patience);
        const std::string found = first_text(database.get(), "PRAGMA integrity_check(1)");
        return found == "ok" ? std::nullopt : std::optional(found);
    } catch (const Error& error) {
        if (is_unreadable_file(error)) {
            return error.what();
        }
        throw;
    }
}

} // namespace drf_messages::sql
