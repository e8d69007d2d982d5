// SPDX-License-Identifier: MIT
// How many messages, each with a tag, SQLite takes in a second from threads that do nothing else:
// each in a commit of its own, or those that wait together in one (group commit).
//
//     limit_writes DATABASE each|together THREADS MICROSECONDS SECONDS
//
// Each fdatasync takes at least the microseconds. Prints one line of JSON; `sync` is what the
// fdatasync of a commit took on average, in microseconds.
#include <sqlite3.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

microseconds sync_takes{0};
std::atomic<std::int64_t> syncs{0};
std::atomic<std::int64_t> sync_microseconds{0};

} // namespace

/// Takes the place of the C library's, for SQLite too.
extern "C" [[gnu::visibility("default")]] int fdatasync(int descriptor) {
    const auto start = Clock::now();
    const auto code = static_cast<int>(syscall(SYS_fdatasync, descriptor));
    std::this_thread::sleep_until(start + sync_takes);
    ++syncs;
    sync_microseconds += std::chrono::duration_cast<microseconds>(Clock::now() - start).count();
    return code;
}

namespace {

/// A connection, and the statements of a write.
class Writer {
public:
    explicit Writer(const char* path) {
        sqlite3* opened = nullptr;
        const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
        const int code = sqlite3_open_v2(path, &opened, flags, nullptr);
        database_.reset(opened);
        require(code == SQLITE_OK);
        run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = FULL");
        const std::array<const char*, statement_count> texts{
            "BEGIN IMMEDIATE",
            "INSERT INTO drf_messages_message (user_id, view, message, level, created) VALUES (?1,"
            " '', 'The report was saved', 20, '2024-01-01 10:00:00')",
            "INSERT INTO drf_messages_messagetag (message_id, text) VALUES"
            " (last_insert_rowid(), 'report')",
            "COMMIT"};
        for (std::size_t i = 0; i < texts.size(); ++i) {
            sqlite3_stmt* prepared = nullptr;
            require(
                sqlite3_prepare_v2(database_.get(), texts[i], -1, &prepared, nullptr) == SQLITE_OK
            );
            statements_[i].reset(prepared);
        }
    }

    void begin() { step(0); }
    void insert(std::int64_t user) {
        sqlite3_bind_int64(statements_[1].get(), 1, user);
        step(1);
        step(2);
    }
    void commit() { step(3); }

private:
    static constexpr std::size_t statement_count = 4;

    struct Close {
        void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };

    void require(bool ok) const {
        if (!ok) {
            throw std::runtime_error(sqlite3_errmsg(database_.get()));
        }
    }
    void run(const char* text) {
        require(sqlite3_exec(database_.get(), text, nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    void step(std::size_t which) {
        require(sqlite3_step(statements_[which].get()) == SQLITE_DONE);
        sqlite3_reset(statements_[which].get());
    }

    std::unique_ptr<sqlite3, Close> database_;
    std::array<std::unique_ptr<sqlite3_stmt, Close>, statement_count> statements_;
};

class Each {
public:
    explicit Each(const char* path) : writer_(path) {}

    void write(std::int64_t user) {
        const std::lock_guard lock(mutex_);
        writer_.begin();
        writer_.insert(user);
        writer_.commit();
    }

private:
    std::mutex mutex_;
    Writer writer_;
};

/// Whoever finds nobody writing commits for all who wait.
class Together {
public:
    explicit Together(const char* path) : writer_(path) {}

    void write(std::int64_t user) {
        std::unique_lock lock(mutex_);
        waiting_.push_back(user);
        const std::uint64_t mine = batch_;
        written_.wait(lock, [&] { return is_written(mine) || !writes_; });
        if (is_written(mine)) {
            return;
        }
        writes_ = true;
        const std::vector<std::int64_t> users = std::exchange(waiting_, {});
        ++batch_;
        lock.unlock();
        writer_.begin();
        for (const std::int64_t each : users) {
            writer_.insert(each);
        }
        writer_.commit();
        lock.lock();
        writes_ = false;
        written_batches_ = mine + 1;
        written_.notify_all();
    }

private:
    bool is_written(std::uint64_t batch) const { return batch < written_batches_; }

    Writer writer_;
    std::mutex mutex_;
    std::condition_variable written_;
    std::vector<std::int64_t> waiting_; ///< of the batch that is gathered
    std::uint64_t batch_ = 0;           ///< its number
    std::uint64_t written_batches_ = 0;
    bool writes_ = false;
};

template<class Commits>
void measure(const char* path, int thread_count, Clock::duration time) {
    Commits commits(path);
    std::atomic<std::int64_t> written{0};
    const auto start = Clock::now();
    std::vector<std::thread> threads;
    for (int number = 1; number <= thread_count; ++number) {
        threads.emplace_back([&, number] {
            for (; Clock::now() < start + time; ++written) {
                commits.write(number);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    const auto took = std::chrono::duration_cast<microseconds>(Clock::now() - start);
    std::cout << "{\"requests\":" << written << ",\"microseconds\":" << took.count()
              << ",\"sync\":" << sync_microseconds / std::max<std::int64_t>(syncs, 1) << "}\n";
}

} // namespace

int main(int count, char** arguments) {
    const std::string_view how = count == 6 ? arguments[2] : "";
    if (how != "each" && how != "together") {
        std::cerr << "limit_writes DATABASE each|together THREADS MICROSECONDS SECONDS\n";
        return 2;
    }
    try {
        const int threads = std::stoi(arguments[3]);
        sync_takes = microseconds(std::stoll(arguments[4]));
        const std::chrono::duration<double> seconds(std::stod(arguments[5]));
        const auto time = std::chrono::duration_cast<Clock::duration>(seconds);
        how == "each" ? measure<Each>(arguments[1], threads, time)
                      : measure<Together>(arguments[1], threads, time);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "limit_writes: " << error.what() << '\n';
        return 1;
    }
}
