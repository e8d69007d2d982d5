// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/http.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

/// What the adapters share; of no use elsewhere.
namespace drf_messages::adapters::wire {

inline bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return lower(x) == lower(y);
    });
}

/// A request's target as path and query: a proxy may send "http://host/path" or "http://host?a",
/// anybody a fragment.
inline std::string origin_form(std::string_view target) {
    target = target.substr(0, target.find('#'));
    const auto scheme_end = target.find("://");
    if (!target.starts_with('/') && scheme_end != std::string_view::npos &&
        scheme_end < target.find_first_of("/?")) {
        const auto path = target.find_first_of("/?", scheme_end + 3);
        target = path == std::string_view::npos ? std::string_view() : target.substr(path);
        return (target.starts_with('/') ? "" : "/") + std::string(target);
    }
    return target.empty() ? "/" : std::string(target);
}

/// The host of a target such as "http://host/path" counts, not that of the Host field (RFC 9112,
/// 3.2.2).
/// - request: with its headers
inline void use_host_of(std::string_view target, http::Request& request) {
    const auto scheme_end = target.find("://");
    if (!target.starts_with('/') && scheme_end != std::string_view::npos &&
        scheme_end < target.find_first_of("/?#")) {
        target.remove_prefix(scheme_end + 3);
        request.headers.set("Host", std::string(target.substr(0, target.find_first_of("/?#"))));
    }
}

/// An address without port, in its usual spelling: as IPv4 if IPv6 carries an IPv4 address.
inline std::string plain_address(std::string address) {
    constexpr std::string_view mapped = "::ffff:";
    if (address.starts_with(mapped) && address.find('.') != std::string::npos) {
        address.erase(0, mapped.size());
    }
    return address;
}

/// A line break inside a value would let it add header fields, or even whole answers.
inline std::string one_line(std::string value) {
    std::replace_if(
        value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' '
    );
    return value;
}

/// Fields about the connection, which belongs to the framework.
inline bool is_of_connection(std::string_view name) {
    return same_name(name, "Connection") || same_name(name, "Keep-Alive") ||
           same_name(name, "Transfer-Encoding");
}

/// The answer in place of a stream for which there would have to be a thread.
inline http::Response no_stream() {
    http::Response response;
    response.status = 501;
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.body = "Not Implemented";
    return response;
}

/// Waits in this thread for what a stream has to say.
class Listening {
public:
    std::string whole(http::Stream& stream, bool at_once) {
        const auto news = news_;
        stream.start([news] {
            const std::lock_guard lock(news->mutex);
            news->is_there = true;
            news->arrived.notify_one();
        });
        if (at_once) {
            stream.drain();
        }
        std::string body;
        while (const auto piece = stream.read(longest_piece)) {
            body += *piece;
            if (piece->empty()) {
                if (at_once) {
                    break;
                }
                std::unique_lock lock(news->mutex);
                news->arrived.wait(lock, [&] { return news->is_there; });
                news->is_there = false;
            }
        }
        return body;
    }

private:
    static constexpr std::size_t longest_piece = 64 * 1024;

    /// Outlives whoever waits: a stream may wake afterwards.
    struct News {
        std::mutex mutex;
        std::condition_variable arrived;
        bool is_there = false;
    };
    std::shared_ptr<News> news_ = std::make_shared<News>();
};

/// The answer with its body, where a thread has it to itself: of a stream that is one answer some
/// time later, as many as it allows wait at once, and the others say what they can say now.
inline http::Response complete(http::Response response) {
    if (!response.stream) {
        return response;
    }
    const auto most = response.stream->max_waits();
    if (!most) {
        return no_stream();
    }
    static std::atomic<std::size_t> waiting{0};
    struct Place {
        bool is_free = false;
        explicit Place(std::size_t number) : is_free(waiting.fetch_add(1) < number) {}
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() { waiting.fetch_sub(1); }
    };
    const auto stream = std::exchange(response.stream, nullptr);
    const Place place(*most);
    response.body = Listening().whole(*stream, !place.is_free);
    return response;
}

/// Answers that have no body, whatever the request.
inline bool is_bodiless(int status) {
    return status < 200 || status == 204 || status == 304;
}

} // namespace drf_messages::adapters::wire
