// SPDX-License-Identifier: MIT
#pragma once

#include "limit/answers.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace limit {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Stream = asio::generic::stream_protocol;

/// One connection: read, answer, read again.
template<class Database>
class Session : public std::enable_shared_from_this<Session<Database>> {
public:
    Session(Stream::socket socket, Answers<Database>& answers)
        : stream_(std::move(socket)), answers_(answers) {}

    void read() {
        request_ = {};
        http::async_read(
            stream_,
            buffer_,
            request_,
            [self = this->shared_from_this()](auto error, std::size_t) {
                if (!error) {
                    self->write();
                }
            }
        );
    }

private:
    void write() {
        response_ = {};
        response_.result(http::status::ok);
        response_.version(request_.version());
        response_.keep_alive(request_.keep_alive());
        response_.set(http::field::content_type, "application/json");
        response_.set(http::field::vary, "Accept, Cookie");
        response_.set(http::field::allow, "GET, HEAD, OPTIONS");
        response_.set("X-Frame-Options", "DENY");
        response_.set("X-Content-Type-Options", "nosniff");
        response_.set("Referrer-Policy", "same-origin");
        response_.body() = answers_.body(request_);
        response_.prepare_payload();
        http::async_write(
            stream_,
            response_,
            [self = this->shared_from_this()](auto error, std::size_t) {
                if (!error && self->response_.keep_alive()) {
                    self->read();
                }
            }
        );
    }

    boost::beast::basic_stream<Stream> stream_;
    Answers<Database>& answers_;
    boost::beast::flat_buffer buffer_;
    Request request_;
    http::response<http::string_body> response_;
};

/// A thread with its own sockets and its own statements.
template<class Database>
struct Worker {
    explicit Worker(const char* name) : answers(name) {}

    Answers<Database> answers;
    asio::io_context context{1};
};

/// Deals the clients out to the workers in turn, for ever.
template<class Database, class Acceptor>
[[noreturn]] void
serve(Acceptor& acceptor, std::vector<std::unique_ptr<Worker<Database>>>& workers) {
    for (std::size_t turn = 0;; ++turn) {
        Worker<Database>& worker = *workers[turn % workers.size()];
        auto accepted = acceptor.accept(worker.context);
        if constexpr (std::is_same_v<typename Acceptor::protocol_type, tcp>) {
            accepted.set_option(tcp::no_delay(true));
        }
        asio::post(
            worker.context,
            [&worker, socket = Stream::socket(std::move(accepted))]() mutable {
                std::make_shared<Session<Database>>(std::move(socket), worker.answers)->read();
            }
        );
    }
}

/// The `main` of a limit: PROGRAM DATABASE ADDRESS THREADS. ADDRESS is 127.0.0.1:PORT or unix:PATH.
/// Prints its address once it listens; port 0 lets the system choose.
template<class Database>
int serve_database(int count, char** arguments) {
    if (count != 4) {
        std::cerr << arguments[0] << " DATABASE ADDRESS THREADS\n";
        return 2;
    }
    try {
        std::vector<std::unique_ptr<Worker<Database>>> workers;
        for (int number = 0; number < std::atoi(arguments[3]); ++number) {
            workers.push_back(std::make_unique<Worker<Database>>(arguments[1]));
        }
        std::vector<std::thread> threads;
        for (auto& worker : workers) {
            threads.emplace_back([&context = worker->context] {
                const auto busy = asio::make_work_guard(context);
                context.run();
            });
        }
        asio::io_context accepting{1};
        const std::string_view address = arguments[2];
        if (address.starts_with("unix:")) {
            asio::local::stream_protocol::acceptor acceptor(
                accepting, asio::local::stream_protocol::endpoint(address.substr(5))
            );
            std::cout << address << std::endl;
            serve(acceptor, workers);
        }
        const auto port = std::atoi(std::string(address.substr(address.rfind(':') + 1)).c_str());
        tcp::acceptor acceptor(
            accepting, {asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(port)}
        );
        std::cout << "http://127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
        serve(acceptor, workers);
    } catch (const std::exception& error) {
        std::cerr << arguments[0] << ": " << error.what() << '\n';
        return 1;
    }
}

} // namespace limit
