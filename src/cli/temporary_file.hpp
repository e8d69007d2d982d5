// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace drf_messages::cli {

/// A new file that only its owner may read, and that is gone with this object, or when SIGINT,
/// SIGTERM or SIGHUP ends the process, unless it got its name before. So are what SQLite leaves
/// beside it. A process has one of them at a time.
class TemporaryFile {
public:
    /// Beside `name`, with a name that begins like it. Throws Failure.
    explicit TemporaryFile(const std::string& name);
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile();

    const std::string& path() const noexcept { return path_; } ///< absolute
    int descriptor() const noexcept { return descriptor_; }    ///< open for reading and writing

    /// Until it is on the disk. Throws Failure.
    void sync() const;
    /// Gives it the name for good, unless a file has that: false then. Throws Failure.
    bool become(const std::string& name);
    /// The same in the place of a file that has the name.
    void replace(const std::string& name);
    /// Takes its name away: it lasts as long as it is open.
    void hide();

private:
    std::string path_;
    int descriptor_ = -1;
};

/// A file's folder: "." of a name without one.
std::string folder_of(const std::string& name);

/// Until what names a folder has is on the disk. Where that cannot be had, the names are as safe as
/// the file system makes them.
void sync_folder(const std::string& folder) noexcept;

} // namespace drf_messages::cli
