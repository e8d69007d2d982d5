// SPDX-License-Identifier: MIT
// The application served by Boost.Beast: example_beast [PORT]
#include "web_application.hpp"

#include <drf_messages/adapters/beast.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

namespace {

/// One connection. It lives as long as one of its operations is under way.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(tcp::socket socket, WebApplication& application)
        : stream_(std::move(socket)), application_(application) {}

    void read() {
        parser_.emplace().body_limit(8 * 1024 * 1024);
        stream_.expires_after(std::chrono::seconds(30));
        beast::http::async_read(
            stream_,
            buffer_,
            *parser_,
            [self = shared_from_this()](const beast::error_code& failed, std::size_t) {
                if (!failed) {
                    self->answer();
                }
            }
        );
    }

private:
    void answer() {
        const auto& request = parser_->get();
        response_ = drf_messages::adapters::to_beast(
            application_(drf_messages::adapters::from_beast(request, stream_.socket())), request
        );
        beast::http::async_write(
            stream_,
            response_,
            [self = shared_from_this()](const beast::error_code& failed, std::size_t) {
                if (!failed && self->response_.keep_alive()) {
                    self->read();
                }
            }
        );
    }

    beast::tcp_stream stream_;
    WebApplication& application_;
    beast::flat_buffer buffer_;
    std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
    beast::http::response<beast::http::string_body> response_;
};

void accept(tcp::acceptor& acceptor, WebApplication& application) {
    acceptor.async_accept(
        asio::make_strand(acceptor.get_executor()),
        [&](const beast::error_code& failed, tcp::socket socket) {
            if (!failed) {
                socket.set_option(tcp::no_delay(true));
                std::make_shared<Connection>(std::move(socket), application)->read();
            }
            accept(acceptor, application);
        }
    );
}

} // namespace

int main(int count, char** words) {
    const auto port = static_cast<std::uint16_t>(count > 1 ? std::atoi(words[1]) : 0);
    const TerminationSignals signals;
    WebApplication application;
    asio::io_context context;
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), port});
    accept(acceptor, application);
    std::vector<std::jthread> threads(4);
    for (auto& thread : threads) {
        thread = std::jthread([&context] { context.run(); });
    }
    application.announce(acceptor.local_endpoint().port());
    signals.wait();
    context.stop();
}
