// SPDX-License-Identifier: MIT
#include "cli/log.hpp"
#include "cli/log_file.hpp"
#include "support/temp_folder.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace drf_messages::cli {
namespace {

using testing::MatchesRegex;

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A pipe as standard error of a process whose reader reads when it likes to.
class Pipe {
public:
    Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
    ~Pipe() {
        close_writer();
        ::close(ends_[0]);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    int writer() const { return ends_[1]; }
    void close_writer() {
        if (ends_[1] >= 0) {
            ::close(ends_[1]);
            ends_[1] = -1;
        }
    }
    /// All that comes until the writer is closed.
    std::string read() const {
        std::string all;
        std::array<char, 65536> part{};
        for (ssize_t count = 0; (count = ::read(ends_[0], part.data(), part.size())) > 0;) {
            all.append(part.data(), static_cast<std::size_t>(count));
        }
        return all;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

/// A file that is open for writing.
class Descriptor {
public:
    Descriptor(const std::filesystem::path& path, int flags)
        : number_(::open(path.c_str(), flags | O_WRONLY | O_CREAT, 0640)) {
        EXPECT_GE(number_, 0) << path;
    }
    ~Descriptor() { ::close(number_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return number_; }

private:
    int number_;
};

TEST(Log, HasWrittenEveryLineWithItsLevelWhenItEnds) {
    Pipe pipe;
    {
        Log log(pipe.writer());
        const LogSink sink = log.sink();
        sink(LogLevel::debug, "one");
        sink(LogLevel::info, "two");
        sink(LogLevel::warning, "three");
        sink(LogLevel::error, "four");
    }
    pipe.close_writer();
    EXPECT_THAT(
        pipe.read(),
        MatchesRegex(
            "[^ \n]+ debug one\n[^ \n]+ info two\n[^ \n]+ warning three\n[^ \n]+ error four\n"
        )
    );
}

TEST(Log, KeepsNobodyWaitingWhileItIsNotReadAndCountsWhatIsMissing) {
    constexpr int each = 20'000;
    const std::string text(300, 'x');
    Pipe pipe;
    std::string read;
    std::thread reader;
    {
        Log log(pipe.writer());
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&text, sink = log.sink()] {
                for (int line = 0; line < each; ++line) {
                    sink(LogLevel::info, text);
                }
            });
        }
        for (auto& thread : threads) {
            thread.join();
        }
        // only now does somebody read
        reader = std::thread([&] { read = pipe.read(); });
    }
    pipe.close_writer();
    reader.join();

    const std::regex whole("[^ ]+ info x{300}");
    const std::regex missing("[^ ]+ warning log: ([0-9]+) lines are missing here, which could not "
                             "be written");
    std::istringstream lines(read);
    std::uint64_t written = 0;
    std::uint64_t lost = 0;
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (std::regex_match(line, found, missing)) {
            lost += std::stoull(found[1]);
        } else {
            EXPECT_TRUE(std::regex_match(line, whole)) << line;
            ++written;
        }
    }
    EXPECT_EQ(written + lost, std::uint64_t{4} * each);
    EXPECT_GT(written, 2'000U);
    EXPECT_GT(lost, 0U);
}

TEST(Log, IsLostWithoutHarmWhenItsReaderIsGone) {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    ::close(ends[0]);
    {
        Log log(ends[1]);
        log.sink()(LogLevel::error, "to nobody");
    }
    ::close(ends[1]);
}

/// A limit on how long files of this process may grow, as a full disk is one.
class FileLimit {
public:
    explicit FileLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    }
    ~FileLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;

private:
    rlimit before_{};
};

TEST(LogFile, GoesOnInALineOfItsOwnWhenTheDiskHasRoomAgain) {
    const test::TempFolder folder;
    const Descriptor descriptor(folder / "log", O_APPEND);
    LogFile file(descriptor.number());
    {
        const FileLimit full(9);
        EXPECT_EQ(file.write("first\nsecond\nthird\n"), 2U);
        EXPECT_EQ(file.write("fourth\n"), 1U);
    }
    EXPECT_EQ(file.write("fifth\nsixth\n"), 0U);
    EXPECT_EQ(text_of(folder / "log"), "first\nsec\nfifth\nsixth\n");
}

TEST(LogFile, WritesALineOfAnyLength) {
    const test::TempFolder folder;
    const Descriptor descriptor(folder / "log", O_APPEND);
    LogFile file(descriptor.number());
    const std::string lines =
        "short\n" + std::string(5'000, 'x') + "\n" + std::string(4'095, 'y') + "\nlast\n";
    EXPECT_EQ(file.write(lines), 0U);
    EXPECT_EQ(text_of(folder / "log"), lines);
}

TEST(LogFile, WaitsForWhoeverReadsAPipeThatDoesNotBlock) {
    Pipe pipe;
    ::fcntl(pipe.writer(), F_SETFL, O_NONBLOCK);
    std::string lines;
    while (lines.size() < 200'000) {
        lines += "a line of the log\n";
    }
    std::string read;
    std::thread reader([&] { read = pipe.read(); });
    EXPECT_EQ(LogFile(pipe.writer()).write(lines), 0U);
    pipe.close_writer();
    reader.join();
    EXPECT_EQ(read, lines);
}

TEST(LogFile, IsOpenedAgainByTheNameThatItHadAtFirst) {
    const test::TempFolder folder;
    const Descriptor descriptor(folder / "log", 0);
    LogFile file(descriptor.number());
    EXPECT_EQ(file.path(), (folder / "log").string());
    file.write("before\n");
    std::filesystem::rename(folder / "log", folder / "log.1");
    file.write("between\n");
    EXPECT_EQ(file.reopen(), std::error_code());
    file.write("after\n");
    EXPECT_EQ(text_of(folder / "log.1"), "before\nbetween\n");
    EXPECT_EQ(text_of(folder / "log"), "after\n");

    // and when nothing was moved, nothing is lost
    EXPECT_EQ(file.reopen(), std::error_code());
    file.write("last\n");
    EXPECT_EQ(text_of(folder / "log"), "after\nlast\n");
}

TEST(LogFile, StaysOpenWhenItCanNotBeOpenedAgain) {
    const test::TempFolder folder;
    const Descriptor descriptor(folder / "log", 0);
    LogFile file(descriptor.number());
    std::filesystem::rename(folder / "log", folder / "log.1");
    std::filesystem::create_directory(folder / "log");
    EXPECT_EQ(file.reopen(), std::make_error_code(std::errc::is_a_directory));
    EXPECT_EQ(file.write("after\n"), 0U);
    EXPECT_EQ(text_of(folder / "log.1"), "after\n");
}

TEST(LogFile, HasNoNameWhereItIsNone) {
    const test::TempFolder folder;
    const Descriptor removed(folder / "log", 0);
    std::filesystem::remove(folder / "log");
    const Descriptor nowhere("/dev/null", 0);
    const Pipe pipe;
    for (const int number : {removed.number(), nowhere.number(), pipe.writer(), -1}) {
        LogFile file(number);
        EXPECT_EQ(file.path(), "");
        EXPECT_EQ(file.reopen(), std::nullopt);
    }
}

} // namespace
} // namespace drf_messages::cli
