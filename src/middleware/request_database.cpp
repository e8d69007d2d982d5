// SPDX-License-Identifier: MIT
#include "middleware/request_database.hpp"

#include "middleware/http_request.hpp"
#include "sql/transaction.hpp"

namespace drf_messages::middleware {

const Settings& RequestDatabase::settings() const noexcept {
    return request_.site.settings;
}

Timestamp RequestDatabase::now() const {
    return request_.site.clock();
}

void RequestDatabase::log(LogLevel level, std::string_view line) const {
    request_.site.log(level, line);
}

void RequestDatabase::run(const Work& work) {
    work(request_.database());
}

void RequestDatabase::transact(const Work& work) {
    sql::Connection& connection = request_.database();
    sql::transact(connection, [&] { work(connection); });
}

} // namespace drf_messages::middleware
