// SPDX-License-Identifier: MIT
#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace limit {

using Request = boost::beast::http::request<boost::beast::http::empty_body>;

/// The statements of one thread, and the two answers made of them.
/// - Database: a connection whose `Statement` is made of it, a text with one parameter, and a
/// letter
///   for each column: i for an integer, t for a text.
template<class Database>
class Answers {
public:
    /// - name: of the database, as the program's argument has it.
    explicit Answers(const char* name)
        : database_(name),
          token_(
              database_,
              "SELECT u.id FROM authtoken_token t JOIN auth_user u ON u.id = t.user_id"
              " WHERE t.key = ?",
              "i"
          ),
          session_(
              database_,
              "SELECT session_data FROM django_session WHERE session_key = ?"
              " AND expire_date > '2024-01-01'",
              "t"
          ),
          user_(database_, "SELECT password, is_active FROM auth_user WHERE id = ?", "ti"),
          peek_(
              database_,
              "SELECT COUNT(*), MAX(level) FROM drf_messages_message"
              " WHERE user_id = ? AND read_at IS NULL",
              "ii"
          ),
          count_(database_, "SELECT COUNT(*) FROM drf_messages_message WHERE user_id = ?", "i"),
          list_(
              database_,
              "SELECT m.id, m.message, m.level, m.view, m.read_at, m.created, t.text FROM"
              " (SELECT * FROM drf_messages_message WHERE user_id = ?"
              " ORDER BY created DESC, id LIMIT 10) m"
              " LEFT JOIN drf_messages_messagetag t ON t.message_id = m.id"
              " ORDER BY m.created DESC, m.id, t.id",
              "ititttt"
          ) {}

    std::string body(const Request& request) {
        const std::int64_t user = user_of(request);
        const std::string_view target(request.target().data(), request.target().size());
        return target.find("peek") != std::string_view::npos ? peek(user) : list(user);
    }

private:
    using Statement = typename Database::Statement;
    using field = boost::beast::http::field;

    std::int64_t user_of(const Request& request) {
        constexpr std::size_t scheme = 6; // "Token "
        const auto authorization = request[field::authorization];
        if (!authorization.empty()) {
            token_.bind(std::string_view(authorization.data(), authorization.size()).substr(scheme)
            );
            const std::int64_t user = token_.step() ? token_.integer(0) : 0;
            token_.reset();
            return user;
        }
        // The seeded session keys end in the user's number, so that nothing needs to be decoded.
        const auto cookie = request[field::cookie];
        const std::string_view key = std::string_view(cookie.data(), cookie.size()).substr(10, 32);
        session_.bind(key);
        session_.step();
        session_.reset();
        const std::int64_t user = std::strtoll(std::string(key.substr(12)).c_str(), nullptr, 10);
        user_.bind(user);
        user_.step();
        user_.reset();
        return user;
    }

    std::string peek(std::int64_t user) {
        peek_.bind(user);
        peek_.step();
        std::string json = "{\"count\":" + std::to_string(peek_.integer(0)) + ",\"max_level\":";
        json += peek_.null(1) ? "null" : std::to_string(peek_.integer(1));
        json += ",\"max_level_tag\":\"error\"}";
        peek_.reset();
        return json;
    }

    std::string list(std::int64_t user) {
        count_.bind(user);
        count_.step();
        std::string json = "{\"count\":" + std::to_string(count_.integer(0)) +
                           ",\"next\":\"http://127.0.0.1/messages/?limit=10&offset=10\","
                           "\"previous\":null,\"results\":[";
        count_.reset();
        list_.bind(user);
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

    Database database_;
    Statement token_;
    Statement session_;
    Statement user_;
    Statement peek_;
    Statement count_;
    Statement list_;
};

} // namespace limit
