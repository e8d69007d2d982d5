// SPDX-License-Identifier: MIT
#pragma once

#include "sql/sqlite/factory.hpp"
#include "sql/sqlite/open.hpp"
#include "sql/sqlite/patience.hpp"

#include <sys/types.h>

#include <optional>
#include <string>

namespace drf_messages::sql {

/// Another process that has a file open.
struct FileUser {
    pid_t process = 0; ///< 0: not shown to us, as one in another container
    std::string name;
};

/// One that has a database open; absent where nobody has. In WAL mode each connection holds a lock
/// of SQLite's on the file as long as it is open; in another mode only the system tells, and only
/// of the processes that this user may look into. Asks before this process opens the file: it would
/// lose its own locks.
std::optional<FileUser> find_file_user(const std::string& path);

/// Nobody else reads or writes a database as long as this lives. Its log is folded into the file,
/// which stands for itself then; but not where SQLite cannot read it.
class SoleUse {
public:
    /// Throws sql::Error, kind busy, when others use it.
    explicit SoleUse(const SqliteOptions& options);
    SoleUse(const SoleUse&) = delete;
    SoleUse& operator=(const SoleUse&) = delete;
    ~SoleUse();

private:
    void fold_log(const SqliteOptions& options);
    void lock_unread(const std::string& path);

    sqlite::Patience patience_;
    sqlite::OwnedDatabase database_;
    int descriptor_ = -1;
};

} // namespace drf_messages::sql
