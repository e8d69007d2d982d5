// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/http.hpp>
#include <drf_messages/request.hpp>

#include <functional>
#include <memory>
#include <string>

namespace drf_messages::middleware {
class Pipeline;
}

namespace drf_messages {

class Site;

/// Runs settings.middleware around your own page, as Django does around a view: it finds session
/// and user by the cookie, opens the request's storage, answers 403 to a POST without the right
/// CSRF token (if CsrfViewMiddleware is among the settings), and when the answer is ready updates
/// the storage and sets cookies and headers.
class DRF_MESSAGES_API Middleware {
public:
    using View = std::function<http::Response(Request& request)>;

    /// The site must live longer. Throws std::invalid_argument for settings that cannot work.
    explicit Middleware(Site& site);
    ~Middleware();
    Middleware(const Middleware&) = delete;
    Middleware& operator=(const Middleware&) = delete;

    /// Answers one request; from any thread. Never throws: an exception of the view becomes the
    /// answer 500 (or 503, 400) and a line in the site's log.
    /// - view_name: kept with the messages that the view leaves, "profile:save"
    http::Response
    operator()(const http::Request& request, const View& view, std::string view_name = {});

private:
    std::unique_ptr<middleware::Pipeline> pipeline_;
    bool checks_csrf_;
};

/// The token for the hidden field `csrfmiddlewaretoken` of a form, or for the header X-CSRFToken of
/// a script; the answer then sets the matching cookie. Throws std::logic_error for a request that
/// no Middleware made.
/// - Django: {% csrf_token %}, django/middleware/csrf.py, get_token.
DRF_MESSAGES_API std::string csrf_token(Request& request);

} // namespace drf_messages
