// SPDX-License-Identifier: MIT
// What the machine could do at most: Beast and prepared statements on SQLite, and nothing else. No
// routing, no validation, no signatures, no limits, no errors: only what a peek and a list cannot
// do without. The benchmark holds the server against it.
//
//     limit_server DATABASE ADDRESS THREADS
//
// DATABASE is a file.
#include "limit/serve.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace {

void require(bool ok, const char* what) {
    if (!ok) {
        throw std::runtime_error(what);
    }
}

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};

class Sqlite {
public:
    class Statement;

    explicit Sqlite(const char* path) {
        sqlite3* opened = nullptr;
        const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
        const int code = sqlite3_open_v2(path, &opened, flags, nullptr);
        database_.reset(opened);
        require(code == SQLITE_OK, "the database does not open");
    }

private:
    std::unique_ptr<sqlite3, CloseDatabase> database_;
};

/// Bound, stepped and reset at the end of its use.
class Sqlite::Statement {
public:
    Statement(Sqlite& on, const char* text, std::string_view) {
        sqlite3* const database = on.database_.get();
        const auto keep = SQLITE_PREPARE_PERSISTENT;
        require(
            sqlite3_prepare_v3(database, text, -1, keep, &statement_, nullptr) == SQLITE_OK,
            sqlite3_errmsg(database)
        );
    }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { sqlite3_finalize(statement_); }

    void bind(std::string_view text) {
        sqlite3_bind_text(statement_, 1, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
    void bind(std::int64_t number) { sqlite3_bind_int64(statement_, 1, number); }
    bool step() { return sqlite3_step(statement_) == SQLITE_ROW; }
    void reset() { sqlite3_reset(statement_); }
    std::int64_t integer(int column) { return sqlite3_column_int64(statement_, column); }
    bool null(int column) { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    std::string_view text(int column) {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }

private:
    sqlite3_stmt* statement_ = nullptr;
};

} // namespace

int main(int count, char** arguments) {
    return limit::serve_database<Sqlite>(count, arguments);
}
