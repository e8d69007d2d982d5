// SPDX-License-Identifier: MIT
#include "server/question.hpp"

#include "server/bind_address.hpp"
#include "text/bind_address.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/completion_condition.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace drf_messages::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Socket = asio::generic::stream_protocol::socket;

/// More than /readyz ever says.
constexpr std::size_t longest_answer_bytes = 64 * 1024;

/// One conversation: connect, ask, hear all until the server closes.
class Conversation {
public:
    Conversation(const Endpoint& endpoint, std::string request)
        : socket_(context_), request_(std::move(request)) {
        socket_.async_connect(endpoint, [this](const error_code& failed) {
            if (failed) {
                why_ = "no server answers there: " + failed.message();
                return;
            }
            write();
        });
    }

    std::string run(std::chrono::milliseconds patience) {
        context_.run_for(patience);
        if (!context_.stopped()) {
            const std::chrono::duration<double> seconds = patience;
            throw std::runtime_error(fmt::format("no answer within {:g} seconds", seconds.count()));
        }
        if (!why_.empty()) {
            throw std::runtime_error(why_);
        }
        return std::move(heard_);
    }

private:
    void write() {
        asio::async_write(
            socket_,
            asio::buffer(request_),
            [this](const error_code& failed, std::size_t) {
                if (failed) {
                    why_ = "it takes no request: " + failed.message();
                    return;
                }
                read();
            }
        );
    }

    void read() {
        asio::async_read(
            socket_,
            asio::dynamic_buffer(heard_, longest_answer_bytes),
            asio::transfer_all(),
            [this](const error_code& failed, std::size_t) {
                if (failed && failed != asio::error::eof && heard_.empty()) {
                    why_ = "it gives no answer: " + failed.message();
                }
            }
        );
    }

    asio::io_context context_;
    Socket socket_;
    std::string request_;
    std::string heard_;
    std::string why_;
};

std::optional<Told> told(std::string_view answer) {
    constexpr std::string_view version = "HTTP/1.1 "; // or 1.0
    const auto head = answer.find("\r\n\r\n");
    if (!answer.starts_with("HTTP/1.") || head == std::string_view::npos || head < version.size()) {
        return std::nullopt;
    }
    Told result;
    const char* const status = answer.data() + version.size();
    const auto [end, error] = std::from_chars(status, answer.data() + head, result.status);
    if (error != std::errc()) {
        return std::nullopt;
    }
    result.body = answer.substr(head + 4);
    return result;
}

} // namespace

std::string address_to_ask(const std::string& bind) {
    const auto parsed = text::parse_bind_address(bind);
    if (!parsed.unix_path.empty()) {
        return bind;
    }
    error_code is_name;
    const auto address = asio::ip::make_address(parsed.host, is_name);
    if (is_name || !address.is_unspecified()) {
        return bind;
    }
    return fmt::format("{}:{}", address.is_v6() ? "[::1]" : "127.0.0.1", parsed.port);
}

Told ask(const std::string& address, const std::string& path, std::chrono::milliseconds patience) {
    Conversation conversation(
        find_bind_address(address),
        fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path)
    );
    auto answer = told(conversation.run(patience));
    if (!answer) {
        throw std::runtime_error("what answers there is no HTTP server");
    }
    return *std::move(answer);
}

} // namespace drf_messages::server
