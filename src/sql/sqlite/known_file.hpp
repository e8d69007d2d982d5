// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <array>
#include <mutex>
#include <optional>
#include <string>

namespace drf_messages::sql::sqlite {

/// Which file a path leads to: the same one as long as this is equal.
struct FileIdentity {
    dev_t device = 0;
    ino_t number = 0;

    bool operator==(const FileIdentity&) const = default;
};

/// How the names end of what SQLite makes beside a file.
inline constexpr std::array parts_of_file = {"-journal", "-wal", "-shm"};

/// Absent where there is no file, or none that may be looked at. Follows links.
std::optional<FileIdentity> identity_of(const std::string& path) noexcept;

/// A file beside a database as SQLite names it: after the file itself, not after a link to it.
/// - suffix: "-wal" and so on.
std::string beside(const std::string& path, const char* suffix);

/// The file that the connections of one factory have opened, and its log. Thread safe.
class KnownFile {
public:
    KnownFile() = default;
    KnownFile(const KnownFile&) = delete;
    KnownFile& operator=(const KnownFile&) = delete;
    ~KnownFile();

    /// Before the file is opened; returns which one it is. Where another one has taken its place,
    /// the log that was left by the one before becomes NAME-wal.replaced (or .replaced-2 and so
    /// on): SQLite would take what stands in it for the new file's.
    std::optional<FileIdentity> arrive(const std::string& path);

    /// After the file was opened.
    void note(const std::string& path, const std::optional<FileIdentity>& opened);

private:
    std::mutex mutex_;
    std::optional<FileIdentity> file_;
    int log_ = -1; ///< held, so that its number is not given to another file
};

} // namespace drf_messages::sql::sqlite
