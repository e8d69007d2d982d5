// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"
#include "server/body_room.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace drf_messages::server {

/// Reads requests from bytes, one after another: no sockets, no time. The parsing is Boost.Beast's;
/// what Beast is lenient about and a proxy in front could read another way (several lengths or
/// hosts, a length beside chunks, folded fields that frame) is refused here.
class RequestReader {
public:
    struct Limits {
        std::size_t header_bytes;
        std::size_t body_bytes;
        BodyRoom* body_room = nullptr; ///< of all connections; null: without a bound
    };

    enum class Progress { need_more, complete, failed };

    explicit RequestReader(Limits limits);
    ~RequestReader();

    /// Begins a new request, which is written to `request` (what it has of the connection stays).
    void start(http::Request& request);

    /// Takes bytes of the request. `consumed` of them are done with; the others are to be given
    /// again with more behind them.
    Progress feed(std::string_view bytes, std::size_t& consumed);

    /// The status to answer when feed() failed: 400, 413, 417, 431, 501, 505, or 503 where the
    /// bodies of others leave no room.
    int error_status() const noexcept;

    /// Nobody needs the body of the last request any more.
    void forget_body() noexcept;

    bool header_done() const;
    /// Whether the client waits for "100 Continue" before it sends the body.
    bool expects_continue() const noexcept;
    bool is_http11() const noexcept;
    bool keep_alive() const;

private:
    class Parser;
    Limits limits_;
    std::unique_ptr<Parser> parser_;
    http::Request* request_ = nullptr;
    BodySpace body_space_;
    int error_status_ = 0;
    std::size_t looked_at_ = 0; ///< bytes of the header's rest, for line ends
};

} // namespace drf_messages::server
