// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/http.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/log.hpp>
#include <drf_messages/message_query_set.hpp>
#include <drf_messages/settings.hpp>
#include <drf_messages/time.hpp>
#include <drf_messages/viewer.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {
struct ApiRequest;
}

namespace drf_messages::rest {

/// A request inside a REST view, as the classes of an application see it: REST framework's Request.
/// A view, cheap to copy; it must not outlive the call that it was given to.
class DRF_MESSAGES_API Request {
public:
    /// For the library itself.
    explicit Request(api::ApiRequest& request) noexcept : request_(&request) {}
    api::ApiRequest& state() const noexcept { return *request_; }

    std::string_view method() const noexcept; ///< upper case
    std::string_view path() const noexcept;   ///< decoded, without the query
    /// "http://example.com/messages/?limit=2": where this request went.
    std::string build_absolute_uri() const;
    const std::string& body() const noexcept;
    std::string_view remote_address() const noexcept; ///< empty on a Unix socket

    /// The last query parameter of that name, decoded.
    std::optional<std::string> get(std::string_view name) const;
    /// All query parameters of that name, in their order.
    std::vector<std::string> get_list(std::string_view name) const;
    /// A header by its name in any case; fields that come twice are joined by ",".
    std::optional<std::string> header(std::string_view name) const;
    std::optional<std::string> cookie(std::string_view name) const;

    /// The authenticated user. Nobody while authentication classes still run.
    bool is_authenticated() const noexcept;
    std::optional<UserId> user_id() const;
    std::string_view username() const noexcept; ///< empty for an anonymous visitor
    std::string_view email() const noexcept;    ///< empty for an anonymous visitor
    bool is_staff() const noexcept;
    bool is_superuser() const noexcept;
    /// Whether the user has a permission like "shop.sell_book"; one or two statements.
    /// - Django: ModelBackend.has_perm.
    bool has_perm(std::string_view permission) const;
    /// The user and the session to which the messages belong.
    Viewer viewer() const;

    /// "list", "retrieve", "destroy", "peek" or "metadata" (OPTIONS), and with their extensions
    /// "counts", "read", "unread", "mark_read", "mark_unread", "changes", "stream"; empty for a
    /// method that the view does not have.
    std::string_view action() const noexcept;
    /// An argument of the route: "pk", "format".
    std::optional<std::string> kwarg(std::string_view name) const;
    std::optional<std::string> version() const;
    std::string_view name_space() const noexcept; ///< of the route

    /// The messages of this request's visitor, read ones too.
    MessageQuerySet messages() const;

    Timestamp now() const; ///< by the site's clock
    const Settings& settings() const noexcept;
    /// Writes to the site's log. A line must not hold tokens, cookies or texts of messages.
    void log(LogLevel level, std::string_view line) const;

private:
    api::ApiRequest* request_;
};

} // namespace drf_messages::rest
