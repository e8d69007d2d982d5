// SPDX-License-Identifier: MIT
#include "sql/sqlite/file_copy.hpp"

#include "sql/error.hpp"
#include "sql/sqlite/copying.hpp"
#include "sql/sqlite/error.hpp"
#include "sql/sqlite/log_handover.hpp"
#include "sql/sqlite/open.hpp"
#include "sql/sqlite/patience.hpp"
#include "sql/sqlite/piecewise_copy.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace drf_messages::sql {
namespace {

using namespace sqlite;

/// A megabyte of the usual pages: what a disk takes in few milliseconds.
constexpr int pages_at_once = 256;

struct BackupFinisher {
    void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};
using OwnedBackup = std::unique_ptr<sqlite3_backup, BackupFinisher>;

void require(sqlite3* database, int code) {
    if (code != SQLITE_OK) {
        throw last_error(database, code, copy_name);
    }
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
    run_to_copy(target.get(), "PRAGMA journal_mode = OFF");
    run_to_copy(target.get(), "PRAGMA synchronous = OFF");
    return target;
}

/// The pieces of a copy that is made in one transaction.
class Pieces {
public:
    Pieces(sqlite3* source, sqlite3* target, const NewFile& to)
        : target_(target), file_(to), backup_(sqlite3_backup_init(target, "main", source, "main")) {
        if (!backup_) {
            throw last_error(target, sqlite3_errcode(target), copy_name);
        }
    }

    /// Whether more is left.
    bool copy_next(Patience& patience) {
        const int code = sqlite3_backup_step(backup_.get(), pages_at_once);
        if (code == SQLITE_DONE) {
            return false;
        }
        if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) {
            if (!patience.nap()) {
                throw Error(ErrorKind::busy, copy_name, std::to_string(code), sqlite3_errstr(code));
            }
            return true;
        }
        if (code != SQLITE_OK) {
            throw Error(error_kind(code, {}), copy_name, std::to_string(code), reason(code));
        }
        patience.reset();
        push_to_disk(file_.descriptor);
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

    sqlite3* target_;
    const NewFile& file_;
    OwnedBackup backup_;
};

void require_unmoved(sqlite3* database) {
    int moved = 0;
    if (sqlite3_file_control(database, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
        moved != 0) {
        throw Error(
            ErrorKind::connection_lost,
            copy_name,
            {},
            "it was moved or replaced while it was copied"
        );
    }
}

/// The copy has no log, but says that it had one: whoever only reads it would need a folder to
/// make one in.
void forget_write_ahead_log(int descriptor) {
    constexpr off_t versions = 18; // https://www.sqlite.org/fileformat2.html
    constexpr char of_rollback_journal[] = {1, 1};
    if (::pwrite(descriptor, of_rollback_journal, sizeof of_rollback_journal, versions) !=
        sizeof of_rollback_journal) {
        throw write_error(errno);
    }
}

bool has_log(sqlite3* database) {
    return first_text(database, "PRAGMA journal_mode") == "wal";
}

/// Of a database whose readers hold up nobody. Returns false, and has written nothing, where it is
/// none any more.
bool copy_in_one_transaction(
    const SqliteOptions& from,
    sqlite3* source,
    const NewFile& to,
    Patience& patience,
    const CopyProgress& progress
) {
    run_to_copy(source, "BEGIN");
    first_text(source, "SELECT COUNT(*) FROM sqlite_master");
    if (!is_immutable(source) && !has_log(source)) {
        run_to_copy(source, "COMMIT");
        return false;
    }
    {
        const OwnedDatabase target = open_target(to.path);
        Pieces pieces(source, target.get(), to);
        while (pieces.copy_next(patience)) {
            progress(pieces.done(), pieces.all());
        }
        pieces.finish();
    }
    require_unmoved(source);
    if (!from.read_only && !is_immutable(source)) {
        hand_log_over(from, source);
    }
    forget_write_ahead_log(to.descriptor);
    return true;
}

} // namespace

void copy_sqlite_file(const SqliteOptions& from, const NewFile& to, const CopyProgress& progress) {
    // Others may change the mode between one look and the next. Then it is opened anew, since what
    // copy_in_pieces() has closed takes SQLite's locks with it.
    for (bool is_done = false; !is_done;) {
        Patience patience(from.busy_timeout);
        const OwnedDatabase source = open_database(from, patience);
        if (is_immutable(source.get()) && !from.read_only) {
            throw Error(
                ErrorKind::denied,
                copy_name,
                {},
                "this user may not write it, and so cannot read it beside those who do; run this "
                "as the user that the server has"
            );
        }
        is_done = is_immutable(source.get()) || has_log(source.get())
                      ? copy_in_one_transaction(from, source.get(), to, patience, progress)
                      : copy_in_pieces(source.get(), from.path, to, patience, progress);
        require_unmoved(source.get());
    }
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
