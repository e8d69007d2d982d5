// SPDX-License-Identifier: MIT
#include "accounts/session_file.hpp"

#include "accounts/session_engine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace drf_messages::accounts {
namespace {

/// Longer than the longest session that can be decoded.
constexpr std::size_t longest_file_bytes = std::size_t{8} * 1024 * 1024;

[[noreturn]] void fail(std::string_view what, int error) {
    throw SessionStoreError(fmt::format(
        "SESSION_FILE_PATH: cannot {} a session: {}", what, std::generic_category().message(error)
    ));
}

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

int open_file(const std::string& path, int flags) {
    constexpr mode_t mode = S_IRUSR | S_IWUSR;
    return ::open(path.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
}

/// The errors for a key that nobody has; any other is a fault of the folder.
bool says_absent(int error) {
    return error == ENOENT || error == ENAMETOOLONG || error == ELOOP || error == ENXIO ||
           error == EISDIR;
}

void write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written >= 0) {
            content.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            fail("write", errno);
        }
    }
}

/// A file next to the one that it will replace; deleted at the end unless it has done so.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& path)
        : name_(path + "_out_XXXXXX"), file_(::mkostemp(name_.data(), O_CLOEXEC)) {
        if (!file_) {
            fail("write", errno);
        }
    }
    ~TemporaryFile() {
        if (!renamed_) {
            ::unlink(name_.c_str());
        }
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    void write(std::string_view content) { write_all(file_.get(), content); }

    /// Takes the place of a file that is still there, in one step: one that is deleted meanwhile
    /// does not come back. Says whether it was there.
    bool replace(const std::string& path) {
        if (::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE) == 0) {
            return true; // what is now called name_ is the old one
        }
        if (errno != EINVAL && errno != ENOSYS) {
            return absent_or_fail();
        }
        // A file system that cannot exchange two files, such as NFS.
        if (::access(path.c_str(), F_OK) != 0) {
            return absent_or_fail();
        }
        if (std::rename(name_.c_str(), path.c_str()) != 0) {
            fail("write", errno);
        }
        renamed_ = true;
        return true;
    }

private:
    static bool absent_or_fail() {
        if (!says_absent(errno)) {
            fail("write", errno);
        }
        return false;
    }

    std::string name_;
    Descriptor file_;
    bool renamed_ = false;
};

bool is_folder(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
}

} // namespace

std::filesystem::path session_folder(const Settings& settings) {
    if (settings.session_file_path && !settings.session_file_path->empty()) {
        return *settings.session_file_path;
    }
    for (const char* name : {"TMPDIR", "TEMP", "TMP"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0' && is_folder(value)) {
            return value;
        }
    }
    return "/tmp";
}

std::optional<SessionFile> read_session_file(const std::string& path) {
    const Descriptor file(open_file(path, O_RDONLY));
    if (!file) {
        if (says_absent(errno)) {
            return std::nullopt;
        }
        fail("read", errno);
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        fail("read", errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return std::nullopt;
    }
    SessionFile result;
    result.modified = Timestamp(
        std::chrono::seconds(status.st_mtim.tv_sec) +
        std::chrono::microseconds(status.st_mtim.tv_nsec / 1000)
    );
    std::array<char, 16 * 1024> chunk;
    while (result.content.size() < longest_file_bytes) {
        const ssize_t count = ::read(file.get(), chunk.data(), chunk.size());
        if (count == 0) {
            break;
        }
        if (count > 0) {
            result.content.append(chunk.data(), static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            fail("read", errno);
        }
    }
    return result;
}

bool create_session_file(const std::string& path) {
    const Descriptor file(open_file(path, O_WRONLY | O_CREAT | O_EXCL));
    if (!file) {
        if (errno == EEXIST) {
            return false;
        }
        fail("create", errno);
    }
    return true;
}

bool replace_session_file(const std::string& path, std::string_view content) {
    {
        const Descriptor file(open_file(path, O_WRONLY));
        if (!file) {
            if (says_absent(errno)) {
                return false;
            }
            fail("write", errno);
        }
    }
    TemporaryFile temporary(path);
    temporary.write(content);
    return temporary.replace(path);
}

bool touch_session_file(const std::string& path) {
    std::array<timespec, 2> times{};
    times[0].tv_nsec = UTIME_OMIT; // when it was last read
    times[1].tv_nsec = UTIME_NOW;
    if (::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) == 0) {
        return true;
    }
    if (!says_absent(errno)) {
        fail("write", errno);
    }
    return false;
}

void remove_session_file(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && !says_absent(errno)) {
        fail("delete", errno);
    }
}

} // namespace drf_messages::accounts
