// SPDX-License-Identifier: MIT
#include "server/reactor.hpp"

#include "server/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <string>
#include <tuple>
#include <utility>

namespace drf_messages::server {

namespace {

using namespace std::chrono_literals;

/// How often deadlines are looked at: one timer for all connections is cheaper than setting one a
/// request anew.
SteadyClock::duration tick_for(const ServerOptions& options) {
    const auto shortest = std::min(
        {options.header_timeout,
         options.body_timeout,
         options.keep_alive_timeout,
         options.write_timeout,
         options.drain_timeout}
    );
    return std::clamp<SteadyClock::duration>(shortest / 8, 5ms, 250ms);
}

/// As long as this between two requests is not idle: the next one may be on its way, and a client
/// that has just come has had no time for its first.
constexpr auto on_its_way = 1s;

/// So many of those that may make room are looked for at a time, or a share of them, so that one
/// more client costs the same however many connections there are.
constexpr std::size_t least_candidates = 64;
constexpr std::size_t share_of_candidates = 16;

/// How long nobody is looked for after nobody has made room, so that many who come to a server that
/// is full of work cost it little. Who does not find a place waits longer than this.
constexpr auto search_pause = 10ms;

} // namespace

Reactor::Reactor(Shared& shared)
    : shared_(shared), work_(context_.get_executor()), timer_(context_.get_executor()),
      tick_(tick_for(shared.options)),
      streams_(
          context_,
          shared,
          [this](int descriptor) { take_back(descriptor); },
          [this](std::uint64_t stream) { end_slow_answers(nullptr, stream); }
      ) {}

void Reactor::run() {
    schedule_sweep();
    while (!context_.stopped()) {
        try {
            context_.run();
        } catch (const std::exception& error) {
            shared_.log(LogLevel::error, std::string("server: ") + error.what());
        }
    }
}

void Reactor::ask_for_life() {
    lives_.store(false, std::memory_order_release);
    asio::post(context_, [this] { lives_.store(true, std::memory_order_release); });
}

void Reactor::admit(const std::shared_ptr<Connection>& connection) {
    auto& spare = shared_.spare_places;
    if (find_place(*connection) || connection->take_place(spare) ||
        (make_room(spare) && connection->take_place(spare))) {
        connection->start();
    }
}

bool Reactor::find_place(Connection& connection) {
    auto& places = shared_.places;
    if (connection.take_place(places)) {
        return true;
    }
    if (full_.is_due()) {
        shared_.log(
            LogLevel::warning,
            fmt::format(
                "server: all {} connections are in use; for each new one that is closed which has "
                "waited longest for its client",
                places.number()
            )
        );
    }
    const auto now = SteadyClock::now();
    if (now < next_search_) {
        return false;
    }
    if (make_room(places) && connection.take_place(places)) {
        return true;
    }
    next_search_ = now + search_pause;
    const auto before = now - on_its_way; // who has come just now stays
    for (auto* const other : shared_.reactors) {
        if (other != this) {
            asio::post(other->context(), [other, &places, before] {
                other->make_room(places, before);
            });
        }
    }
    return false;
}

bool Reactor::let_wait_for_place(std::shared_ptr<Connection> connection) {
    if (waiting_for_place_.size() >= spare_connections / 2) {
        return false; // the others are for what is urgent
    }
    waiting_for_place_.push_back(std::move(connection));
    return true;
}

bool Reactor::make_room(const Places& places, SteadyClock::time_point before) {
    auto& candidates = candidates_[&places];
    if (candidates.found_at + on_its_way < SteadyClock::now()) {
        candidates.all.clear();
    }
    for (bool has_looked = false;; has_looked = true) {
        while (!candidates.all.empty()) {
            const auto candidate = candidates.all.back();
            candidates.all.pop_back();
            const auto found = connections_.find(candidate.connection);
            if (found == connections_.end() || found->second->waiting() != candidate.waiting) {
                continue;
            }
            const auto connection = found->second;
            if (connection->has_place(places) && candidate.waiting.since() < before &&
                connection->make_room()) {
                return true;
            }
        }
        if (has_looked) {
            return false;
        }
        candidates = find_candidates(places);
    }
}

Reactor::Candidates Reactor::find_candidates(const Places& places) const {
    Candidates found{{}, SteadyClock::now()};
    for (const auto& [connection, owner] : connections_) {
        const auto waiting = connection->waiting();
        if (connection->has_place(places) && waiting.is_any()) {
            found.all.push_back({connection, waiting});
        }
    }
    const auto order = [now = found.found_at](const Waiting& waiting) {
        const bool is_idle =
            waiting.is_for(Waiting::For::request) && waiting.since() + on_its_way <= now;
        return std::tuple(waiting.is_for(Waiting::For::turn), !is_idle, waiting.since());
    };
    auto& all = found.all;
    const auto number = static_cast<std::ptrdiff_t>(
        std::min(all.size(), std::max(least_candidates, all.size() / share_of_candidates))
    );
    std::partial_sort(
        all.rbegin(),
        all.rbegin() + number,
        all.rend(),
        [&](const Candidate& one, const Candidate& other) {
            return order(one.waiting) < order(other.waiting);
        }
    );
    all.erase(all.begin(), all.end() - number);
    return found;
}

void Reactor::count_answer(std::size_t before, std::size_t now) noexcept {
    answers_under_way_ -= before;
    answers_under_way_ += now;
}

void Reactor::end_slow_answers(const Connection* newest, std::uint64_t newest_stream) {
    const auto limit = shared_.options.answers_limit_bytes / shared_.reactors.size();
    while (answers_under_way_ + streams_.untaken_bytes() > limit) {
        const auto answer = find_slowest_answer(newest);
        const auto stream = streams_.slowest(newest_stream);
        if (!answer && !stream) {
            return; // a single one may be larger
        }
        if (full_of_answers_.is_due()) {
            shared_.log(
                LogLevel::warning,
                fmt::format(
                    "server: answers of one I/O thread that clients take slowly have more than {} "
                    "bytes; for each new one that is closed whose client has been taking it for "
                    "longest",
                    limit
                )
            );
        }
        if (stream && (!answer || stream->second < answer->waiting().since())) {
            streams_.close(stream->first);
        } else {
            answer->cut();
        }
    }
}

std::shared_ptr<Connection> Reactor::find_slowest_answer(const Connection* newest) const {
    std::shared_ptr<Connection> slowest;
    for (const auto& [key, connection] : connections_) {
        if (key != newest && connection->answer_bytes() > 0 &&
            (!slowest || connection->waiting().since() < slowest->waiting().since())) {
            slowest = connection;
        }
    }
    return slowest;
}

void Reactor::add(std::shared_ptr<Connection> connection) {
    connections_.emplace(connection.get(), std::move(connection));
}

void Reactor::remove(Connection& connection) {
    connections_.erase(&connection);
    stop_when_drained();
}

void Reactor::stop_when_drained() {
    if (drain_deadline_ && connections_.empty() && streams_.is_empty()) {
        context_.stop();
    }
}

/// A stream has ended, and its client may ask again.
void Reactor::take_back(int descriptor) {
    Endpoint local;
    Endpoint peer;
    auto local_size = static_cast<socklen_t>(local.capacity());
    auto peer_size = static_cast<socklen_t>(peer.capacity());
    boost::system::error_code failed;
    Socket socket(context_.get_executor());
    if (::getsockname(descriptor, local.data(), &local_size) == 0 &&
        ::getpeername(descriptor, peer.data(), &peer_size) == 0) {
        local.resize(local_size);
        peer.resize(peer_size);
        socket.assign(local.protocol(), descriptor, failed);
    }
    if (failed || !socket.is_open()) {
        ::close(descriptor);
        return;
    }
    admit(std::make_shared<Connection>(shared_, *this, std::move(socket), local, peer));
}

void Reactor::drain(SteadyClock::time_point deadline) {
    drain_deadline_ = drain_deadline_ ? std::min(*drain_deadline_, deadline) : deadline;
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& entry : connections_) {
        all.push_back(entry.second);
    }
    for (const auto& connection : all) {
        connection->drain();
    }
    streams_.drain();
    stop_when_drained();
}

void Reactor::schedule_sweep() {
    timer_.expires_after(tick_);
    timer_.async_wait([this](const boost::system::error_code& ec) {
        if (!ec) {
            schedule_sweep();
            sweep();
        }
    });
}

void Reactor::sweep() {
    const auto now = SteadyClock::now();
    const bool cut = drain_deadline_ && *drain_deadline_ <= now;
    for (const auto& entry : connections_) {
        if (cut || entry.second->deadline() <= now) {
            expired_.push_back(entry.second);
        }
    }
    for (const auto& connection : expired_) {
        if (cut) {
            connection->cut();
        } else {
            connection->on_deadline();
        }
    }
    expired_.clear();
    if (cut) {
        streams_.cut();
    } else {
        streams_.sweep(now);
    }
    stop_when_drained();
    for (const auto& connection : std::exchange(waiting_for_place_, {})) {
        connection->ask_again_for_place();
    }
    look_after_waiting();
}

/// While every worker is busy nobody would see that an urgent request has arrived.
void Reactor::look_after_waiting() {
    for (auto i = connections_.size(); i > 0 && shared_.workers.all_busy(); --i) {
        auto connection = shared_.workers.ready().poll_arrived();
        if (!connection) {
            return;
        }
        Connection::read_for_workers(std::move(connection));
    }
}

} // namespace drf_messages::server
