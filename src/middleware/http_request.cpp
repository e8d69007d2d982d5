// SPDX-License-Identifier: MIT
#include "middleware/http_request.hpp"

#include "accounts/authentication.hpp"
#include "http/cookies.hpp"
#include "http/media_type.hpp"
#include "http/url.hpp"
#include "middleware/host.hpp"
#include "middleware/pipeline.hpp"
#include "middleware/required.hpp"
#include "middleware/wsgi_path.hpp"
#include "model/script_name.hpp"
#include "text/ascii.hpp"
#include "text/python_text.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>
#include <variant>

namespace drf_messages::middleware {
namespace {

/// Whether a field is the one that WSGI knows by that name, in which "_" and "-" are the same. A
/// field that is sent with "_" does not count: a proxy that replaces X-Forwarded-Proto would let
/// X_Forwarded_Proto pass. Django's own server and gunicorn leave such fields out too.
bool is_wsgi_field(std::string_view field, std::string_view name) {
    return std::equal(field.begin(), field.end(), name.begin(), name.end(), [](char f, char n) {
        return f != '_' && (f == n || text::lower(f) == (n == '_' ? '-' : text::lower(n)));
    });
}

/// What stands between the values of several fields of that name; absent for Content-Type and
/// Content-Length, of which WSGI has one each, the last.
std::optional<std::string_view> separator_of(std::string_view name) {
    if (is_wsgi_field("Content-Type", name) || is_wsgi_field("Content-Length", name)) {
        return std::nullopt;
    }
    return is_wsgi_field("Cookie", name) ? http::cookie_separator : ",";
}

/// The bytes of every field of that name, joined; absent when there is none.
std::optional<std::string> raw_header(const http::Headers& headers, std::string_view name) {
    std::optional<std::string> value;
    for (const auto& [field, text] : headers.fields()) {
        if (!is_wsgi_field(field, name)) {
            continue;
        }
        const auto separator = value ? separator_of(name) : std::nullopt;
        if (separator) {
            value->append(*separator).append(text);
        } else {
            value = text;
        }
    }
    return value;
}

std::string_view usual_port(bool secure) {
    return secure ? "443" : "80";
}

const std::vector<std::string>& allowed_hosts(const Settings& settings) {
    static const std::vector<std::string> local_hosts = {".localhost", "127.0.0.1", "[::1]"};
    return settings.debug && settings.allowed_hosts.empty() ? local_hosts : settings.allowed_hosts;
}

/// The last part of a path that is a number: 7 in "/messages/7/read/".
std::optional<std::int64_t> number_in(std::string_view path) {
    while (!path.empty()) {
        const std::size_t slash = path.rfind('/');
        const std::string_view part = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
        if (!part.empty() && error == std::errc() && end == part.data() + part.size()) {
            return number;
        }
        path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
    }
    return std::nullopt;
}

} // namespace

HttpRequest::HttpRequest(SiteResources& of_site, const http::Request& of_wire)
    : site(of_site), wire(of_wire), method(text::uppered(of_wire.method)) {
    const TargetParts target = split_target(wire.target);
    path_info = decode_path(target.path);
    query_string = target.query;

    path = drf_messages::script_name(site.settings);
    path.push_back('/');
    const std::size_t slash = path_info.find('/');
    if (slash == std::string::npos) {
        path += path_info;
    } else {
        path.append(path_info, 0, slash).append(path_info, slash + 1);
    }
}

std::optional<std::string> HttpRequest::header(std::string_view name) const {
    std::optional<std::string> value = raw_header(wire.headers, name);
    if (value && !std::all_of(value->begin(), value->end(), text::is_ascii)) {
        value = text::latin1_to_utf8(*value);
    }
    return value;
}

std::optional<std::string> HttpRequest::meta(std::string_view wsgi_name) const {
    if (wsgi_name.starts_with("HTTP_")) {
        return header(wsgi_name.substr(5));
    }
    if (wsgi_name == "CONTENT_TYPE" || wsgi_name == "CONTENT_LENGTH") {
        return header(wsgi_name);
    }
    return std::nullopt;
}

text::Charset HttpRequest::charset() const {
    const auto content_type = header("Content-Type");
    if (!content_type) {
        return {};
    }
    const http::MediaType type(*content_type);
    const auto named = type.param("charset");
    return named ? text::Charset::find(*named).value_or(text::Charset()) : text::Charset();
}

const std::optional<http::QueryDict>& HttpRequest::query() {
    if (!query_) {
        query_.emplace(http::QueryDict::parse(
            query_string,
            site.settings.data_upload_max_number_fields,
            query_string.empty() ? text::Charset() : charset()
        ));
    }
    return *query_;
}

const std::unordered_map<std::string, std::string>& HttpRequest::cookies() {
    if (!cookies_) {
        const std::optional<std::string> fields = raw_header(wire.headers, "Cookie");
        cookies_ = fields ? http::parse_cookies(text::utf8_or_replacement(*fields))
                          : std::unordered_map<std::string, std::string>();
    }
    return *cookies_;
}

bool HttpRequest::is_secure() const {
    if (const auto& proxy_header = site.settings.secure_proxy_ssl_header) {
        if (const auto values = meta(proxy_header->first)) {
            std::string_view value = *values;
            if (site.differences.has(model::Difference::proxy_header_list)) {
                value = text::strip(value.substr(0, value.find(',')));
            }
            return value == proxy_header->second;
        }
    }
    return wire.secure;
}

const std::optional<std::string>& HttpRequest::host() {
    if (host_) {
        return *host_;
    }
    std::optional<std::string> name;
    if (site.settings.use_x_forwarded_host) {
        name = header("X-Forwarded-Host");
    }
    if (!name) {
        name = header("Host");
    }
    if (!name) {
        // HTTP/1.0 knows no Host; WSGI then has the name and port of the server.
        name = wire.server_name.empty() ? "127.0.0.1" : host_of_address(wire.server_name);
        const std::string number = port();
        if (number != usual_port(is_secure())) {
            name->append(":").append(number);
        }
    }
    const std::optional<std::string> domain = host_domain(*name);
    if (!domain || !is_allowed_host(*domain, allowed_hosts(site.settings))) {
        name.reset();
    }
    host_.emplace(std::move(name));
    return *host_;
}

std::string HttpRequest::port() const {
    if (site.settings.use_x_forwarded_port) {
        if (auto forwarded = header("X-Forwarded-Port")) {
            return *forwarded;
        }
    }
    if (const auto name = header("Host")) {
        const std::size_t colon = name->rfind(':');
        if (colon != std::string::npos && !name->ends_with(']')) {
            return name->substr(colon + 1);
        }
    } else if (wire.server_port != 0) {
        return std::to_string(wire.server_port);
    }
    return std::string(usual_port(is_secure()));
}

std::string HttpRequest::build_absolute_uri() {
    const std::string& name = required_host(*this);
    const std::string_view scheme = is_secure() ? "https://" : "http://";
    std::string uri;
    uri.reserve(scheme.size() + name.size() + path.size() + query_string.size() + 1);
    uri.append(scheme);
    http::append_as_uri(uri, name);
    append_full_path(uri, false);
    return uri;
}

std::string HttpRequest::full_path(bool force_append_slash) const {
    std::string full;
    append_full_path(full, force_append_slash);
    return full;
}

void HttpRequest::append_full_path(std::string& to, bool force_append_slash) const {
    to.append(http::escape_uri_path(path));
    if (force_append_slash && !path.ends_with('/')) {
        to.push_back('/');
    }
    if (query_string.empty()) {
        return;
    }
    to.push_back('?');
    if (std::all_of(query_string.begin(), query_string.end(), [](char c) {
            return text::is_ascii(c);
        })) {
        http::append_as_uri(to, query_string);
    } else {
        http::append_as_uri(to, text::latin1_to_utf8(query_string));
    }
}

sql::Connection& HttpRequest::database() {
    site.database->refuse_in_transaction();
    if (!lease_) {
        lease_.emplace(site.database->acquire());
        if (reads_in_snapshot_) {
            (*lease_)->begin_snapshot();
        }
        if (site.foresight && pipeline != nullptr) {
            foretell();
        }
    }
    return **lease_;
}

/// Where its questions may be asked ahead, by what others like it have asked.
void HttpRequest::foretell() {
    const std::string_view foreseen = pipeline->foreseen_route(*this);
    if (foreseen.empty()) {
        return;
    }
    std::uint64_t hash = sql::hashed(sql::hashed(sql::hashed(0, method), foreseen), query_string);
    hash = sql::hashed(hash, header("If-None-Match") ? "conditional" : "");
    foretold_.emplace(*site.foresight, **lease_, sql::Foretold::Kind{hash, number_in(path_info)});
}

accounts::DatabaseLoan HttpRequest::database_loan() {
    return {
        [this]() -> sql::Connection& { return database(); }, [this] { give_connection_back(); }};
}

void HttpRequest::read_in_snapshot() {
    reads_in_snapshot_ = true;
    if (lease_) {
        (*lease_)->begin_snapshot();
    }
}

const std::optional<User>& HttpRequest::session_user() {
    static const std::optional<User> anonymous;
    if (!has_authentication_middleware || !session) {
        return anonymous;
    }
    if (!session_user_) {
        session_user_.emplace(accounts::user_of_session(
            site.settings,
            site.users,
            *site.auth_hashes,
            *session,
            [this]() -> sql::Connection& { return database(); }
        ));
    }
    return *session_user_;
}

void HttpRequest::set_user(const std::optional<User>& user) {
    if (foretold_ && user) {
        foretold_->set_user(
            std::visit([](const auto& key) -> sql::Value { return key; }, user->id.value)
        );
    }
    if (!messages) {
        return;
    }
    Viewer viewer;
    if (user) {
        viewer.user = user->id;
    }
    if (session) {
        viewer.has_session = true;
        viewer.session_key = session->session_key();
    }
    messages->set_viewer(std::move(viewer));
}

const locale::Language& HttpRequest::language() const noexcept {
    return chosen_language != nullptr ? *chosen_language : site.languages->of_site();
}

} // namespace drf_messages::middleware
