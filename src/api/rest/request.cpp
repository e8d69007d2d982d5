// SPDX-License-Identifier: MIT
#include "accounts/authentication.hpp"
#include "api/exchange/api_request.hpp"
#include "messages/query_set_factory.hpp"
#include "middleware/required.hpp"

#include <drf_messages/rest/request.hpp>

namespace drf_messages::rest {

std::string_view Request::method() const noexcept {
    return request_->http.method;
}

std::string_view Request::path() const noexcept {
    return request_->http.path;
}

std::string Request::build_absolute_uri() const {
    return request_->http.build_absolute_uri();
}

const std::string& Request::body() const noexcept {
    return request_->http.wire.body;
}

std::string_view Request::remote_address() const noexcept {
    return request_->http.wire.remote_address;
}

std::optional<std::string> Request::get(std::string_view name) const {
    const auto value = middleware::required_query(request_->http).get(name);
    return value ? std::optional<std::string>(*value) : std::nullopt;
}

std::vector<std::string> Request::get_list(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [parameter, value] : middleware::required_query(request_->http).items()) {
        if (parameter == name) {
            values.push_back(value);
        }
    }
    return values;
}

std::optional<std::string> Request::header(std::string_view name) const {
    return request_->http.header(name);
}

std::optional<std::string> Request::cookie(std::string_view name) const {
    const auto& cookies = request_->http.cookies();
    const auto found = cookies.find(std::string(name));
    return found == cookies.end() ? std::nullopt : std::optional(found->second);
}

bool Request::is_authenticated() const noexcept {
    return request_->user.has_value();
}

std::optional<UserId> Request::user_id() const {
    return request_->user ? std::optional(request_->user->id) : std::nullopt;
}

std::string_view Request::username() const noexcept {
    return request_->user ? std::string_view(request_->user->username) : std::string_view();
}

std::string_view Request::email() const noexcept {
    return request_->user ? std::string_view(request_->user->email) : std::string_view();
}

bool Request::is_staff() const noexcept {
    return request_->user && request_->user->is_staff;
}

bool Request::is_superuser() const noexcept {
    return request_->user && request_->user->is_superuser;
}

bool Request::has_perm(std::string_view permission) const {
    auto& http = request_->http;
    return request_->user &&
           accounts::has_permission(http.site.users, http.database(), *request_->user, permission);
}

Viewer Request::viewer() const {
    Viewer viewer;
    viewer.user = user_id();
    if (const auto& session = request_->http.session) {
        viewer.has_session = true;
        viewer.session_key = session->session_key();
    }
    return viewer;
}

std::string_view Request::action() const noexcept {
    return request_->action;
}

std::optional<std::string> Request::kwarg(std::string_view name) const {
    const auto found = request_->kwargs.find(std::string(name));
    return found == request_->kwargs.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> Request::version() const {
    return request_->version;
}

std::string_view Request::name_space() const noexcept {
    return request_->name_space;
}

MessageQuerySet Request::messages() const {
    return messages::make_query_set(
        request_->query_set_database(),
        {store::message_scope(viewer(), settings().messages_use_sessions), nullptr}
    );
}

Timestamp Request::now() const {
    return request_->http.site.clock();
}

const Settings& Request::settings() const noexcept {
    return request_->http.site.settings;
}

void Request::log(LogLevel level, std::string_view line) const {
    request_->http.site.log(level, line);
}

} // namespace drf_messages::rest
