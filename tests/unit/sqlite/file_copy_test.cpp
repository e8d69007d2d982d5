// SPDX-License-Identifier: MIT
#include "sql/error.hpp"
#include "sql/sqlite/file_copy.hpp"
#include "sql/sqlite/file_users.hpp"
#include "support/database.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace {

namespace fs = std::filesystem;
using drf_messages::sql::Connection;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::NewFile;
using drf_messages::sql::SoleUse;
using drf_messages::sql::SqliteOptions;
using drf_messages::test::number;
using drf_messages::test::rows;
using drf_messages::test::run;
using drf_messages::test::sqlite_file;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

class FileCopy : public testing::Test {
protected:
    FileCopy() : open(drf_messages::sql::sqlite_connections(sqlite_file(folder / "db", true))) {
        const auto connection = open();
        run(*connection, "CREATE TABLE t (id integer PRIMARY KEY, text blob)");
        add_rows(*connection, 3000);
    }

    static void add_rows(Connection& connection, std::int64_t count) {
        run(connection,
            "INSERT INTO t (text) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            " WHERE i < ?) SELECT randomblob(1000) FROM n",
            {count});
    }

    /// A database for whose locks nobody waits.
    static SqliteOptions impatient(const fs::path& path) {
        auto options = sqlite_file(path);
        options.busy_timeout = std::chrono::milliseconds(1);
        return options;
    }

    static std::int64_t count(const fs::path& path) {
        return number(
            *drf_messages::sql::sqlite_connections(sqlite_file(path))(), "SELECT COUNT(*) FROM t"
        );
    }

    void copy(
        const SqliteOptions& from, const std::function<void(std::int64_t, std::int64_t)>& progress
    ) const {
        const std::string path = folder / "copy";
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
        ASSERT_GE(descriptor, 0);
        try {
            drf_messages::sql::copy_sqlite_file(from, {path, descriptor}, progress);
        } catch (...) {
            ::close(descriptor);
            throw;
        }
        ::close(descriptor);
    }

    drf_messages::test::TempFolder folder;
    drf_messages::sql::ConnectionFactory open;
};

TEST_F(FileCopy, HoldsWhatWasThereWhenItBeganThoughOthersWriteMeanwhile) {
    const auto writer = open();
    int pieces = 0;
    copy(sqlite_file(folder / "db"), [&](std::int64_t, std::int64_t) {
        ++pieces;
        add_rows(*writer, 10); // at once: nobody holds it up
    });
    EXPECT_GT(pieces, 1);
    EXPECT_EQ(drf_messages::sql::find_damage(folder / "copy"), std::nullopt);
    EXPECT_EQ(count(folder / "copy"), 3000);
    EXPECT_EQ(count(folder / "db"), 3000 + 10 * pieces);
}

TEST_F(FileCopy, IsOneFileWithoutALogOfItsOwn) {
    copy(sqlite_file(folder / "db"), [](std::int64_t, std::int64_t) {});
    std::string header(20, '\0');
    std::ifstream(folder / "copy", std::ios::binary).read(header.data(), 20);
    EXPECT_EQ(header.substr(18), "\1\1");
    EXPECT_FALSE(fs::exists(folder / "copy-wal"));
    EXPECT_FALSE(fs::exists(folder / "copy-journal"));
}

TEST_F(FileCopy, CarriesIntoTheFileWhatHasGatheredInTheLogMeanwhile) {
    const auto writer = open();
    bool first = true;
    copy(sqlite_file(folder / "db"), [&](std::int64_t, std::int64_t) {
        if (std::exchange(first, false)) {
            add_rows(*writer, 8000);
        }
    });
    EXPECT_GT(fs::file_size(folder / "db-wal"), 8'000'000);
    // Nothing of it is left to whoever writes next: he begins the log anew.
    add_rows(*writer, 1);
    const std::string checkpoint = rows(*writer, "PRAGMA wal_checkpoint", 2).front();
    EXPECT_LT(std::stoi(checkpoint.substr(2)), 100) << checkpoint;
}

/// One whose readers hold up who commits.
SqliteOptions without_log(SqliteOptions options) {
    options.init_command = "PRAGMA journal_mode = DELETE";
    return options;
}

TEST_F(FileCopy, BeginsAnewWhereReadersHoldUpWritersAndSomebodyWrites) {
    const auto options = without_log(sqlite_file(folder / "db"));
    const auto writer = drf_messages::sql::sqlite_connections(options)();
    EXPECT_THAT(rows(*writer, "PRAGMA journal_mode", 1), ElementsAre("delete"));
    std::int64_t last = 0;
    int pieces = 0;
    int anew = 0;
    copy(options, [&](std::int64_t done, std::int64_t) {
        anew += done < last ? 1 : 0;
        last = done;
        if (++pieces == 3) {
            add_rows(*writer, 1);
        }
    });
    EXPECT_EQ(anew, 1);
    EXPECT_EQ(drf_messages::sql::find_damage(folder / "copy"), std::nullopt);
    EXPECT_EQ(count(folder / "copy"), count(folder / "db"));
}

TEST_F(FileCopy, HoldsUpNobodyWhileItWaitsForTheDiskThatItWritesTo) {
    const auto options = without_log(impatient(folder / "db"));
    const auto writer = drf_messages::sql::sqlite_connections(options)();
    int disk[2] = {};
    ASSERT_EQ(::pipe(disk), 0);
    std::signal(SIGPIPE, SIG_IGN);
    std::string error;
    std::thread copier([&] {
        try {
            drf_messages::sql::copy_sqlite_file(
                options, {folder / "copy", disk[1]}, [](std::int64_t, std::int64_t) {}
            );
        } catch (const Error& thrown) {
            error = thrown.what();
        }
    });
    pollfd begun{disk[0], POLLIN, 0};
    EXPECT_EQ(::poll(&begun, 1, -1), 1);
    // A pipe takes less than a piece, so the copier is not done with writing the first one.
    EXPECT_NO_THROW(add_rows(*writer, 1));
    ::close(disk[0]);
    copier.join();
    ::close(disk[1]);
    EXPECT_THAT(error, HasSubstr("Broken pipe"));
}

TEST_F(FileCopy, HoldsWhatIsInALogThatTheDatabaseGetsMeanwhile) {
    const auto options = without_log(sqlite_file(folder / "db"));
    drf_messages::sql::sqlite_connections(options)();
    std::unique_ptr<Connection> writer;
    auto from = sqlite_file(folder / "db");
    from.read_only = true; // who may write makes the log himself
    copy(from, [&](std::int64_t, std::int64_t) {
        if (!writer) {
            writer = open();
            add_rows(*writer, 1);
        }
    });
    EXPECT_THAT(rows(*writer, "PRAGMA journal_mode", 1), ElementsAre("wal"));
    EXPECT_EQ(drf_messages::sql::find_damage(folder / "copy"), std::nullopt);
    EXPECT_EQ(count(folder / "copy"), 3001);
}

TEST_F(FileCopy, RefusesADatabaseThatAnotherFileTakesThePlaceOf) {
    fs::copy_file(folder / "db", folder / "another");
    bool first = true;
    try {
        copy(sqlite_file(folder / "db"), [&](std::int64_t, std::int64_t) {
            if (std::exchange(first, false)) {
                fs::rename(folder / "another", folder / "db");
            }
        });
        FAIL() << "was copied";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("it was moved or replaced while it was copied"));
    }
}

TEST_F(FileCopy, TellsADamagedFileAndNone) {
    copy(sqlite_file(folder / "db"), [](std::int64_t, std::int64_t) {});
    const auto size = fs::file_size(folder / "copy");
    fs::copy_file(folder / "copy", folder / "short");
    fs::resize_file(folder / "short", size / 2);
    EXPECT_THAT(drf_messages::sql::find_damage(folder / "short"), Optional(HasSubstr("malformed")));
    std::fstream(folder / "copy", std::ios::binary | std::ios::in | std::ios::out)
        .seekp(static_cast<std::streamoff>(size / 2))
        .write(std::string(9000, 'x').data(), 9000);
    EXPECT_NE(drf_messages::sql::find_damage(folder / "copy"), std::nullopt);
    std::ofstream(folder / "text") << std::string(5000, 'x');
    EXPECT_THAT(
        drf_messages::sql::find_damage(folder / "text"), Optional(HasSubstr("not a database"))
    );
}

/// What another process does with a database while `test` runs.
void beside(const std::function<void()>& other, const std::function<void(pid_t)>& test) {
    int ready[2] = {};
    int end[2] = {};
    ASSERT_EQ(::pipe(ready), 0);
    ASSERT_EQ(::pipe(end), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(end[1]);
        other();
        char byte = 0;
        static_cast<void>(::write(ready[1], &byte, 1));
        static_cast<void>(::read(end[0], &byte, 1));
        ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    test(child);
    ::close(end[1]);
    ::waitpid(child, nullptr, 0);
    for (const int descriptor : {ready[0], ready[1], end[0]}) {
        ::close(descriptor);
    }
}

TEST_F(FileCopy, SoleUseIsRefusedWhileAnotherProcessHasTheDatabaseOpen) {
    const std::string path = folder / "db";
    std::unique_ptr<Connection> kept;
    EXPECT_FALSE(drf_messages::sql::find_file_user(path));
    beside(
        [&] {
            kept = open();
            number(*kept, "SELECT COUNT(*) FROM t");
        },
        [&](pid_t other) {
            const auto user = drf_messages::sql::find_file_user(path);
            ASSERT_TRUE(user);
            EXPECT_EQ(user->process, other);
            EXPECT_EQ(user->name, "sqlite_tests");
            try {
                const SoleUse alone(impatient(path));
                ADD_FAILURE() << "is had by both";
            } catch (const Error& error) {
                EXPECT_EQ(error.kind(), ErrorKind::busy);
            }
        }
    );
    EXPECT_THAT(rows(*open(), "PRAGMA journal_mode", 1), ElementsAre("wal"));
}

TEST_F(FileCopy, SoleUseFoldsTheLogIntoTheFileAndKeepsOthersOut) {
    add_rows(*open(), 100);
    {
        const SoleUse alone(sqlite_file(folder / "db"));
        EXPECT_FALSE(fs::exists(folder / "db-wal"));
        EXPECT_THROW(drf_messages::sql::sqlite_connections(impatient(folder / "db"))(), Error);
    }
    EXPECT_EQ(count(folder / "db"), 3100);
}

TEST_F(FileCopy, SoleUseIsHadOfADamagedFileToo) {
    std::fstream(folder / "db", std::ios::binary | std::ios::in | std::ios::out)
        .write(std::string(100, 'x').data(), 100);
    const std::string path = folder / "db";
    beside(
        [&] { new SoleUse(sqlite_file(path)); }, // NOLINT: until the process ends
        [&](pid_t) { EXPECT_THROW(SoleUse{impatient(path)}, Error); }
    );
    const SoleUse alone(sqlite_file(path));
}

} // namespace
