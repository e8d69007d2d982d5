// SPDX-License-Identifier: MIT
#include "sql/sqlite/known_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

namespace drf_messages::sql::sqlite {
namespace {

FileIdentity identity_of(const struct stat& status) noexcept {
    return {status.st_dev, status.st_ino};
}

std::optional<FileIdentity> identity_of(int descriptor) noexcept {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 ? std::optional(identity_of(status)) : std::nullopt;
}

/// A name for what is put aside; what was before keeps its own.
std::string free_name(const std::string& wanted) {
    std::string name = wanted;
    std::error_code ignored;
    for (int number = 2; std::filesystem::exists(name, ignored); ++number) {
        name = wanted + "-" + std::to_string(number);
    }
    return name;
}

} // namespace

std::optional<FileIdentity> identity_of(const std::string& path) noexcept {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? std::optional(identity_of(status)) : std::nullopt;
}

std::string beside(const std::string& path, const char* suffix) {
    std::error_code error;
    const auto file = std::filesystem::canonical(path, error);
    return (error ? path : file.string()) + suffix;
}

KnownFile::~KnownFile() {
    if (log_ >= 0) {
        ::close(log_);
    }
}

std::optional<FileIdentity> KnownFile::arrive(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto now = identity_of(path);
    if (!now || !file_ || now == file_ || log_ < 0) {
        return now;
    }
    const std::string log = beside(path, "-wal");
    if (identity_of(log) == identity_of(log_)) {
        // Should it fail, SQLite sees what it would have seen without us.
        static_cast<void>(std::rename(log.c_str(), free_name(log + ".replaced").c_str()));
        ::unlink(beside(path, "-shm").c_str()); // the log's index, which is made anew
    }
    return now;
}

void KnownFile::note(const std::string& path, const std::optional<FileIdentity>& opened) {
    const std::string log = beside(path, "-wal");
    const std::lock_guard lock(mutex_);
    file_ = opened;
    if (log_ >= 0 && identity_of(log) == identity_of(log_)) {
        return;
    }
    if (log_ >= 0) {
        ::close(log_);
    }
    log_ = ::open(log.c_str(), O_PATH | O_CLOEXEC);
}

} // namespace drf_messages::sql::sqlite
