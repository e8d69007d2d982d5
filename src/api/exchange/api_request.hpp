// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/data.hpp"
#include "api/exchange/page_parts.hpp"
#include "http/message.hpp"
#include "messages/database_loan.hpp"
#include "middleware/http_request.hpp"
#include "model/user.hpp"
#include "text/datetime.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::api {

class MessagesResource;
struct Renderer;

/// A request inside a view, after negotiation, versioning and authentication: REST framework's
/// Request.
struct ApiRequest {
    middleware::HttpRequest& http;
    std::map<std::string, std::string> kwargs; ///< of the route: pk, format, version
    std::string_view action{}; ///< "list", as a viewset names what it does; empty in other views
    std::optional<User> user;  ///< absent: anonymous
    std::optional<std::string> version;
    /// of the route: "v1", or "outer:inner"; Django: resolver_match.namespace
    std::string name_space;

    /// whether an authentication class has found the user
    bool authenticated = false;
    /// and may have taken long for it: Authenticator::may_take_long
    bool slowly_authenticated = false;
    /// whose view this is; null outside of the messages endpoints
    const MessagesResource* resource = nullptr;
    /// of the query sets that classes of an application are given; absent until one is
    std::optional<messages::DatabaseLoan> query_set_loan{};

    /// What the answer is written by, and the media type that was asked for; null before that is
    /// settled.
    const Renderer* renderer = nullptr;
    std::string_view media_type{};
    /// whether the answer may show when it was made, and not only what it is about
    bool depends_on_time = false;

    /// where the answer is shown in a page: what that will want to know; else null
    PageNotes* page_notes = nullptr;

    /// By which method permissions judge what the handler does; empty: by the request's own.
    std::string_view asked_as{};
    std::string_view permission_method() const {
        return asked_as.empty() ? std::string_view(http.method) : asked_as;
    }

    /// The database for the query sets of this request. They may be kept longer than the request:
    /// then they throw std::logic_error.
    std::shared_ptr<messages::DatabaseAccess> query_set_database() {
        if (!query_set_loan) {
            query_set_loan.emplace(
                http.message_database, "a query set of a REST request was used after it had ended"
            );
        }
        return query_set_loan->access();
    }
};

/// Whether a browser fetches what it may show later, or never: with MESSAGES_EXTENSIONS' read_state
/// that marks nothing.
bool is_prefetch(const middleware::HttpRequest& request);

/// Looks at a request whose answer still goes on, once authentication and permissions have let it
/// in again; throttles are not asked.
class Visitor : public middleware::Visitor {
public:
    virtual void visit(ApiRequest& request) = 0;
};

/// A view's answer.
struct ApiResponse {
    int status = 200;
    Data data;
    http::Headers headers{}; ///< beside those that the framework sets
    /// In place of `data`, with a Content-Type among the headers; null: there is none.
    std::shared_ptr<http::Stream> stream{};
};

} // namespace drf_messages::api
