// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::server {

/// An answer as it came over the wire.
struct WireAnswer {
    int status = 0;
    std::string head; ///< status line and fields, without the empty line
    std::string body; ///< chunks put together

    /// The first field of that name.
    std::optional<std::string> field(std::string_view name) const;
    std::size_t count(std::string_view name) const;
};

/// A plain client on a blocking socket; nothing of it helps the server to be right. Whatever does
/// not come within a minute counts as never.
class Client {
public:
    /// "http://127.0.0.1:PORT", "http://[::1]:PORT" or "unix:PATH".
    explicit Client(const std::string& address);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    bool connected() const noexcept { return socket_ >= 0; }
    /// False once the server does not take any more.
    bool send(std::string_view bytes);
    void finish_sending();
    /// Closes with a reset, as a crashing client does.
    void reset();

    /// The next answer; absent when the connection ends first. `to_head` when the request was a
    /// HEAD.
    std::optional<WireAnswer> answer(bool to_head = false);
    /// Sends a GET of `target` and reads its answer.
    std::optional<WireAnswer> get(std::string_view target);
    /// Exactly that many bytes, or fewer when the connection ends.
    std::string read(std::size_t count);
    /// Everything up to `end` and with it, or what there is when the connection ends.
    std::string read_until(std::string_view end);
    /// Everything up to the end of the connection; absent when it does not end.
    std::optional<std::string> read_to_end();
    /// Whether the server ends the connection without a further byte.
    bool ended();

private:
    bool fill();

    int socket_ = -1;
    std::string buffer_;
};

} // namespace drf_messages::server
