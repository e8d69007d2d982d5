// SPDX-License-Identifier: MIT
#include "messages/cookie_storage.hpp"
#include "messages/make_storage.hpp"
#include "middleware/factories.hpp"
#include "text/plural.hpp"

#include <fmt/format.h>

#include <utility>

namespace drf_messages::middleware {
namespace {

/// Django: django/contrib/messages/middleware.py.
class MessageMiddleware final : public Middleware {
public:
    explicit MessageMiddleware(bool in_database) : in_database_(in_database) {}

    std::optional<http::Response> process_request(HttpRequest& request) override {
        Viewer viewer;
        // The original's storage looks at the session's key or at the user, which makes answers
        // differ by visitor (Vary: Cookie) and ends a session that is no longer valid:
        // drf_messages/storage.py, DBStorage.__init__. Django's own look at neither.
        if (in_database_ && !request.site.settings.messages_use_sessions) {
            if (const std::optional<User>& user = request.session_user()) {
                viewer.user = user->id;
            }
        }
        if (request.session) {
            viewer.has_session = true;
            viewer.session_key = request.session->session_key();
        }
        request.messages.emplace(request.message_database, std::move(viewer), request.view_name);
        request.message_storage = &*request.messages;
        if (!in_database_) {
            open_django_storage(request);
        }
        return std::nullopt;
    }

    void process_response(HttpRequest& request, http::Response& response) override {
        const auto lost =
            static_cast<std::int64_t>(request.message_storage->update(&response).size());
        if (lost > 0) {
            const bool refused = request.session && !request.session->writable();
            request.site.log(
                LogLevel::warning,
                refused
                    ? fmt::format(
                          "{} message{} lost: {}",
                          lost,
                          lost == 1 ? " is" : "s are",
                          request.session->why_not_written()
                      )
                    : fmt::format("There was no room for {} message{}", lost, text::plural(lost))
            );
        }
        messages::log_losses(*request.message_storage, request.message_database, request.view_name);
    }

private:
    static void open_django_storage(HttpRequest& request) {
        messages::StorageSources sources;
        const auto& cookies = request.cookies();
        if (const auto cookie = cookies.find(std::string(messages::CookieStorage::cookie_name));
            cookie != cookies.end()) {
            sources.cookie = cookie->second;
        }
        if (request.session) {
            sources.session = &request.session_data.emplace(*request.session);
        }
        request.django_storage =
            messages::make_storage(request.message_database, std::move(sources));
        request.message_storage = request.django_storage.get();
    }

    bool in_database_;
};

} // namespace

std::unique_ptr<Middleware> make_message_middleware(const SiteResources& site, const View&) {
    return std::make_unique<MessageMiddleware>(
        messages::keeps_in_database(site.settings.message_storage)
    );
}

} // namespace drf_messages::middleware
