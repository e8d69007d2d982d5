// SPDX-License-Identifier: MIT
#pragma once

#include "sql/sqlite/open.hpp"
#include "sql/sqlite/page_cache.hpp"
#include "sql/sqlite/patience.hpp"
#include "sql/sqlite/statements.hpp"
#include "sql/sqlite/work_limit.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace drf_messages::sql {
class Error;
}

namespace drf_messages::sql::sqlite {

/// SQLite's handle of one connection with all that belongs to it. Used by one thread at a time: by
/// its connection's, or as long as that lends it (see SharedCommit) by another.
class Handle {
public:
    /// Opens the file. Throws sql::Error.
    explicit Handle(const SqliteOptions& options);
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    /// From here on it has its part of the pages that the connections keep.
    void join(std::shared_ptr<PageCache> pages) { page_cache_.emplace(std::move(pages)); }

    sqlite3* database() const noexcept { return database_.get(); }
    Patience& patience() noexcept { return patience_; }
    WorkLimit& work_limit() noexcept { return work_limit_; }
    StatementCache& statements() noexcept { return statements_; }

    /// Before what may wait and work as long as any call.
    void start_call();
    /// Leaves its part of the pages to the others, until the next call.
    void rest() noexcept;

    /// Runs BEGIN and its like. Throws sql::Error.
    void run(std::string_view text);
    /// Throws what SQLite has just reported, as sql::Error, where `code` is not the wanted one.
    void check(int code, int wanted, std::string_view statement_name);
    /// Undoes what is open, if anything is. Throws sql::Error.
    void roll_back();

    bool is_in_transaction() const noexcept { return statements_.is_in_transaction(); }
    /// Whether a COMMIT would fail because of rows that point to nothing: Django's keys are looked
    /// at then.
    bool has_loose_keys() const noexcept;

    /// False once it is of no more use: the file is lost, or may only be read, or what is open
    /// cannot be undone.
    bool is_sound() const noexcept { return is_sound_; }

private:
    void fit_page_cache();
    void note(const Error& error) noexcept;

    Patience patience_;
    OwnedDatabase database_;
    WorkLimit work_limit_;
    StatementCache statements_;
    std::optional<PageCache::Part> page_cache_; ///< absent where init_command has set it
    int page_cache_kib_ = 0;                    ///< as SQLite knows it
    bool is_sound_ = true;
};

} // namespace drf_messages::sql::sqlite
