// SPDX-License-Identifier: MIT
#include "embed/site_access.hpp"
#include "embed/site_parts.hpp"
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

/// The middleware's own way to the database, for as long as the view runs.
class RequestAccess final : public embed::SiteAccess {
public:
    RequestAccess(embed::SiteParts& parts, messages::DatabaseAccess& request)
        : SiteAccess(parts), request_(&request) {}

    void run(const Work& work) override { open().run(work); }
    void transact(const Work& work) override { open().transact(work); }
    void end() noexcept { request_ = nullptr; }

private:
    messages::DatabaseAccess& open() const {
        if (request_ == nullptr) {
            throw std::logic_error("the messages of a request were used after it had ended");
        }
        return *request_;
    }

    messages::DatabaseAccess* request_;
};

/// The public request over the middleware's, for as long as the view runs.
class OpenRequest {
public:
    OpenRequest(embed::SiteParts& parts, middleware::HttpRequest& http)
        : access_(std::make_shared<RequestAccess>(parts, http.message_database)),
          state_(make_state(http)), request_(state_) {}
    ~OpenRequest() {
        // The view may have moved the request away.
        state_->end();
        access_->end();
    }
    OpenRequest(const OpenRequest&) = delete;
    OpenRequest& operator=(const OpenRequest&) = delete;

    Request& operator*() noexcept { return request_; }

private:
    std::shared_ptr<messages::RequestState> make_state(middleware::HttpRequest& http) const {
        auto state = std::make_shared<messages::RequestState>();
        state->database = access_;
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

    std::shared_ptr<RequestAccess> access_;
    std::shared_ptr<messages::RequestState> state_;
    Request request_;
};

} // namespace

Middleware::Middleware(Site& site)
    : site_(site),
      checks_csrf_(middleware::is_installed(site.settings(), middleware::names::csrf)) {
    embed::require_working(site.settings());
    const auto any_path = [](std::string_view) { return true; };
    const auto no_view = [](middleware::HttpRequest&) -> http::Response {
        throw std::logic_error("a page needs a view");
    };
    pipeline_ = std::make_unique<middleware::Pipeline>(
        site.parts().site, middleware::View{any_path, no_view}
    );
}

Middleware::~Middleware() = default;

http::Response
Middleware::operator()(const http::Request& request, const View& view, std::string view_name) {
    return (*pipeline_)(
        request,
        [&](middleware::HttpRequest& http) {
            if (checks_csrf_ && middleware::csrf_failure(http)) {
                return middleware::csrf_failure_page();
            }
            OpenRequest open(site_.parts(), http);
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
