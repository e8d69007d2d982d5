// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"

namespace drf_messages::middleware {

class HttpRequest;

/// A request's own connection, for its messages.
class RequestDatabase final : public messages::DatabaseAccess {
public:
    explicit RequestDatabase(HttpRequest& request);

    void run(const Work& work) override;
    void transact(const Work& work, sql::Sharing sharing) override;

private:
    class Call;

    HttpRequest& request_;
    int calls_ = 0; ///< that are under way, one within the other
};

} // namespace drf_messages::middleware
