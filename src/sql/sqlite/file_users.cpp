// SPDX-License-Identifier: MIT
#include "sql/sqlite/file_users.hpp"

#include "sql/error.hpp"
#include "sql/sqlite/error.hpp"
#include "sql/sqlite/known_file.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace drf_messages::sql {
namespace {

namespace fs = std::filesystem;
using sqlite::identity_of;

constexpr std::string_view sole_use_name = "have the database alone";

/// All locks of SQLite's on a file: https://www.sqlite.org/src/file/src/os.h, PENDING_BYTE.
struct flock locks_of_sqlite() {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = 0x40000000;
    lock.l_len = 512;
    return lock;
}

std::string name_of(pid_t process) {
    std::string name;
    std::getline(std::ifstream("/proc/" + std::to_string(process) + "/comm"), name);
    return name;
}

bool has_open(const fs::path& process, const sqlite::FileIdentity& file) {
    std::error_code error;
    for (fs::directory_iterator at(process / "fd", error), end; !error && at != end;
         at.increment(error)) {
        if (identity_of(at->path().string()) == file) {
            return true;
        }
    }
    return false;
}

std::optional<FileUser> find_opener(const sqlite::FileIdentity& file) {
    std::error_code error;
    for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
        const std::string entry = at->path().filename().string();
        pid_t process = 0;
        const auto [stop, bad] =
            std::from_chars(entry.data(), entry.data() + entry.size(), process);
        const bool is_other =
            bad == std::errc() && stop == entry.data() + entry.size() && process != ::getpid();
        if (is_other && has_open(at->path(), file)) {
            return FileUser{process, name_of(process)};
        }
    }
    return std::nullopt;
}

bool is_locked(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    struct flock lock = locks_of_sqlite();
    const bool told = ::fcntl(descriptor, F_OFD_GETLK, &lock) == 0;
    ::close(descriptor);
    return told && lock.l_type != F_UNLCK;
}

} // namespace

std::optional<FileUser> find_file_user(const std::string& path) {
    const auto file = identity_of(path);
    if (!file) {
        return std::nullopt;
    }
    if (auto opener = find_opener(*file)) {
        return opener;
    }
    return is_locked(path) ? std::optional(FileUser()) : std::nullopt;
}

SoleUse::SoleUse(const SqliteOptions& options) : patience_(options.busy_timeout) {
    try {
        fold_log(options);
    } catch (const Error& error) {
        if (!sqlite::is_unreadable_file(error)) {
            throw;
        }
        database_.reset();
        lock_unread(options.path);
    }
}

SoleUse::~SoleUse() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

void SoleUse::fold_log(const SqliteOptions& options) {
    database_ = sqlite::open_database(options, patience_);
    patience_.reset();
    const auto try_to = [&](const char* text) {
        int code = SQLITE_OK;
        do {
            code = sqlite3_exec(database_.get(), text, nullptr, nullptr, nullptr);
        } while ((code & 0xff) == SQLITE_BUSY && patience_.nap());
        if (code != SQLITE_OK) {
            throw sqlite::last_error(database_.get(), code, sole_use_name);
        }
    };
    do {
        try_to("PRAGMA journal_mode = DELETE");
        try_to("BEGIN EXCLUSIVE");
        if (!fs::exists(sqlite::beside(options.path, "-wal"))) {
            return;
        }
        try_to("ROLLBACK"); // somebody has opened it meanwhile, with a log
    } while (patience_.nap());
    throw Error(ErrorKind::busy, sole_use_name, {}, "others use it");
}

void SoleUse::lock_unread(const std::string& path) {
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    struct flock lock = locks_of_sqlite();
    if (descriptor_ < 0 || ::fcntl(descriptor_, F_OFD_SETLK, &lock) != 0) {
        const int error = errno;
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        throw Error(
            error == EAGAIN || error == EACCES ? ErrorKind::busy : ErrorKind::other,
            sole_use_name,
            {},
            std::generic_category().message(error)
        );
    }
}

} // namespace drf_messages::sql
