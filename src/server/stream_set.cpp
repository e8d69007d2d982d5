// SPDX-License-Identifier: MIT
#include "server/stream_set.hpp"

#include "server/access_log.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <deque>
#include <exception>
#include <iterator>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace drf_messages::server {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Bytes that a stream may have on their way to its client.
constexpr std::size_t longest_piece = 64 * 1024;

/// Pieces of one stream that others wait for.
constexpr int pieces_at_once = 8;

/// Streams that have news are asked so many at a time; who else waits for the thread comes between.
constexpr std::size_t asked_at_once = 4;

/// How long an ended one waits for its client to take what was said.
constexpr auto linger_time = 2s;

int make_epoll() {
    const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0) {
        throw std::system_error(errno, std::generic_category(), "epoll_create1");
    }
    return descriptor;
}

void frame(std::string& out, std::string piece, bool chunked) {
    if (chunked) {
        constexpr std::size_t longest_frame = 20; // the size and two ends of a line
        out.clear();
        out.reserve(piece.size() + longest_frame); // or the last byte doubles what is kept
        fmt::format_to(std::back_inserter(out), "{:x}\r\n", piece.size());
        out.append(piece).append("\r\n");
    } else {
        out = std::move(piece);
    }
}

} // namespace

/// Whose streams have news, from any thread, also when the set has long gone.
class StreamSet::Wakes : public std::enable_shared_from_this<Wakes> {
public:
    explicit Wakes(StreamSet& set) : set_(&set) {}

    void add(std::uint64_t id) {
        const std::lock_guard lock(mutex_);
        if (set_ == nullptr) {
            return;
        }
        ids_.push_back(id);
        if (ids_.size() == 1) {
            come();
        }
    }

    void close() {
        const std::lock_guard lock(mutex_);
        set_ = nullptr;
    }

private:
    /// Under the mutex. Somebody is on the way as long as there are ids.
    void come() {
        asio::post(set_->context_, [self = shared_from_this()] { self->arrive(); });
    }

    void arrive() {
        std::vector<std::uint64_t> ids;
        StreamSet* set = nullptr;
        {
            const std::lock_guard lock(mutex_);
            set = set_; // goes on the same thread
            if (set == nullptr) {
                return;
            }
            const auto end = ids_.begin() + std::ptrdiff_t(std::min(ids_.size(), asked_at_once));
            ids.assign(ids_.begin(), end);
            ids_.erase(ids_.begin(), end);
            if (!ids_.empty()) {
                come();
            }
        }
        for (const auto id : ids) {
            set->on_wake(id);
        }
    }

    std::mutex mutex_;
    StreamSet* set_;
    std::deque<std::uint64_t> ids_;
};

struct StreamSet::Waker {
    std::shared_ptr<Wakes> wakes;
    std::uint64_t id;
    std::atomic<bool> is_on_its_way{false};

    void wake() {
        if (!is_on_its_way.exchange(true)) {
            wakes->add(id);
        }
    }
};

StreamSet::StreamSet(asio::io_context& context, Shared& shared, ComeBack come_back, Stall stall)
    : context_(context), shared_(shared), come_back_(std::move(come_back)),
      stall_(std::move(stall)), epoll_(context.get_executor(), make_epoll()),
      wakes_(std::make_shared<Wakes>(*this)) {}

StreamSet::~StreamSet() {
    wakes_->close();
    cut();
}

void StreamSet::add(int descriptor, HandedStream handed) {
    const auto id = ++last_id_;
    auto waker = std::make_shared<Waker>();
    waker->wakes = wakes_;
    waker->id = id;
    const auto stream = handed.stream;
    entries_.emplace(id, Entry{descriptor, std::move(handed), waker});
    // finds who has gone without a word
    const auto most = static_cast<unsigned>(shared_.options.write_timeout.count());
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &most, sizeof(most));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = id;
    if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
        return close(id);
    }
    wait();
    try {
        stream->start([waker] { waker->wake(); });
    } catch (const std::exception& error) {
        shared_.log(LogLevel::error, std::string("server: the stream failed: ") + error.what());
        return close(id);
    }
    ask(id);
}

void StreamSet::wait() {
    if (entries_.empty() || std::exchange(is_waiting_, true)) {
        return;
    }
    epoll_.async_wait(
        asio::posix::descriptor_base::wait_read,
        [this](const boost::system::error_code& ec) {
            if (ec != asio::error::operation_aborted) {
                is_waiting_ = false;
                look();
            }
        }
    );
}

void StreamSet::look() {
    std::array<epoll_event, 256> events{};
    const int count = ::epoll_wait(epoll_.native_handle(), events.data(), int(events.size()), 0);
    for (int i = 0; i < count; ++i) {
        on_event(events[std::size_t(i)].data.u64, events[std::size_t(i)].events);
    }
    wait();
}

void StreamSet::on_event(std::uint64_t id, std::uint32_t events) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) {
        return;
    }
    auto& entry = found->second;
    if (entry.is_lingering) {
        return discard(id, entry);
    }
    // whoever listens to a stream keeps the own side open, as browsers and proxies do
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
        return close(id);
    }
    if ((events & EPOLLIN) != 0) {
        int unread = 0;
        if (::ioctl(entry.descriptor, FIONREAD, &unread) == 0 &&
            unread > int(shared_.options.header_limit_bytes)) {
            return close(id); // who sends more than a request does not listen
        }
    }
    if ((events & EPOLLOUT) != 0 && !entry.out.empty() && send(id, entry)) {
        ask(id);
    }
}

void StreamSet::on_wake(std::uint64_t id) {
    const auto found = entries_.find(id);
    if (found != entries_.end()) {
        found->second.waker->is_on_its_way = false;
        ask(id);
    }
}

/// What the stream has to say, as long as its client takes it.
void StreamSet::ask(std::uint64_t id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) {
        return;
    }
    auto& entry = found->second;
    try {
        for (int i = 0; i < pieces_at_once && entry.out.empty() && !entry.is_ending; ++i) {
            if (shared_.draining && !std::exchange(entry.is_told, true)) {
                entry.handed.stream->drain();
            }
            auto piece = entry.handed.stream->read(longest_piece);
            if (!piece || (piece->empty() && entry.is_told)) {
                return end(id, entry);
            }
            if (piece->empty()) {
                return;
            }
            entry.body_bytes += piece->size();
            frame(entry.out, *std::move(piece), entry.handed.is_chunked);
            if (!send(id, entry)) {
                return;
            }
        }
        entry.waker->wake(); // others come first
    } catch (const std::exception& error) {
        shared_.log(LogLevel::error, std::string("server: the stream failed: ") + error.what());
        close(id);
    }
}

/// Whether all is out and the stream goes on; the entry is gone when it has ended.
bool StreamSet::send(std::uint64_t id, Entry& entry) {
    while (entry.sent < entry.out.size()) {
        const auto count = ::send(
            entry.descriptor,
            entry.out.data() + entry.sent,
            entry.out.size() - entry.sent,
            MSG_DONTWAIT | MSG_NOSIGNAL
        );
        if (count > 0) {
            entry.sent += std::size_t(count);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (entry.deadline == Time::max()) {
                set_deadline(id, entry, Clock::now() + shared_.options.write_timeout);
                stall_(id);
            }
            return false;
        } else if (errno != EINTR) {
            close(id);
            return false;
        }
    }
    set_deadline(id, entry, Time::max());
    std::string().swap(entry.out);
    entry.sent = 0;
    if (entry.is_ending) {
        finish(id);
        return false;
    }
    return true;
}

/// As long as it has one, `out` stays what it is.
void StreamSet::set_deadline(std::uint64_t id, Entry& entry, Time deadline) {
    if (entry.deadline != Time::max()) {
        deadlines_.erase({entry.deadline, id});
        untaken_bytes_ -= entry.out.capacity();
    }
    entry.deadline = deadline;
    if (deadline != Time::max()) {
        deadlines_.emplace(deadline, id);
        untaken_bytes_ += entry.out.capacity();
    }
}

/// The stream has said everything.
void StreamSet::end(std::uint64_t id, Entry& entry) {
    entry.is_ending = true;
    entry.handed.stream = nullptr;
    if (!entry.handed.is_chunked) {
        return finish(id);
    }
    entry.out = "0\r\n\r\n";
    send(id, entry);
}

void StreamSet::finish(std::uint64_t id) {
    const auto found = entries_.find(id);
    auto& entry = found->second;
    if (entry.handed.keep_alive && !shared_.draining) {
        tell(entry);
        const int descriptor = entry.descriptor;
        ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, descriptor, nullptr);
        entries_.erase(found);
        shared_.stream_places.give_back();
        return come_back_(descriptor);
    }
    // Closing with unread bytes would make TCP throw away what the client has not read yet.
    ::shutdown(entry.descriptor, SHUT_WR);
    entry.is_lingering = true;
    set_deadline(id, entry, Clock::now() + linger_time);
    discard(id, entry);
}

void StreamSet::discard(std::uint64_t id, Entry& entry) {
    std::array<char, 4096> bytes{};
    while (true) {
        const auto count = ::recv(entry.descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return;
        }
        if (count == 0 || (count < 0 && errno != EINTR)) {
            return close(id);
        }
    }
}

void StreamSet::close(std::uint64_t id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) {
        return;
    }
    set_deadline(id, found->second, Time::max());
    auto entry = std::move(found->second);
    entries_.erase(found);
    ::close(entry.descriptor);
    shared_.stream_places.give_back();
    entry.handed.stream = nullptr;
    tell(entry);
}

/// The line of the log, and whoever wants to know.
void StreamSet::tell(const Entry& entry) const noexcept {
    try {
        const auto& options = shared_.options;
        // what the client has not taken does not count
        const auto left = entry.is_ending ? 0 : entry.out.size() - entry.sent;
        const Answered answered{
            entry.handed.request,
            entry.handed.status,
            entry.body_bytes - std::min(entry.body_bytes, left),
            Clock::now() - entry.handed.began,
            entry.handed.route,
            true};
        if (options.observe) {
            options.observe(answered);
        }
        if (options.access_log) {
            const auto& form = options.access_log_form;
            const auto line = form.line ? form.line(answered)
                                        : access_line(answered, options.trust_forwarded_for);
            form.write ? form.write(line) : shared_.log(LogLevel::info, line);
        }
    } catch (...) {
        // there is nobody else to tell
    }
}

void StreamSet::sweep(Time now) {
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        close(deadlines_.begin()->second);
    }
}

std::optional<std::pair<std::uint64_t, StreamSet::Time>> StreamSet::slowest(std::uint64_t but
) const {
    const auto found = std::find_if(deadlines_.begin(), deadlines_.end(), [&](const auto& one) {
        return one.second != but && !entries_.at(one.second).is_lingering;
    });
    return found == deadlines_.end()
               ? std::nullopt
               : std::optional(
                     std::pair(found->second, found->first - shared_.options.write_timeout)
                 );
}

void StreamSet::drain() {
    std::vector<std::uint64_t> all;
    for (const auto& [id, entry] : entries_) {
        all.push_back(id);
    }
    for (const auto id : all) {
        ask(id);
    }
}

void StreamSet::cut() {
    while (!entries_.empty()) {
        close(entries_.begin()->first);
    }
}

} // namespace drf_messages::server
