// SPDX-License-Identifier: MIT
// What MariaDB could do at most for a server that asks it the same, and does nothing else: as
// limit_server, with a connection and prepared statements for each thread.
//
//     limit_mariadb mysql://USER:PASSWORD@HOST:PORT/NAME ADDRESS THREADS
#include "limit/serve.hpp"

#include <mysql.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Close {
    void operator()(MYSQL* connection) const { mysql_close(connection); }
    void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
};

class Mariadb {
public:
    class Statement;

    explicit Mariadb(const std::string& url) : connection_(mysql_init(nullptr)) {
        std::smatch part;
        if (!std::regex_match(url, part, std::regex("mysql://(.*):(.*)@(.*):([0-9]+)/(.*)"))) {
            throw std::runtime_error("mysql://USER:PASSWORD@HOST:PORT/NAME");
        }
        const auto port = static_cast<unsigned>(std::stoul(part[4]));
        mysql_options(connection_.get(), MYSQL_INIT_COMMAND, "SET autocommit = 1, sql_mode = ''");
        if (!mysql_real_connect(
                connection_.get(),
                part[3].str().c_str(),
                part[1].str().c_str(),
                part[2].str().c_str(),
                part[5].str().c_str(),
                port,
                nullptr,
                0
            )) {
            throw std::runtime_error(mysql_error(connection_.get()));
        }
    }

private:
    std::unique_ptr<MYSQL, Close> connection_;
};

/// Bound, stepped and reset at the end of its use.
class Mariadb::Statement {
public:
    Statement(Mariadb& on, std::string_view text, std::string_view columns)
        : statement_(mysql_stmt_init(on.connection_.get())), cells_(columns.size()),
          results_(columns.size()) {
        require(mysql_stmt_prepare(statement_.get(), text.data(), text.size()) == 0);
        for (std::size_t column = 0; column < columns.size(); ++column) {
            Cell& cell = cells_[column];
            MYSQL_BIND& result = results_[column];
            const bool is_text = columns[column] == 't';
            result.buffer_type = is_text ? MYSQL_TYPE_STRING : MYSQL_TYPE_LONGLONG;
            result.buffer = is_text ? static_cast<void*>(cell.text.data()) : &cell.number;
            result.buffer_length = is_text ? cell.text.size() : sizeof cell.number;
            result.length = &cell.length;
            result.is_null = &cell.null;
        }
        require(mysql_stmt_bind_result(statement_.get(), results_.data()) == 0);
    }

    void bind(std::string_view text) {
        parameter_ = {};
        parameter_.buffer_type = MYSQL_TYPE_STRING;
        parameter_.buffer = const_cast<char*>(text.data());
        parameter_.buffer_length = text.size();
    }
    void bind(std::int64_t number) {
        number_ = number;
        parameter_ = {};
        parameter_.buffer_type = MYSQL_TYPE_LONGLONG;
        parameter_.buffer = &number_;
    }
    bool step() {
        if (!is_running_) {
            require(mysql_stmt_bind_param(statement_.get(), &parameter_) == 0);
            require(mysql_stmt_execute(statement_.get()) == 0);
            is_running_ = true;
        }
        const int code = mysql_stmt_fetch(statement_.get());
        require(code == 0 || code == MYSQL_NO_DATA);
        return code == 0;
    }
    void reset() {
        mysql_stmt_free_result(statement_.get());
        is_running_ = false;
    }
    std::int64_t integer(std::size_t column) const { return cells_[column].number; }
    bool null(std::size_t column) const { return cells_[column].null != 0; }
    std::string_view text(std::size_t column) const {
        return {cells_[column].text.data(), cells_[column].length};
    }

private:
    static constexpr std::size_t longest_text = 4096;

    struct Cell {
        std::int64_t number = 0;
        std::array<char, longest_text> text{};
        unsigned long length = 0;
        my_bool null = 0;
    };

    void require(bool ok) const {
        if (!ok) {
            throw std::runtime_error(mysql_stmt_error(statement_.get()));
        }
    }

    std::unique_ptr<MYSQL_STMT, Close> statement_;
    std::vector<Cell> cells_;
    std::vector<MYSQL_BIND> results_;
    MYSQL_BIND parameter_{};
    std::int64_t number_ = 0;
    bool is_running_ = false;
};

} // namespace

int main(int count, char** arguments) {
    mysql_library_init(0, nullptr, nullptr);
    return limit::serve_database<Mariadb>(count, arguments);
}
