// SPDX-License-Identifier: MIT
// What the machine could do at most: Beast and prepared statements on SQLite, and nothing else. No
// routing, no validation, no signatures, no limits, no errors: only what a peek and a list cannot
// do without. The benchmark holds the server against it.
//
//     limit_server DATABASE ADDRESS THREADS
//
// ADDRESS is 127.0.0.1:PORT or unix:PATH. Prints its address once it listens; port 0 lets the
// system choose.
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Stream = asio::generic::stream_protocol;

void require(bool ok, const char* what) {
    if (!ok) {
        throw std::runtime_error(what);
    }
}

/// A prepared statement, bound from its first parameter on and reset at the end of its use.
class Statement {
public:
    Statement(sqlite3* database, const char* text) {
        require(
            sqlite3_prepare_v3(
                database, text, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr
            ) == SQLITE_OK,
            sqlite3_errmsg(database)
        );
    }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { sqlite3_finalize(statement_); }

    void bind(int position, std::string_view text) {
        sqlite3_bind_text(
            statement_, position, text.data(), static_cast<int>(text.size()), SQLITE_STATIC
        );
    }
    void bind(int position, std::int64_t number) {
        sqlite3_bind_int64(statement_, position, number);
    }
    bool step() { return sqlite3_step(statement_) == SQLITE_ROW; }
    void reset() { sqlite3_reset(statement_); }
    std::int64_t integer(int column) { return sqlite3_column_int64(statement_, column); }
    bool null(int column) { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    std::string_view text(int column) {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }

private:
    sqlite3_stmt* statement_ = nullptr;
};

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};

std::unique_ptr<sqlite3, CloseDatabase> open(const char* path) {
    sqlite3* database = nullptr;
    require(
        sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) ==
            SQLITE_OK,
        "the database does not open"
    );
    return std::unique_ptr<sqlite3, CloseDatabase>(database);
}

/// The statements of one thread, and the two answers made of them.
class Answers {
public:
    explicit Answers(const char* path)
        : database_(open(path)),
          token_(
              database_.get(),
              "SELECT u.id FROM authtoken_token t JOIN auth_user u ON u.id = t.user_id"
              " WHERE t.key = ?"
          ),
          session_(
              database_.get(),
              "SELECT session_data FROM django_session WHERE session_key = ?"
              " AND expire_date > '2024-01-01'"
          ),
          user_(database_.get(), "SELECT password, is_active FROM auth_user WHERE id = ?"),
          peek_(
              database_.get(),
              "SELECT COUNT(*), MAX(level) FROM drf_messages_message"
              " WHERE user_id = ? AND read_at IS NULL"
          ),
          count_(database_.get(), "SELECT COUNT(*) FROM drf_messages_message WHERE user_id = ?"),
          list_(
              database_.get(),
              "SELECT m.id, m.message, m.level, m.view, m.read_at, m.created, t.text FROM"
              " (SELECT * FROM drf_messages_message WHERE user_id = ?"
              " ORDER BY created DESC, id LIMIT 10) m"
              " LEFT JOIN drf_messages_messagetag t ON t.message_id = m.id"
              " ORDER BY m.created DESC, m.id, t.id"
          ) {}

    std::string body(const http::request<http::empty_body>& request) {
        const std::int64_t user = user_of(request);
        const std::string_view target(request.target().data(), request.target().size());
        return target.find("peek") != std::string_view::npos ? peek(user) : list(user);
    }

private:
    std::int64_t user_of(const http::request<http::empty_body>& request) {
        constexpr std::size_t scheme = 6; // "Token "
        const auto authorization = request[http::field::authorization];
        if (!authorization.empty()) {
            token_.bind(
                1, std::string_view(authorization.data(), authorization.size()).substr(scheme)
            );
            const std::int64_t user = token_.step() ? token_.integer(0) : 0;
            token_.reset();
            return user;
        }
        // The seeded session keys end in the user's number, so that nothing needs to be decoded.
        const auto cookie = request[http::field::cookie];
        const std::string_view key = std::string_view(cookie.data(), cookie.size()).substr(10, 32);
        session_.bind(1, key);
        session_.step();
        session_.reset();
        const std::int64_t user = std::strtoll(std::string(key.substr(12)).c_str(), nullptr, 10);
        user_.bind(1, user);
        user_.step();
        user_.reset();
        return user;
    }

    std::string peek(std::int64_t user) {
        peek_.bind(1, user);
        peek_.step();
        std::string json = "{\"count\":" + std::to_string(peek_.integer(0)) + ",\"max_level\":";
        json += peek_.null(1) ? "null" : std::to_string(peek_.integer(1));
        json += ",\"max_level_tag\":\"error\"}";
        peek_.reset();
        return json;
    }

    std::string list(std::int64_t user) {
        count_.bind(1, user);
        count_.step();
        std::string json = "{\"count\":" + std::to_string(count_.integer(0)) +
                           ",\"next\":\"http://127.0.0.1/messages/?limit=10&offset=10\","
                           "\"previous\":null,\"results\":[";
        count_.reset();
        list_.bind(1, user);
        std::int64_t shown = 0;
        std::string end;
        while (list_.step()) {
            if (list_.integer(0) != shown) {
                json += end;
                json += shown == 0 ? "" : ",";
                shown = list_.integer(0);
                json += "{\"id\":" + std::to_string(shown) + ",\"message\":\"";
                json += list_.text(1);
                json += "\",\"level\":" + std::to_string(list_.integer(2));
                json += ",\"level_tag\":\"info\",\"extra_tags\":[";
                end = "],\"view\":\"";
                end += list_.text(3);
                end += "\",\"read_at\":";
                end += list_.null(4) ? "null" : "\"" + std::string(list_.text(4)) + "Z\"";
                end += ",\"created\":\"" + std::string(list_.text(5)) + "Z\"}";
            } else {
                json += ",";
            }
            if (!list_.null(6)) {
                json += "\"" + std::string(list_.text(6)) + "\"";
            }
        }
        list_.reset();
        return json + end + "]}";
    }

    std::unique_ptr<sqlite3, CloseDatabase> database_;
    Statement token_;
    Statement session_;
    Statement user_;
    Statement peek_;
    Statement count_;
    Statement list_;
};

/// One connection: read, answer, read again.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(Stream::socket socket, Answers& answers)
        : stream_(std::move(socket)), answers_(answers) {}

    void read() {
        request_ = {};
        http::async_read(
            stream_,
            buffer_,
            request_,
            [self = shared_from_this()](auto error, std::size_t) {
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
        http::async_write(stream_, response_, [self = shared_from_this()](auto error, std::size_t) {
            if (!error && self->response_.keep_alive()) {
                self->read();
            }
        });
    }

    boost::beast::basic_stream<Stream> stream_;
    Answers& answers_;
    boost::beast::flat_buffer buffer_;
    http::request<http::empty_body> request_;
    http::response<http::string_body> response_;
};

/// A thread with its own sockets and its own statements.
struct Worker {
    explicit Worker(const char* path) : answers(path) {}

    Answers answers;
    asio::io_context context{1};
};

/// Deals the clients out to the workers in turn, for ever.
template<class Acceptor>
[[noreturn]] void serve(Acceptor& acceptor, std::vector<std::unique_ptr<Worker>>& workers) {
    for (std::size_t turn = 0;; ++turn) {
        Worker& worker = *workers[turn % workers.size()];
        auto accepted = acceptor.accept(worker.context);
        if constexpr (std::is_same_v<typename Acceptor::protocol_type, tcp>) {
            accepted.set_option(tcp::no_delay(true));
        }
        asio::post(
            worker.context,
            [&worker, socket = Stream::socket(std::move(accepted))]() mutable {
                std::make_shared<Session>(std::move(socket), worker.answers)->read();
            }
        );
    }
}

} // namespace

int main(int count, char** arguments) {
    if (count != 4) {
        std::cerr << "limit_server DATABASE ADDRESS THREADS\n";
        return 2;
    }
    try {
        std::vector<std::unique_ptr<Worker>> workers;
        for (int number = 0; number < std::atoi(arguments[3]); ++number) {
            workers.push_back(std::make_unique<Worker>(arguments[1]));
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
        std::cerr << "limit_server: " << error.what() << '\n';
        return 1;
    }
}
