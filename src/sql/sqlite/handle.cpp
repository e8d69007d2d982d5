// SPDX-License-Identifier: MIT
#include "sql/sqlite/handle.hpp"

#include "sql/error.hpp"
#include "sql/sqlite/error.hpp"

#include <sqlite3.h>

#include <string>

namespace drf_messages::sql::sqlite {

Handle::Handle(const SqliteOptions& options)
    : patience_(options.busy_timeout), database_(open_database(options, patience_)),
      work_limit_(database_.get(), options.statement_timeout), statements_(database_.get()) {}

void Handle::start_call() {
    patience_.reset();
    work_limit_.reset();
    fit_page_cache();
}

void Handle::rest() noexcept {
    if (page_cache_) {
        sqlite3_db_release_memory(database());
        page_cache_->leave();
    }
}

void Handle::fit_page_cache() {
    const int kib = page_cache_ ? page_cache_->take() : page_cache_kib_;
    if (kib == page_cache_kib_) {
        return;
    }
    page_cache_kib_ = kib;
    const std::string text = "PRAGMA cache_size = -" + std::to_string(kib);
    // Should it fail, what follows costs more time and says itself what is wrong.
    sqlite3_exec(database(), text.c_str(), nullptr, nullptr, nullptr);
}

void Handle::run(std::string_view text) {
    try {
        run_control(statements_, patience_, text);
    } catch (const Error& error) {
        note(error);
        throw;
    }
}

void Handle::roll_back() {
    try {
        // Some errors have done it already.
        if (is_in_transaction()) {
            run_control(statements_, patience_, "ROLLBACK");
        }
    } catch (...) {
        is_sound_ = false;
        throw;
    }
}

void Handle::check(int code, int wanted, std::string_view statement_name) {
    if (code != wanted) {
        const Error error = last_error(database(), code, statement_name);
        note(error);
        throw error;
    }
}

void Handle::note(const Error& error) noexcept {
    // A file that may be written again has to be opened again.
    is_sound_ = is_sound_ && error.kind() != ErrorKind::connection_lost &&
                error.kind() != ErrorKind::read_only;
}

bool Handle::has_loose_keys() const noexcept {
    int now = 0;
    int most = 0;
    const int code = sqlite3_db_status(database(), SQLITE_DBSTATUS_DEFERRED_FKS, &now, &most, 0);
    return code != SQLITE_OK || now != 0;
}

} // namespace drf_messages::sql::sqlite
