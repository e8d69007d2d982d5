// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace drf_messages::cli {

/// What a log is written to: a file, a pipe, a socket or a terminal. For one thread.
class LogFile {
public:
    explicit LogFile(int descriptor);

    /// Waits for as long as whoever reads it, or a disk, takes. Returns how many of the lines were
    /// not written, or not to their end.
    /// - lines: each with its end.
    std::size_t write(std::string_view lines);

    /// Opens a regular file again by the name that it had at first, since another one may have that
    /// name by now; the reason where that fails, and writing goes on in the old one. Absent for
    /// anything else.
    std::optional<std::error_code> reopen();

    /// Of a regular file; empty for anything else.
    const std::string& path() const noexcept { return path_; }

private:
    std::string_view put(std::string_view text) const;

    int descriptor_;
    std::string path_;
    bool in_line_ = false; ///< the last line has no end
};

} // namespace drf_messages::cli
