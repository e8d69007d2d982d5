// SPDX-License-Identifier: MIT
#include "middleware/request_database.hpp"

#include "middleware/http_request.hpp"
#include "sql/transaction.hpp"

namespace drf_messages::middleware {

RequestDatabase::RequestDatabase(HttpRequest& request)
    : DatabaseAccess({request.site.settings, request.site.clock, request.site.log}),
      request_(request) {}

/// A call with the request's connection, which is given back after the outermost one where the
/// request does not keep it.
class RequestDatabase::Call {
public:
    explicit Call(RequestDatabase& database) : database_(database) { ++database_.calls_; }
    ~Call() {
        if (--database_.calls_ == 0 && !database_.request_.keeps_connection) {
            database_.request_.give_connection_back();
        }
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

private:
    RequestDatabase& database_;
};

void RequestDatabase::run(const Work& work) {
    const Call call(*this);
    work(request_.database());
}

void RequestDatabase::transact(const Work& work, sql::Sharing sharing) {
    const Call call(*this);
    sql::Connection& connection = request_.database();
    sql::transact(
        connection, [&] { work(connection); }, sharing
    );
}

} // namespace drf_messages::middleware
