// SPDX-License-Identifier: MIT
#include "middleware/factories.hpp"

namespace drf_messages::middleware {
namespace {

/// Django: django/contrib/messages/middleware.py.
class MessageMiddleware final : public Middleware {
public:
    std::optional<http::Response> process_request(HttpRequest& request) override {
        const Site& site = request.site;
        Viewer viewer;
        // The original's storage looks at the session's key or at the user, which tells a visitor's
        // answers apart (Vary: Cookie) and ends a session that is no longer good:
        // drf_messages/storage.py, DBStorage.__init__.
        if (!site.settings.messages_use_sessions) {
            if (const std::optional<User>& user = request.session_user()) {
                viewer.user = user->id;
            }
        }
        if (request.session) {
            viewer.has_session = true;
            viewer.session_key = request.session->session_key();
        }
        request.messages.emplace(request.message_database, std::move(viewer), request.view_name);
        return std::nullopt;
    }

    void process_response(HttpRequest& request, http::Response&) override {
        request.messages->update();
    }
};

} // namespace

std::unique_ptr<Middleware> make_message_middleware(const Site&, const View&) {
    return std::make_unique<MessageMiddleware>();
}

} // namespace drf_messages::middleware
