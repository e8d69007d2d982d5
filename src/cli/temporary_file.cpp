// SPDX-License-Identifier: MIT
#include "cli/temporary_file.hpp"

#include "cli/commands.hpp"
#include "sql/sqlite/known_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace drf_messages::cli {
namespace {

using sql::sqlite::parts_of_file;

constexpr std::array<int, 3> ends = {SIGINT, SIGTERM, SIGHUP};
constexpr std::size_t longest_suffix = 8;

using Path = std::array<char, PATH_MAX + longest_suffix + 1>;

/// What a signal deletes; ready made, since its handler may allocate nothing. Empty: nothing.
std::array<Path, 1 + parts_of_file.size()> doomed{};

void doom(std::size_t place, const std::string& path) noexcept {
    std::memcpy(doomed[place].data(), path.c_str(), path.size() + 1);
}

void forget_doomed() noexcept {
    for (Path& path : doomed) {
        path.front() = '\0';
    }
}

void delete_doomed() noexcept {
    for (const Path& path : doomed) {
        if (path.front() != '\0') {
            ::unlink(path.data());
        }
    }
}

/// What was to happen at these signals before.
std::array<struct sigaction, ends.size()> before{};

extern "C" void delete_and_end(int signal) {
    delete_doomed();
    for (std::size_t i = 0; i < ends.size(); ++i) {
        if (ends[i] == signal) {
            ::sigaction(signal, &before[i], nullptr);
        }
    }
    ::raise(signal);
}

void set_handlers() noexcept {
    struct sigaction action {};
    action.sa_handler = delete_and_end;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        ::sigaction(ends[i], nullptr, &before[i]);
        if (before[i].sa_handler != SIG_IGN) { // as under nohup
            ::sigaction(ends[i], &action, nullptr);
        }
    }
}

void take_handlers_back() noexcept {
    for (std::size_t i = 0; i < ends.size(); ++i) {
        ::sigaction(ends[i], &before[i], nullptr);
    }
}

/// Not all file systems know all ways in which a name is given without taking another file's.
int rename_to_free_name(const char* from, const char* to) noexcept {
    if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP) {
        return errno;
    }
    if (::link(from, to) != 0) {
        return errno;
    }
    ::unlink(from);
    return 0;
}

} // namespace

TemporaryFile::TemporaryFile(const std::string& name) {
    std::error_code error;
    path_ = std::filesystem::absolute(name, error).string() + ".XXXXXX";
    if (error || path_.size() > PATH_MAX) {
        throw system_failure(name, ENAMETOOLONG);
    }
    sigset_t all;
    sigset_t usual;
    ::sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, &usual); // none between the file and its being known
    descriptor_ = ::mkostemp(path_.data(), O_CLOEXEC);
    const int refusal = errno;
    if (descriptor_ >= 0) {
        doom(0, path_);
        for (std::size_t i = 0; i < parts_of_file.size(); ++i) {
            doom(i + 1, path_ + parts_of_file[i]);
        }
        set_handlers();
    }
    ::sigprocmask(SIG_SETMASK, &usual, nullptr);
    if (descriptor_ < 0) {
        throw system_failure(name, refusal);
    }
}

TemporaryFile::~TemporaryFile() {
    delete_doomed();
    take_handlers_back();
    forget_doomed();
    ::close(descriptor_);
}

void TemporaryFile::sync() const {
    if (::fsync(descriptor_) != 0) {
        throw system_failure(path_, errno);
    }
}

bool TemporaryFile::become(const std::string& name) {
    const int error = rename_to_free_name(path_.c_str(), name.c_str());
    if (error != 0 && error != EEXIST) {
        throw system_failure(name, error);
    }
    if (error == 0) {
        forget_doomed();
        sync_folder(folder_of(name));
    }
    return error == 0;
}

void TemporaryFile::replace(const std::string& name) {
    if (::rename(path_.c_str(), name.c_str()) != 0) {
        throw system_failure(name, errno);
    }
    forget_doomed();
    sync_folder(folder_of(name));
}

void TemporaryFile::hide() {
    if (::unlink(path_.c_str()) != 0) {
        throw system_failure(path_, errno);
    }
    forget_doomed();
}

std::string folder_of(const std::string& name) {
    const std::string folder = std::filesystem::path(name).parent_path().string();
    return folder.empty() ? "." : folder;
}

void sync_folder(const std::string& folder) noexcept {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        ::fsync(descriptor);
        ::close(descriptor);
    }
}

} // namespace drf_messages::cli
