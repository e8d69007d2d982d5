// SPDX-License-Identifier: MIT
#include "sql/sqlite/piecewise_copy.hpp"

#include "sql/error.hpp"
#include "sql/sqlite/copying.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace drf_messages::sql::sqlite {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t piece_size = 256 * 1024;
constexpr std::chrono::minutes longest{1};

/// A reader's lock. SQLite takes it, and undoes first what a writer who died has left half done.
class ReaderLock {
public:
    explicit ReaderLock(sqlite3* database) : database_(database) {
        run_to_copy(database_, "BEGIN");
        try {
            run_to_copy(database_, "SELECT COUNT(*) FROM sqlite_master");
        } catch (...) {
            let_go();
            throw;
        }
    }
    ReaderLock(const ReaderLock&) = delete;
    ReaderLock& operator=(const ReaderLock&) = delete;
    ~ReaderLock() { let_go(); }

private:
    void let_go() noexcept { sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr); }

    sqlite3* database_;
};

/// The file as it is read beside SQLite.
class Source {
public:
    explicit Source(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (descriptor_ < 0) {
            throw read_error(errno);
        }
    }
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    ~Source() { ::close(descriptor_); }

    /// Brings what follows from `at` into memory, and the header; says nothing of what it is.
    void warm(std::vector<char>& buffer, off_t at) const noexcept {
        static_cast<void>(::pread(descriptor_, buffer.data(), 1, 0));
        static_cast<void>(::pread(descriptor_, buffer.data(), buffer.size(), at));
    }

    /// False where a part of it is not in memory. Of a file system that cannot tell, it is taken
    /// that what was just read is.
    bool read(char* to, std::size_t length, off_t at) const {
        while (length > 0) {
            const ssize_t done = read_some(to, length, at);
            if (done < 0 && errno == EAGAIN) {
                return false;
            }
            if (done < 0 && errno != EINTR) {
                throw read_error(errno);
            }
            if (done == 0) {
                throw Error(
                    ErrorKind::connection_lost,
                    copy_name,
                    std::to_string(SQLITE_CORRUPT),
                    "the file is shorter than it says"
                );
            }
            const ssize_t read = std::max<ssize_t>(done, 0);
            to += read;
            at += read;
            length -= static_cast<std::size_t>(read);
        }
        return true;
    }

private:
    static Error read_error(int error) {
        return Error(
            ErrorKind::connection_lost, copy_name, {}, std::generic_category().message(error)
        );
    }

    ssize_t read_some(char* to, std::size_t length, off_t at) const noexcept {
        const iovec place{to, length};
        const ssize_t done = ::preadv2(descriptor_, &place, 1, at, RWF_NOWAIT);
        return done < 0 && (errno == EOPNOTSUPP || errno == ENOSYS)
                   ? ::pread(descriptor_, to, length, at)
                   : done;
    }

    int descriptor_;
};

/// What the file says of itself: https://www.sqlite.org/fileformat2.html
struct Header {
    std::array<char, 100> bytes{};

    bool has_log() const noexcept { return bytes[19] == 2; }
    /// By which SQLite too finds out whether somebody has written.
    std::string_view version() const noexcept { return {&bytes[24], 16}; }
};

class PiecewiseCopy {
public:
    PiecewiseCopy(sqlite3* database, const std::string& path, const NewFile& to)
        : database_(database), source_(path), to_(to.descriptor), buffer_(piece_size) {}

    bool run(Patience& patience, const CopyProgress& progress) {
        do {
            patience.reset();
            source_.warm(buffer_, at_);
            switch (read_next()) {
            case Found::piece:
                write_out();
                progress(at_ / page_size_, size_ / page_size_);
                break;
            case Found::too_little:
                give_up_in_time("the system does not keep in memory what was just read");
                break;
            case Found::another_version:
                if (at_ > 0) {
                    give_up_in_time(
                        "it is not in WAL mode, and others write into it more often than it can be "
                        "read without holding them up; run this when less is written"
                    );
                }
                begin_anew();
                break;
            case Found::log:
                begin_anew();
                return false;
            }
        } while (!is_done_);
        return true;
    }

private:
    enum class Found { piece, too_little, another_version, log };

    /// All that is done under the lock.
    Found read_next() {
        const ReaderLock lock(database_);
        Header header;
        if (!source_.read(header.bytes.data(), header.bytes.size(), 0)) {
            return Found::too_little;
        }
        if (header.has_log()) {
            return Found::log;
        }
        if (header.version() != header_.version() || page_size_ == 0) {
            header_ = header;
            page_size_ = std::stoll(first_text(database_, "PRAGMA page_size"));
            size_ = std::stoll(first_text(database_, "PRAGMA page_count")) * page_size_;
            return Found::another_version;
        }
        length_ = static_cast<std::size_t>(std::min<std::int64_t>(piece_size, size_ - at_));
        return source_.read(buffer_.data(), length_, at_) ? Found::piece : Found::too_little;
    }

    void write_out() {
        for (std::size_t done = 0; done < length_;) {
            const ssize_t written = ::write(to_, buffer_.data() + done, length_ - done);
            if (written < 0 && errno != EINTR) {
                throw write_error(errno);
            }
            done += static_cast<std::size_t>(std::max<ssize_t>(written, 0));
        }
        push_to_disk(to_);
        at_ += static_cast<std::int64_t>(length_);
        is_done_ = at_ == size_;
    }

    void begin_anew() {
        if (at_ > 0 && (::lseek(to_, 0, SEEK_SET) != 0 || ::ftruncate(to_, 0) != 0)) {
            throw write_error(errno);
        }
        at_ = 0;
    }

    void give_up_in_time(const char* reason) const {
        if (SteadyClock::now() > until_) {
            throw Error(ErrorKind::busy, copy_name, {}, reason);
        }
    }

    sqlite3* database_;
    const Source source_;
    const int to_;
    std::vector<char> buffer_;
    std::size_t length_ = 0; ///< of what is in the buffer
    Header header_;          ///< as it is with all pieces
    std::int64_t page_size_ = 0;
    std::int64_t size_ = 0;
    std::int64_t at_ = 0; ///< up to there it is written out
    bool is_done_ = false;
    const SteadyClock::time_point until_ = SteadyClock::now() + longest;
};

} // namespace

bool copy_in_pieces(
    sqlite3* source,
    const std::string& path,
    const NewFile& to,
    Patience& patience,
    const CopyProgress& progress
) {
    return PiecewiseCopy(source, path, to).run(patience, progress);
}

} // namespace drf_messages::sql::sqlite
