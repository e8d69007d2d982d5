// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/database_loan.hpp"
#include "accounts/session.hpp"
#include "http/message.hpp"
#include "http/query_dict.hpp"
#include "messages/db_storage.hpp"
#include "middleware/request_database.hpp"
#include "middleware/request_session.hpp"
#include "middleware/site_resources.hpp"
#include "model/user.hpp"
#include "sql/foretold.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace drf_messages::middleware {

class Pipeline;

/// Who looks at a request in its view, in place of the handler: see Pipeline::Door.
class Visitor {
public:
    Visitor() = default;
    Visitor(const Visitor&) = delete;
    Visitor& operator=(const Visitor&) = delete;
    virtual ~Visitor() = default;

    bool was_let_in = false;
};

/// One request on its way through middleware and view: Django's HttpRequest. Used by one thread.
class HttpRequest {
public:
    HttpRequest(SiteResources& site, const http::Request& wire);
    HttpRequest(const HttpRequest&) = delete;
    HttpRequest& operator=(const HttpRequest&) = delete;

    SiteResources& site;
    const http::Request& wire;
    Pipeline* pipeline = nullptr; ///< null: the request comes from elsewhere
    Visitor* visitor = nullptr;   ///< null: the request is to be answered
    std::string method;           ///< upper case
    /// decoded, without the script name; begins with "/" (but "*" for OPTIONS *)
    std::string path_info;
    std::string path; ///< script name and path_info
    /// What stands before path_info in paths of the site: "/app", or nothing.
    std::string_view script_name() const {
        return std::string_view(path).substr(0, path.size() - path_info.size());
    }
    std::string query_string; ///< as sent, without "?"
    /// The path that has matched, "/messages/{pk}/"; empty while none has, or none does.
    std::string_view route;
    /// for a page of the application: Django's resolver_match.view_name
    std::string view_name;

    /// A header's value as WSGI gives it (fields of one name joined by ",", those of Cookie by
    /// "; "), as UTF-8 of its Latin-1 bytes.
    /// In `name` "_" and "-" are the same, as they are in WSGI; a field sent with "_" is left out.
    std::optional<std::string> header(std::string_view name) const;
    /// A header by the name that it has in WSGI: "HTTP_X_FORWARDED_PROTO", "CONTENT_TYPE".
    std::optional<std::string> meta(std::string_view wsgi_name) const;
    /// The charset that Content-Type names, in which query and form are read; UTF-8 when it names
    /// none, or one that is unknown. Django: HttpRequest._set_content_type_params.
    text::Charset charset() const;
    /// Absent when the query has more than DATA_UPLOAD_MAX_NUMBER_FIELDS fields: answer 400.
    const std::optional<http::QueryDict>& query();
    const std::unordered_map<std::string, std::string>& cookies();

    bool is_secure() const;
    /// Host with port as links show it; absent when ALLOWED_HOSTS forbids it (DisallowedHost:
    /// answer 400).
    const std::optional<std::string>& host();
    /// The port that the client sees, as text: that of Host, and where there is none the server's.
    std::string port() const;
    /// "http://testserver/messages/?limit=2" of this request. Django:
    /// HttpRequest.build_absolute_uri. Throws BadRequest where host() is absent.
    std::string build_absolute_uri();
    /// Path with query, "/" appended to the path on demand. Django: HttpRequest.get_full_path.
    std::string full_path(bool force_append_slash) const;

    /// The connection of this request: leased when first needed, returned with the request.
    sql::Connection& database();
    /// Whether the connection stays with the request until its end. A page of an application may
    /// need another connection meanwhile, and all such pages together would wait for each other.
    bool keeps_connection = true;
    void give_connection_back() noexcept {
        foretold_.reset();
        lease_.reset();
    }
    /// The same for who asks the database before and after something that takes its time.
    accounts::DatabaseLoan database_loan();
    /// database(), as the messages room uses it.
    RequestDatabase message_database{*this};

    /// From here on database() shows one state of the database to code that only reads. Only for
    /// our own views: others may write through connections of their own.
    void read_in_snapshot();

    /// Absent without SessionMiddleware.
    std::optional<accounts::Session> session;

    /// The session's user, looked up once (AuthenticationMiddleware); absent for an anonymous
    /// visitor.
    const std::optional<User>& session_user();
    bool has_authentication_middleware = false;

    /// The user whom REST framework has authenticated; the messages storage follows it.
    void set_user(const std::optional<User>& user);

    /// The viewer's rows, which the REST views show whatever MESSAGE_STORAGE says. Absent without
    /// MessageMiddleware.
    std::optional<messages::DBStorage> messages;
    /// What MESSAGE_STORAGE names: Django's request._messages. Null without MessageMiddleware.
    messages::Storage* message_storage = nullptr;
    /// For a storage that is not DBStorage.
    std::unique_ptr<messages::Storage> django_storage;
    std::optional<RequestSession> session_data;

    /// The language that LocaleMiddleware chose, else that of LANGUAGE_CODE.
    const locale::Language& language() const noexcept;
    const locale::Language* chosen_language = nullptr;

    // ---- CSRF (django/middleware/csrf.py)
    std::optional<std::string> csrf_cookie; ///< META["CSRF_COOKIE"]: always a token
    /// META["CSRF_COOKIE_NEEDS_UPDATE"]: a page showed the token, or it is new
    bool csrf_cookie_needs_update = false;

private:
    void append_full_path(std::string& to, bool force_append_slash) const;
    void foretell();

    std::optional<std::optional<http::QueryDict>> query_;
    std::optional<std::unordered_map<std::string, std::string>> cookies_;
    std::optional<std::optional<std::string>> host_;
    std::optional<sql::Pool::Lease> lease_;
    std::optional<sql::Foretold> foretold_; ///< of the lease
    bool reads_in_snapshot_ = false;
    std::optional<std::optional<User>> session_user_;
};

/// The csrfmiddlewaretoken of a POST's form, empty when there is none.
using PostedToken = std::function<std::string(HttpRequest&)>;

/// Reads the form itself: urlencoded and multipart bodies of at most DATA_UPLOAD_MAX_MEMORY_SIZE
/// bytes.
std::string posted_csrf_token(HttpRequest& request);

/// Why CSRF verification fails (without "CSRF Failed: "); absent when it passes: process_request
/// and process_view of CsrfViewMiddleware.
/// - posted_token: called only for a POST with a cookie, after the Referer checks; may throw, as a
///   parser of REST framework does, whose SessionAuthentication.enforce_csrf this is.
std::optional<std::string> csrf_failure(HttpRequest& request, const PostedToken& posted_token);

/// The same for a page of Django's. Throws BadRequest where its request.POST does.
std::optional<std::string> csrf_failure(HttpRequest& request);

/// The token for a form or script of this answer, which then sets the cookie. Django: get_token.
std::string csrf_token(HttpRequest& request);

/// A new token and cookie, for whoever has just logged in. Django: rotate_token.
void rotate_csrf_token(HttpRequest& request);

} // namespace drf_messages::middleware
