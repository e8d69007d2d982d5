// SPDX-License-Identifier: MIT
#include "api/policies/authenticators.hpp"

#include "accounts/authentication.hpp"
#include "api/classes/class_tables.hpp"
#include "api/classes/custom_call.hpp"
#include "api/exchange/errors.hpp"
#include "api/policies/login_throttle.hpp"
#include "api/wire/parsers.hpp"
#include "text/ascii.hpp"
#include "text/base64.hpp"
#include "text/utf8.hpp"

#include <drf_messages/rest/authentication.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace drf_messages::api {
namespace {

using rest::Value;

/// The Authorization header as it was on the wire; HttpRequest::header shows each byte as a
/// character.
std::string authorization_bytes(const middleware::HttpRequest& request) {
    auto header = request.header("Authorization");
    if (!header || std::all_of(header->begin(), header->end(), text::is_ascii)) {
        return header ? *std::move(header) : std::string();
    }
    std::string bytes;
    bytes.reserve(header->size());
    for (std::size_t i = 0; i < header->size(); ++i) {
        const auto byte = static_cast<unsigned char>((*header)[i]);
        if (byte < 0x80 || i + 1 == header->size()) {
            bytes += static_cast<char>(byte);
        } else {
            bytes += static_cast<char>(
                ((byte & 0x03) << 6) | (static_cast<unsigned char>((*header)[++i]) & 0x3f)
            );
        }
    }
    return bytes;
}

/// The first two words, and how many there are; more than three count as three. Python's
/// bytes.split().
struct FirstWords {
    std::array<std::string_view, 2> word;
    std::size_t count = 0;
};

FirstWords first_words(std::string_view header) {
    FirstWords words;
    const auto* const end = header.data() + header.size();
    for (const auto* at = header.data(); words.count < 3; ++words.count) {
        const auto* const begin = std::find_if_not(at, end, text::is_ascii_space);
        if (begin == end) {
            break;
        }
        at = std::find_if(begin, end, text::is_ascii_space);
        if (words.count < 2) {
            words.word[words.count] = std::string_view(begin, static_cast<std::size_t>(at - begin));
        }
    }
    return words;
}

bool equal_without_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    };
    if (a.size() != b.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return true;
}

class SessionAuthentication final : public Authenticator {
public:
    SessionAuthentication(const Settings& settings, const ClassAttributes&)
        : parsers_(make_parsers(settings)), cookie_name_(settings.session_cookie_name) {}

    std::optional<User> authenticate(ApiRequest& api_request) const override {
        auto& request = api_request.http;
        if (!request.has_authentication_middleware) {
            return std::nullopt;
        }
        const auto& user = request.session_user();
        if (!user || !user->is_active) {
            return std::nullopt;
        }
        if (const auto reason =
                middleware::csrf_failure(request, [this](middleware::HttpRequest& post) {
                    return posted_csrf_token(post, parsers_);
                })) {
            throw permission_denied("CSRF Failed: " + *reason);
        }
        return user;
    }

    SecurityScheme security_scheme() const override {
        return {
            "cookieAuth",
            Value::object({{"type", "apiKey"}, {"in", "cookie"}, {"name", cookie_name_}}),
            true};
    }

private:
    std::vector<Parser> parsers_;
    std::string cookie_name_;
};

class TokenAuthentication final : public Authenticator {
public:
    TokenAuthentication(const Settings&, const ClassAttributes& attributes)
        : keyword_(attributes.text("keyword").value_or("Token")) {}

    std::optional<User> authenticate(ApiRequest& api_request) const override {
        auto& request = api_request.http;
        const auto header = authorization_bytes(request);
        const auto words = first_words(header);
        if (words.count == 0 || !equal_without_case(words.word[0], keyword_)) {
            return std::nullopt;
        }
        if (words.count == 1) {
            throw authentication_failed("Invalid token header. No credentials provided.");
        }
        if (words.count > 2) {
            throw authentication_failed(
                "Invalid token header. Token string should not contain spaces."
            );
        }
        if (!text::is_valid_utf8(words.word[1])) {
            throw authentication_failed(
                "Invalid token header. Token string should not contain invalid characters."
            );
        }
        auto user = request.site.users.select_user_by_token(request.database(), words.word[1]);
        if (!user) {
            throw authentication_failed("Invalid token.");
        }
        if (!user->is_active) {
            throw authentication_failed("User inactive or deleted.");
        }
        return user;
    }

    std::optional<std::string> challenge() const override { return keyword_; }

    SecurityScheme security_scheme() const override {
        if (keyword_ == "Bearer") {
            return {"tokenAuth", Value::object({{"type", "http"}, {"scheme", "bearer"}})};
        }
        return {
            "tokenAuth",
            Value::object(
                {{"type", "apiKey"},
                 {"in", "header"},
                 {"name", "Authorization"},
                 {"description",
                  "Token-based authentication with required prefix \"" + keyword_ + '"'}}
            )};
    }

private:
    std::string keyword_;
};

class BasicAuthentication final : public Authenticator {
public:
    BasicAuthentication(const Settings& settings, const ClassAttributes& attributes)
        : settings_(settings), realm_(attributes.text("www_authenticate_realm").value_or("api")),
          throttle_(LoginThrottle::of_basic_authentication(settings)) {}

    std::optional<User> authenticate(ApiRequest& api_request) const override {
        auto& request = api_request.http;
        const auto header = authorization_bytes(request);
        const auto words = first_words(header);
        if (words.count == 0 || !equal_without_case(words.word[0], "basic")) {
            return std::nullopt;
        }
        if (words.count == 1) {
            throw authentication_failed("Invalid basic header. No credentials provided.");
        }
        if (words.count > 2) {
            throw authentication_failed(
                "Invalid basic header. Credentials string should not contain spaces."
            );
        }
        auto credentials = text::base64_decode(words.word[1]);
        const bool wants_colon =
            request.site.differences.has(model::Difference::basic_without_colon);
        if (!credentials || (wants_colon && credentials->find(':') == std::string::npos)) {
            throw authentication_failed(
                "Invalid basic header. Credentials not correctly base64 encoded."
            );
        }
        if (!text::is_valid_utf8(*credentials)) {
            credentials = text::latin1_to_utf8(*credentials);
        }
        const std::string_view both = *credentials;
        const auto colon = both.find(':');
        const auto username = both.substr(0, colon);
        const auto password =
            colon == std::string_view::npos ? std::string_view() : both.substr(colon + 1);
        LoginTry login_try = throttle_.begin(request, username);
        if (!login_try.verdict().allowed) {
            throw throttled(login_try.verdict().wait_seconds);
        }
        const middleware::SiteResources& site = request.site;
        auto found = accounts::authenticate(
            settings_, site.users, site.passwords, request.database_loan(), username, password
        );
        if (!found) {
            login_try.count_failure();
            throw authentication_failed("Invalid username/password.");
        }
        if (!found->user.is_active) {
            throw authentication_failed("User inactive or deleted.");
        }
        return std::move(found->user);
    }

    std::optional<std::string> challenge() const override {
        return "Basic realm=\"" + realm_ + '"';
    }

    SecurityScheme security_scheme() const override {
        return {
            "basicAuth",
            Value::object({{"type", "http"}, {"scheme", "basic"}}),
            false,
            settings_.basic_throttle_rate || settings_.basic_throttle_address_rate};
    }

    bool may_take_long() const override { return true; }

private:
    const Settings& settings_;
    std::string realm_;
    LoginThrottle throttle_;
};

/// A class of the application: it says who, the user table says whether there is such a user.
class CustomAuthentication final : public Authenticator {
public:
    CustomAuthentication(ClassName name, std::shared_ptr<const rest::Authentication> custom)
        : name_(std::move(name)), custom_(std::move(custom)) {}

    std::optional<User> authenticate(ApiRequest& request) const override {
        const auto identity =
            call_custom(name_, [&] { return custom_->authenticate(rest::Request(request)); });
        if (!identity) {
            return std::nullopt;
        }
        auto user = find(request.http, *identity);
        if (!user || !user->is_active) {
            throw authentication_failed("User inactive or deleted.");
        }
        return user;
    }

    std::optional<std::string> challenge() const override {
        return call_custom(name_, [&] { return custom_->authenticate_header(); });
    }

    /// What the class does not say cannot be known but for the header of its challenge.
    SecurityScheme security_scheme() const override {
        const std::string class_name = name_.substr(name_.rfind('.') + 1);
        const auto header = challenge();
        const std::string scheme = header ? header->substr(0, header->find(' ')) : "";
        return {
            class_name,
            scheme.empty() ? Value::object(
                                 {{"type", "apiKey"},
                                  {"in", "header"},
                                  {"name", "Authorization"},
                                  {"description", "What the class " + name_ + " reads"}}
                             )
                           : Value::object({{"type", "http"}, {"scheme", text::lowered(scheme)}})};
    }

    bool may_take_long() const override { return true; }

private:
    static std::optional<User>
    find(middleware::HttpRequest& request, const rest::Identity& identity) {
        const auto& users = request.site.users;
        if (const auto* id = std::get_if<UserId>(&identity)) {
            // A key of another kind than the table has, or a text that is no key, is nobody's.
            const auto key = users.table().parse_key(users.table().key_text(*id));
            return key ? users.select_user(request.database(), *key) : std::nullopt;
        }
        const auto& name = std::get<rest::Username>(identity).value;
        if (!text::is_valid_utf8(name) || name.find('\0') != std::string::npos) {
            return std::nullopt;
        }
        return users.select_user_by_name(request.database(), name);
    }

    ClassName name_;
    std::shared_ptr<const rest::Authentication> custom_;
};

constexpr ClassAttribute basic_attributes[] = {
    {"www_authenticate_realm", AttributeKind::header_text}};
constexpr ClassAttribute token_attributes[] = {{"keyword", AttributeKind::header_text}};

using Row = ClassRow<MakeClass<Authenticator>>;

constexpr std::array rows{
    Row{"rest_framework.authentication.SessionAuthentication",
        {},
        make_class<Authenticator, SessionAuthentication>},
    Row{"rest_framework.authentication.BasicAuthentication",
        basic_attributes,
        make_class<Authenticator, BasicAuthentication>},
    Row{"rest_framework.authentication.TokenAuthentication",
        token_attributes,
        make_class<Authenticator, TokenAuthentication>},
};

} // namespace

SettingClasses authenticator_classes() {
    return {"DEFAULT_AUTHENTICATION_CLASSES", rows, &rest::Classes::names<rest::Authentication>};
}

std::vector<std::unique_ptr<Authenticator>>
make_authenticators(const Settings& settings, const CustomClasses& classes) {
    std::vector<std::unique_ptr<Authenticator>> authenticators;
    for (const auto& name : settings.rest_framework.default_authentication_classes) {
        const ClassAttributes attributes(settings, name);
        if (const auto* row = find_class(rows, attributes)) {
            authenticators.push_back(row->make(settings, attributes));
        } else if (auto custom = classes.find<rest::Authentication>(attributes)) {
            authenticators.push_back(std::make_unique<CustomAuthentication>(name, std::move(custom))
            );
        } else {
            classes.refuse(settings, authenticator_classes(), attributes);
        }
    }
    return authenticators;
}

} // namespace drf_messages::api
