// SPDX-License-Identifier: MIT
#include "embed/configuration_problems.hpp"
#include "embed/site_parts.hpp"
#include "messages/database_loan.hpp"
#include "messages/request_state.hpp"
#include "middleware/names.hpp"
#include "middleware/pipeline.hpp"

#include <drf_messages/middleware.hpp>
#include <drf_messages/site.hpp>

#include <memory>
#include <stdexcept>
#include <utility>

namespace drf_messages {
namespace {

/// The public request over the middleware's, for as long as the view runs.
class OpenRequest {
public:
    explicit OpenRequest(middleware::HttpRequest& http)
        : loan_(http.message_database, "the messages of a request were used after it had ended"),
          state_(make_state(http)), request_(state_) {}
    ~OpenRequest() {
        // The view may have moved the request away.
        state_->end();
    }
    OpenRequest(const OpenRequest&) = delete;
    OpenRequest& operator=(const OpenRequest&) = delete;

    Request& operator*() noexcept { return request_; }

private:
    std::shared_ptr<messages::RequestState> make_state(middleware::HttpRequest& http) const {
        auto state = std::make_shared<messages::RequestState>();
        state->database = loan_.access();
        const std::optional<User>& user = http.session_user();
        http.set_user(user);
        if (user) {
            state->viewer.user = user->id;
        }
        if (http.session) {
            state->viewer.has_session = true;
            state->viewer.session_key = http.session->session_key();
        }
        state->view_name = http.view_name;
        state->storage = http.message_storage;
        state->csrf_token = [&http] { return middleware::csrf_token(http); };
        // What the view does may need the pool's last connection.
        http.keeps_connection = false;
        http.give_connection_back();
        return state;
    }

    messages::DatabaseLoan loan_;
    std::shared_ptr<messages::RequestState> state_;
    Request request_;
};

} // namespace

Middleware::Middleware(Site& site)
    : checks_csrf_(middleware::is_installed(site.settings(), middleware::names::csrf)) {
    embed::require_working(site.settings());
    const auto any_path = [](std::string_view) { return true; };
    const auto no_view = [](middleware::HttpRequest&) -> http::Response {
        throw std::logic_error("a page needs a view");
    };
    pipeline_ = std::make_unique<middleware::Pipeline>(
        site.parts().resources, middleware::View{any_path, no_view}
    );
}

Middleware::~Middleware() = default;

http::Response
Middleware::operator()(const http::Request& request, const View& view, std::string view_name) {
    return (*pipeline_)(
        request,
        [&](middleware::HttpRequest& http) {
            if (checks_csrf_ && middleware::csrf_failure(http)) {
                return middleware::csrf_failure_page(http);
            }
            OpenRequest open(http);
            return view(*open);
        },
        std::move(view_name)
    );
}

std::string csrf_token(Request& request) {
    if (!request.state()) {
        throw std::logic_error("the request was moved from");
    }
    const messages::RequestState& state = *request.state();
    state.refuse_ended();
    if (!state.csrf_token) {
        throw std::logic_error("only a request that a Middleware made has a CSRF token");
    }
    return state.csrf_token();
}

} // namespace drf_messages
