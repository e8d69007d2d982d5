// SPDX-License-Identifier: MIT
#include "sql/error.hpp"
#include "sql/sqlite/factory.hpp"
#include "support/database.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using drf_messages::sql::Connection;
using drf_messages::sql::Error;
using drf_messages::sql::ErrorKind;
using drf_messages::sql::SqliteOptions;
using drf_messages::test::number;
using drf_messages::test::rows;
using drf_messages::test::run;
using drf_messages::test::sqlite_file;
using testing::ElementsAre;
using testing::HasSubstr;

/// Root may write everywhere: while this lives, the process is nobody.
class Unprivileged {
public:
    Unprivileged() : user_(geteuid()) {
        if (user_ == 0) {
            EXPECT_EQ(seteuid(65534), 0);
        }
    }
    Unprivileged(const Unprivileged&) = delete;
    Unprivileged& operator=(const Unprivileged&) = delete;
    ~Unprivileged() {
        if (user_ == 0) {
            EXPECT_EQ(seteuid(user_), 0);
        }
    }

private:
    uid_t user_;
};

class SqliteOpen : public testing::Test {
protected:
    SqliteOpen() { allow(folder.path(), fs::perms::all); }
    ~SqliteOpen() override { allow(folder.path(), fs::perms::all); }

    static void allow(const fs::path& path, fs::perms permissions) {
        fs::permissions(path, permissions);
    }

    std::unique_ptr<Connection> open(const SqliteOptions& options) {
        return drf_messages::sql::sqlite_connections(options)();
    }

    /// A file with one row, which everybody may read, in the given journal mode.
    fs::path make_database(const std::string& journal_mode) {
        const fs::path path = folder / "made";
        auto options = sqlite_file(path, true);
        options.init_command = "PRAGMA journal_mode = " + journal_mode;
        open(options)->run_script(
            {"create", "CREATE TABLE t (id integer); INSERT INTO t VALUES (7)"}
        );
        return path;
    }

    void expect_readable_but_read_only(const fs::path& path) {
        const Unprivileged nobody;
        const auto connection = open(sqlite_file(path));
        EXPECT_EQ(number(*connection, "SELECT id FROM t"), 7);
        try {
            run(*connection, "INSERT INTO t VALUES (8)");
            FAIL() << "wrote into a read-only database";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::read_only) << error.what();
        }
    }

    std::string refusal(const SqliteOptions& options) {
        try {
            open(options);
        } catch (const Error& error) {
            return error.what();
        }
        return "opened";
    }

    drf_messages::test::TempFolder folder;
};

TEST_F(SqliteOpen, CreatesAFileOnlyWhenToldTo) {
    const fs::path path = folder / "new";
    EXPECT_THAT(refusal(sqlite_file(path)), HasSubstr(path.string() + ": no such file"));
    EXPECT_FALSE(fs::exists(path));
    open(sqlite_file(path, true));
    EXPECT_TRUE(fs::exists(path));
}

TEST_F(SqliteOpen, SaysWhatIsWrongWithThePath) {
    EXPECT_THAT(refusal(sqlite_file(folder.path())), HasSubstr("is a folder"));
    EXPECT_THAT(
        refusal(sqlite_file(folder / "absent/db", true)), HasSubstr("its folder does not exist")
    );
    std::ofstream(folder / "text") << std::string(2000, 'x');
    EXPECT_THAT(refusal(sqlite_file(folder / "text")), HasSubstr("file is not a database"));
    EXPECT_THAT(refusal(sqlite_file(folder / "text")), HasSubstr((folder / "text").string()));
    ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
    auto pipe = sqlite_file(folder / "pipe");
    for (const bool read_only : {false, true}) {
        pipe.read_only = read_only;
        EXPECT_THAT(refusal(pipe), HasSubstr("is no file that can hold a database"));
    }
}

TEST_F(SqliteOpen, SaysThatAFileMayNotBeRead) {
    const fs::path path = make_database("WAL");
    allow(path, fs::perms::none);
    const Unprivileged nobody;
    EXPECT_THAT(refusal(sqlite_file(path)), HasSubstr("Permission denied"));
}

TEST_F(SqliteOpen, SaysThatNoFileMayBeMade) {
    allow(folder.path(), static_cast<fs::perms>(0555));
    const Unprivileged nobody;
    EXPECT_THAT(
        refusal(sqlite_file(folder / "new", true)),
        HasSubstr("no file may be made in its folder: Permission denied")
    );
}

TEST_F(SqliteOpen, IsOfNoMoreUseWhenTheFileIsRemovedOrReplaced) {
    const fs::path path = make_database("WAL");
    const auto kept = open(sqlite_file(path));
    EXPECT_TRUE(kept->usable());
    const auto removed = open(sqlite_file(path));
    fs::rename(path, folder / "aside");
    EXPECT_FALSE(removed->usable());
    fs::rename(folder / "aside", path);
    const auto replaced = open(sqlite_file(path));
    fs::copy_file(path, folder / "copy");
    fs::rename(folder / "copy", path);
    EXPECT_FALSE(replaced->usable());
}

TEST_F(SqliteOpen, IsOfNoMoreUseWhenALinkLeadsToAnotherFile) {
    fs::create_directory(folder / "old");
    fs::create_directory(folder / "new");
    fs::rename(make_database("WAL"), folder / "old/made");
    fs::rename(make_database("WAL"), folder / "new/made");
    fs::create_directory_symlink("old", folder / "current");
    const auto connection = open(sqlite_file(folder / "current/made"));
    EXPECT_EQ(number(*connection, "SELECT id FROM t"), 7);
    fs::create_directory_symlink("new", folder / "next");
    fs::rename(folder / "next", folder / "current");
    EXPECT_FALSE(connection->usable());
}

TEST_F(SqliteOpen, TakesNothingFromTheLogOfAFileThatWasReplaced) {
    const fs::path path = make_database("WAL");
    fs::copy_file(path, folder / "backup");
    fs::copy_file(path, folder / "older backup");
    const auto open_another = drf_messages::sql::sqlite_connections(sqlite_file(path));
    const auto before = open_another();
    run(*before, "UPDATE t SET id = 8");
    ASSERT_GT(fs::file_size(folder / "made-wal"), 0);
    fs::rename(folder / "backup", path);
    const auto after = open_another();
    EXPECT_EQ(number(*after, "SELECT id FROM t"), 7);
    EXPECT_THAT(rows(*after, "PRAGMA integrity_check", 1), ElementsAre("ok"));
    run(*before, "UPDATE t SET id = 9");
    EXPECT_EQ(number(*open_another(), "SELECT id FROM t"), 7);
    EXPECT_TRUE(fs::exists(folder / "made-wal.replaced"));
    run(*after, "UPDATE t SET id = 10");
    fs::rename(folder / "older backup", path);
    EXPECT_EQ(number(*open_another(), "SELECT id FROM t"), 7);
    EXPECT_TRUE(fs::exists(folder / "made-wal.replaced-2"));
}

TEST_F(SqliteOpen, TakesAnEmptyFileAsAnEmptyDatabase) {
    std::ofstream(folder / "empty").flush();
    EXPECT_EQ(
        number(*open(sqlite_file(folder / "empty")), "SELECT COUNT(*) FROM sqlite_master"), 0
    );
}

TEST_F(SqliteOpen, ChoosesDurabilityAndForeignKeys) {
    const auto connection = open(sqlite_file(folder / "db", true));
    EXPECT_THAT(rows(*connection, "PRAGMA journal_mode", 1), ElementsAre("wal"));
    EXPECT_THAT(rows(*connection, "PRAGMA synchronous", 1), ElementsAre("2"));
    EXPECT_THAT(rows(*connection, "PRAGMA foreign_keys", 1), ElementsAre("1"));
}

TEST_F(SqliteOpen, TurnsADatabaseThatDjangoMadeIntoOneWithALog) {
    const fs::path path = make_database("DELETE");
    EXPECT_THAT(rows(*open(sqlite_file(path)), "PRAGMA journal_mode", 1), ElementsAre("wal"));
}

TEST_F(SqliteOpen, RunsTheInitCommandOnEachConnection) {
    auto options = sqlite_file(folder / "db", true);
    options.init_command = "PRAGMA cache_size = 17; PRAGMA temp_store = MEMORY;";
    EXPECT_THAT(rows(*open(options), "PRAGMA cache_size", 1), ElementsAre("17"));
    options.init_command = "PRAGMA Cache_Size = 18";
    EXPECT_THAT(rows(*open(options), "PRAGMA cache_size", 1), ElementsAre("18"));
    options.init_command = "BEGIN";
    EXPECT_THAT(refusal(options), HasSubstr("init_command: it leaves a transaction open"));
    options.init_command = "nonsense";
    EXPECT_THAT(refusal(options), HasSubstr("init_command: "));
}

TEST_F(SqliteOpen, KeepsTheSameMemoryForPagesHoweverManyConnectionsThereAre) {
    const auto open_another =
        drf_messages::sql::sqlite_connections(sqlite_file(folder / "db", true));
    const auto kib = [](Connection& connection) {
        return -number(connection, "SELECT cache_size FROM pragma_cache_size");
    };
    const auto first = open_another();
    EXPECT_EQ(kib(*first), 6'000);
    {
        const auto second = open_another();
        EXPECT_EQ(kib(*second), 3'000);
        EXPECT_EQ(kib(*first), 3'000);
    }
    EXPECT_EQ(kib(*first), 6'000);
    std::vector<std::unique_ptr<Connection>> many(20);
    std::generate(many.begin(), many.end(), open_another);
    EXPECT_EQ(kib(*first), 300);
}

TEST_F(SqliteOpen, ReadsAFileThatMayNotBeWritten) {
    const fs::path path = make_database("DELETE");
    allow(path, fs::perms(0444));
    expect_readable_but_read_only(path);
}

TEST_F(SqliteOpen, IsOfNoMoreUseWhereItWasOpenedForReadingOnly) {
    const fs::path path = make_database("WAL");
    allow(path, fs::perms(0444));
    {
        const Unprivileged nobody;
        EXPECT_FALSE(open(sqlite_file(path))->usable()) << "it may be allowed to write by now";
    }
    auto options = sqlite_file(path);
    options.read_only = true;
    const auto asked = open(options);
    EXPECT_TRUE(asked->usable());
    EXPECT_EQ(number(*asked, "SELECT id FROM t"), 7);
    EXPECT_THROW(run(*asked, "INSERT INTO t VALUES (8)"), Error);
}

TEST_F(SqliteOpen, IsNotKeptWhereWhatOthersWriteIsNotSeen) {
    const fs::path path = make_database("WAL");
    auto by_name = sqlite_file(path);
    by_name.read_only = true;
    by_name.uri_parameters = "immutable=1";
    EXPECT_FALSE(open(by_name)->usable());
    by_name.uri_parameters = "mode=ro";
    allow(path, fs::perms(0444));
    for (const fs::perms folders : {fs::perms::all, fs::perms::all & ~fs::perms(0222)}) {
        allow(folder.path(), folders);
        const Unprivileged nobody;
        EXPECT_FALSE(open(by_name)->usable()) << "read without a log, as if nobody wrote";
    }
    allow(folder.path(), fs::perms::all);
    EXPECT_TRUE(open(by_name)->usable());
}

TEST_F(SqliteOpen, DoesNotReadWhatWasHalfWritten) {
    const fs::path path = make_database("DELETE");
    std::ofstream(folder / "made-journal") << std::string(1024, 'x');
    allow(path, fs::perms(0444));
    allow(folder.path(), fs::perms::all & ~fs::perms(0222));
    const Unprivileged nobody;
    EXPECT_THAT(refusal(sqlite_file(path)), testing::Not("opened"));
}

TEST_F(SqliteOpen, TakesNoLockFromThoseWhoHaveTheFileOpen) {
    const fs::path path = make_database("DELETE");
    allow(path, fs::perms(0444));
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    const auto is_locked = [file] {
        struct flock lock {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        return ::fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    };
    {
        const Unprivileged nobody;
        const auto reader = open(sqlite_file(path));
        EXPECT_FALSE(is_locked());
        reader->query({"read", "SELECT id FROM t"}, {}, [&](const drf_messages::sql::Row&) {
            EXPECT_TRUE(is_locked());
            open(sqlite_file(path));
            EXPECT_TRUE(is_locked());
        });
    }
    ::close(file);
}

TEST_F(SqliteOpen, PassesOnWhatAUriAsksFor) {
    for (const char* const name : {"a?b#c%d", "file:e", " "}) {
        auto options = sqlite_file(folder / name, true);
        options.uri_parameters = "nolock=1";
        const auto connection = open(options);
        EXPECT_TRUE(fs::exists(folder / name));
        EXPECT_THAT(rows(*connection, "PRAGMA journal_mode", 1), ElementsAre("delete"));
    }
    auto options = sqlite_file(folder / "db", true);
    options.uri_parameters = "vfs=there-is-none";
    EXPECT_THAT(refusal(options), HasSubstr("no such vfs: there-is-none"));
}

TEST_F(SqliteOpen, SharesMemoryWhereTheUriSaysSo) {
    SqliteOptions options;
    options.path = "shared by a test";
    options.in_memory = true;
    options.uri_parameters = "mode=memory&cache=shared";
    const auto first = open(options);
    first->run_script({"create", "CREATE TABLE t (id integer); INSERT INTO t VALUES (7)"});
    EXPECT_EQ(number(*open(options), "SELECT id FROM t"), 7);
    EXPECT_FALSE(fs::exists(options.path));
}

TEST_F(SqliteOpen, ReadsAFileWithALogInAFolderThatMayNotBeWritten) {
    const fs::path path = make_database("WAL");
    allow(path, fs::perms(0444));
    allow(folder.path(), fs::perms::all & ~fs::perms(0222));
    expect_readable_but_read_only(path);
}

TEST_F(SqliteOpen, ReadsAWritableFileInAFolderThatMayNotBeWritten) {
    for (const char* const mode : {"WAL", "DELETE"}) {
        const fs::path path = make_database(mode);
        allow(path, fs::perms(0666));
        allow(folder.path(), fs::perms::all & ~fs::perms(0222));
        expect_readable_but_read_only(path);
        allow(folder.path(), fs::perms::all);
        fs::remove(path);
    }
}

} // namespace
