// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::http {

/// Header fields in order; names are compared without regard to case.
class DRF_MESSAGES_API Headers {
public:
    using Field = std::pair<std::string, std::string>;

    /// The first field of that name.
    std::optional<std::string_view> find(std::string_view name) const;
    bool contains(std::string_view name) const { return find(name).has_value(); }
    /// Replaces all fields of that name by one.
    void set(std::string_view name, std::string value);
    /// Adds a field, keeping those of the same name (Set-Cookie).
    void add(std::string_view name, std::string value);
    void remove(std::string_view name);
    void clear() noexcept { fields_.clear(); }

    const std::vector<Field>& fields() const noexcept { return fields_; }

private:
    std::vector<Field> fields_;
};

/// A request as it came in, without sockets.
struct Request {
    std::string method = "GET"; ///< as sent
    std::string target = "/";   ///< path and query, percent escapes kept, no fragment
    Headers headers;
    std::string body;
    std::string remote_address; ///< without port; empty on a Unix socket
    /// whether this very connection is encrypted (always false behind a proxy)
    bool secure = false;
    /// Where the connection arrived, for the links in the answer to a request without a Host field:
    /// WSGI's SERVER_NAME and SERVER_PORT. A name or an address, IPv6 without brackets; empty on a
    /// Unix socket, and taken as 127.0.0.1.
    std::string server_name = {};
    std::uint16_t server_port = 0; ///< 0: the usual one of HTTP or HTTPS
    /// Whether the server has no worker left for the next request: whoever polls is told to come
    /// half as often.
    bool busy = false;
};

/// A body that goes on for as long as its client listens: derive from it and return it in
/// Response::stream. The server asks for the next piece once the client has taken the one before,
/// so nothing piles up for a slow client. While there is nothing to say, a stream holds no thread;
/// it must hold no database connection either.
///
/// The functions are called one at a time, on a thread that the stream shares with other clients:
/// they must not wait for anything. One that throws ends the connection. The stream is destroyed
/// when it has ended, or its client has gone.
class DRF_MESSAGES_API Stream {
public:
    /// Tells the server that read() has something new. From any thread, with any lock held, as
    /// often as wanted, and also after the stream's end, when it does nothing.
    using Wake = std::function<void()>;

    Stream() = default;
    virtual ~Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// The first call; read() follows. Not made at all where no body is sent (to HEAD).
    virtual void start(Wake wake) = 0;
    /// What is ready now, at most `most` bytes of it. Empty: nothing yet, ask again after a wake().
    /// Absent: the stream has ended.
    virtual std::optional<std::string> read(std::size_t most) = 0;
    /// The server ends. What read() returns from now on are the last words, until it has nothing.
    virtual void drain() = 0;

    /// Of one whose only piece is a whole answer, which comes some time later: how many such a
    /// server may wait for that holds a thread for each; further ones it drains at once. Absent:
    /// it goes on, and such a server refuses it.
    virtual std::optional<std::size_t> max_waits() const { return std::nullopt; }
};

/// An answer. Without a Content-Length field the server sends the body chunked.
struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    /// Where there is one, it takes the place of `body`, and a Content-Length is left out.
    std::shared_ptr<Stream> stream = nullptr;
    /// Of the site's endpoints: the path with which they answer, as logs and metrics call it
    /// ("/messages/{pk}/"); empty where no route leads. Valid as long as the Endpoint.
    std::string_view route = {};
};

} // namespace drf_messages::http
