// SPDX-License-Identifier: MIT
#include "cli/log_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <filesystem>

namespace drf_messages::cli {
namespace {

std::optional<struct stat> regular_file(int descriptor) {
    struct stat found {};
    const bool is_regular = ::fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode);
    return is_regular ? std::optional(found) : std::nullopt;
}

bool is_same(const struct stat& one, const struct stat& other) {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// The name of a regular file; empty when it has none any more, and for anything else.
std::string name_of(int descriptor) {
    const auto file = regular_file(descriptor);
    if (!file) {
        return {};
    }
    std::error_code failed;
    const auto path =
        std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), failed);
    struct stat named {};
    const bool leads_there = !failed && ::stat(path.c_str(), &named) == 0 && is_same(named, *file);
    return leads_there ? path.string() : std::string();
}

/// As many lines as one write takes that no other process's can part, if they share a pipe.
std::string_view first_lines(std::string_view lines) {
    if (lines.size() <= PIPE_BUF) {
        return lines;
    }
    auto end = lines.rfind('\n', PIPE_BUF - 1);
    if (end == std::string_view::npos) {
        end = lines.find('\n');
    }
    return end == std::string_view::npos ? lines : lines.substr(0, end + 1);
}

} // namespace

LogFile::LogFile(int descriptor) : descriptor_(descriptor), path_(name_of(descriptor)) {}

std::size_t LogFile::write(std::string_view lines) {
    if (in_line_) {
        in_line_ = !put("\n").empty();
    }
    while (!in_line_ && !lines.empty()) {
        const auto piece = first_lines(lines);
        const auto rest = put(piece);
        const auto written = piece.size() - rest.size();
        lines.remove_prefix(written);
        if (!rest.empty()) {
            in_line_ = written > 0 && piece[written - 1] != '\n';
            break;
        }
    }
    return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
}

/// Returns what could not be written.
std::string_view LogFile::put(std::string_view text) const {
    while (!text.empty()) {
        const auto count = ::write(descriptor_, text.data(), text.size());
        if (count > 0) {
            text.remove_prefix(static_cast<std::size_t>(count));
        } else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            // whoever shares it has made it so
            pollfd file{descriptor_, POLLOUT, 0};
            ::poll(&file, 1, -1);
        } else if (count == 0 || errno != EINTR) {
            break;
        }
    }
    return text;
}

std::optional<std::error_code> LogFile::reopen() {
    const auto old = path_.empty() ? std::nullopt : regular_file(descriptor_);
    if (!old) {
        return std::nullopt;
    }
    const int opened = ::open(
        path_.c_str(),
        O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
        old->st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)
    );
    if (opened < 0) {
        return std::error_code(errno, std::generic_category());
    }
    // Standard output may be the same file: while it is open its room on the disk is not free.
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
        if (const auto other = regular_file(stream); other && is_same(*other, *old)) {
            ::dup2(opened, stream);
        }
    }
    ::dup2(opened, descriptor_);
    ::close(opened);
    in_line_ = false;
    return std::error_code();
}

} // namespace drf_messages::cli
