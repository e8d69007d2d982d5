// SPDX-License-Identifier: MIT
#pragma once

#include "middleware/bad_request.hpp"
#include "middleware/http_request.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::middleware {

/// One entry of MIDDLEWARE.
class Middleware {
public:
    virtual ~Middleware() = default;
    /// An answer ends the way inwards; this entry and those further out still see it on the way
    /// back.
    virtual std::optional<http::Response> process_request(HttpRequest&) { return std::nullopt; }
    /// Of a stream only the head is there; it says nothing before the middleware is through.
    virtual void process_response(HttpRequest&, http::Response&) {}
};

/// What the middleware asks about the URL configuration, and hands requests to.
struct View {
    using Handle = std::function<http::Response(HttpRequest&)>;
    std::function<bool(std::string_view path_info)> is_valid_path;
    Handle handle;
    /// Whether a request reads one state of the database, including the middleware's reading of the
    /// session and the user: HttpRequest::read_in_snapshot.
    bool reads_in_snapshot = false;
    /// The route of a request whose questions may be asked in one round trip, by what others like
    /// it have asked: whose view asks by HttpRequest::database() alone, and waits for nothing else
    /// that could change what it asks for. Empty for others; null: of none.
    std::function<std::string_view(const HttpRequest&)> foreseen_route = {};
};

/// The middleware of MIDDLEWARE around the view, in Django's order. The one place where errors of a
/// request are caught: a database that is busy or lost, or a cache or session store that does not
/// respond, becomes 503 with Retry-After, BadRequest 400, anything else 500. They are logged
/// without values. As in Django, an error becomes an answer where it was thrown, so that the
/// middleware further out sees it.
class Pipeline {
public:
    /// Throws std::invalid_argument for an unknown name.
    Pipeline(SiteResources& site, View view);
    ~Pipeline();

    http::Response operator()(const http::Request& request);
    /// The same around a view other than the pipeline's own.
    /// - view_name: for the messages that it leaves.
    http::Response
    operator()(const http::Request& request, const View::Handle& handle, std::string view_name);

    /// As View::foreseen_route.
    std::string_view foreseen_route(const HttpRequest& request) const {
        return view_.foreseen_route ? view_.foreseen_route(request) : std::string_view();
    }

    /// Every known MIDDLEWARE name.
    static const std::vector<std::string>& known_middleware();

    /// The way back in for who still answers a request when the pipeline has answered: a stream.
    /// Thread safe; may live longer than the pipeline.
    class Door {
    public:
        explicit Door(Pipeline& pipeline) : pipeline_(&pipeline) {}
        /// Takes the request through the middleware into the view, which does what the visitor
        /// wants if it still lets the request in. Nothing is answered, and nothing is stored of
        /// the session. What is thrown on the way passes through.
        void visit(const http::Request& wire, Visitor& visitor);
        /// Waits for visits that are under way; those that follow are not let in.
        void close();

    private:
        std::shared_mutex mutex_;
        Pipeline* pipeline_;
    };
    const std::shared_ptr<Door>& door() const noexcept { return door_; }

private:
    http::Response run(std::size_t index, HttpRequest& request, const View::Handle& handle);

    SiteResources& site_;
    View view_;
    std::vector<std::unique_ptr<Middleware>> chain_;
    std::shared_ptr<Door> door_ = std::make_shared<Door>(*this);
};

/// Django's plain error pages (templates absent): "Bad Request (400)", "403 Forbidden", "Not
/// Found", "Server Error (500)"; in their manner for a status that Django has no page for.
http::Response error_page(const SiteResources& site, int status);
http::Response not_found_page(HttpRequest& request);
http::Response csrf_failure_page(const HttpRequest& request);

/// What those pages do whatever MIDDLEWARE has: a CSRF cookie of a wrong form is replaced, if the
/// release does so, and one that is to be sent is. Django: views/defaults.py, requires_csrf_token.
void ensure_csrf_cookie(HttpRequest& request, http::Response& response);

} // namespace drf_messages::middleware
