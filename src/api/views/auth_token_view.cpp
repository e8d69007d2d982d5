// SPDX-License-Identifier: MIT
#include "api/views/auth_token_view.hpp"

#include "accounts/authentication.hpp"
#include "accounts/tokens.hpp"
#include "api/exchange/errors.hpp"
#include "api/policies/login_throttle.hpp"
#include "api/wire/request_data.hpp"
#include "text/python_text.hpp"
#include "text/utf8.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::api {
namespace {

/// What a field of the body holds, and what is wrong with it.
struct Field {
    std::string text;
    std::vector<Words> errors;
};

Field wrong(std::string english) {
    Field field;
    field.errors.push_back({std::move(english), {}});
    return field;
}

std::string_view stripped(std::string_view text) {
    std::size_t begin = text.size();
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto character = text::first_utf8_character(text.substr(at));
        if (!text::is_space(character.code_point)) {
            begin = std::min(begin, at);
            end = at + character.size;
        }
        at += character.size;
    }
    return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

/// Python's str() of a number; absent for what CharField takes for no text.
std::optional<std::string> text_of(const boost::json::value& value) {
    if (value.is_string()) {
        const std::string_view text = value.get_string();
        // A whole number beyond 64 bits, as parse_python_json keeps it.
        return std::string(text.starts_with('\xff') ? text.substr(1) : text);
    }
    if (value.is_int64()) {
        return fmt::format("{}", value.get_int64());
    }
    if (value.is_uint64()) {
        return fmt::format("{}", value.get_uint64());
    }
    if (value.is_double()) {
        const double number = value.get_double();
        std::string text = fmt::format("{}", number);
        if (std::isfinite(number) && text.find_first_of(".e") == std::string::npos) {
            text += ".0";
        }
        return text;
    }
    return std::nullopt;
}

/// The first surrogate of a text of parse_python_json, which keeps them as three bytes.
std::optional<unsigned> first_surrogate(std::string_view text) {
    for (std::size_t at = 0; at + 2 < text.size(); ++at) {
        const auto byte = [&](std::size_t offset) {
            return static_cast<unsigned char>(text[at + offset]);
        };
        if (byte(0) == 0xed && byte(1) >= 0xa0) {
            return 0xd000U | ((byte(1) & 0x3fU) << 6U) | (byte(2) & 0x3fU);
        }
    }
    return std::nullopt;
}

/// REST framework: fields.py, CharField.run_validation.
Field read_field(const boost::json::object& data, std::string_view name, bool trim) {
    const boost::json::value* value = data.if_contains(name);
    if (value == nullptr) {
        return wrong("This field is required.");
    }
    if (value->is_null()) {
        return wrong("This field may not be null.");
    }
    const auto text = text_of(*value);
    if (!text) {
        return wrong("Not a valid string.");
    }
    Field field{trim ? std::string(stripped(*text)) : *text, {}};
    if (field.text.empty()) {
        return wrong("This field may not be blank.");
    }
    if (field.text.find('\0') != std::string::npos) {
        field.errors.push_back({"Null characters are not allowed.", {}});
    }
    if (const auto surrogate = first_surrogate(field.text)) {
        field.errors.push_back(
            {"Surrogate characters are not allowed: U+{}.", {fmt::format("{:X}", *surrogate)}}
        );
    }
    return field;
}

/// The name of a value's type in Python.
std::string_view python_type(const boost::json::value& value) {
    switch (value.kind()) {
    case boost::json::kind::array:
        return "list";
    case boost::json::kind::bool_:
        return "bool";
    case boost::json::kind::double_:
        return "float";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
        return "int";
    case boost::json::kind::string:
        return std::string_view(value.get_string()).starts_with('\xff') ? "int" : "str";
    case boost::json::kind::null:
    case boost::json::kind::object:
        break;
    }
    return "dict";
}

class ObtainAuthToken {
public:
    ObtainAuthToken(std::shared_ptr<const ViewPolicies> policies)
        : policies_(std::move(policies)),
          throttle_("login", policies_->settings.login_throttle_rate) {}

    ApiResponse operator()(ApiRequest& request) const {
        const auto [username, password] =
            credentials(request_data(request.http, policies_->parsers));
        const auto verdict = throttle_.check(request.http, username);
        if (!verdict.allowed) {
            throw throttled(verdict.wait_seconds);
        }
        middleware::SiteResources& site = request.http.site;
        sql::Connection& database = request.http.database();
        const auto found = accounts::authenticate(
            site.settings, site.users, site.passwords, database, username, password
        );
        if (!found) {
            throttle_.count_failure(request.http, username);
            throw refused({"Unable to log in with provided credentials.", {}});
        }
        auto token = accounts::get_or_create_token(
            site.users, database, found->user.id, site.random, site.clock()
        );
        return {200, [token = std::move(token)](text::JsonWriter& json) {
                    json.begin_object();
                    json.key("token");
                    json.string(token);
                    json.end_object();
                }};
    }

private:
    ApiError refused(Words words) const {
        return invalid(
            {{policies_->settings.rest_framework.non_field_errors_key, {std::move(words)}}}
        );
    }

    /// Django: rest_framework/authtoken/serializers.py, AuthTokenSerializer.
    std::pair<std::string, std::string> credentials(const boost::json::value& data) const {
        if (data.is_null()) {
            throw refused({"No data provided", {}});
        }
        const auto* object = data.if_object();
        if (object == nullptr) {
            throw refused(
                {"Invalid data. Expected a dictionary, but got {}.",
                 {std::string(python_type(data))}}
            );
        }
        Field username = read_field(*object, "username", true);
        Field password = read_field(*object, "password", false);
        FieldErrors errors;
        if (!username.errors.empty()) {
            errors.emplace_back("username", std::move(username.errors));
        }
        if (!password.errors.empty()) {
            errors.emplace_back("password", std::move(password.errors));
        }
        if (!errors.empty()) {
            throw invalid(std::move(errors));
        }
        return {std::move(username.text), std::move(password.text)};
    }

    std::shared_ptr<const ViewPolicies> policies_;
    LoginThrottle throttle_;
};

void write_fields(text::JsonWriter& json, std::string_view language) {
    const auto field = [&](text::JsonName name, std::string label, bool read_only) {
        json.key(name);
        json.begin_object();
        json.key("type");
        json.string("string");
        json.key("required");
        json.boolean(!read_only);
        json.key("read_only");
        json.boolean(read_only);
        json.key("label");
        json.string(in_language({std::move(label), {}}, language));
        json.end_object();
    };
    json.begin_object();
    field("username", "Username", false);
    field("password", "Password", false);
    field("token", "Token", true);
    json.end_object();
}

Settings effective_settings(Settings settings) {
    RestFrameworkSettings& rest = settings.rest_framework;
    rest.default_throttle_classes.clear();
    rest.default_permission_classes.clear();
    rest.default_parser_classes = {
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.JSONParser"};
    rest.default_renderer_classes = {"rest_framework.renderers.JSONRenderer"};
    return settings;
}

} // namespace

std::unique_ptr<View> make_auth_token_view(const Settings& settings, const CustomClasses& classes) {
    auto policies = std::make_shared<const ViewPolicies>(
        effective_settings(settings), std::nullopt, usual_http_method_names(), classes
    );
    View::Options options;
    options.name = "Obtain Auth Token";
    options.on_model = false;
    options.handlers = {{"POST", {Action::obtain_token, ObtainAuthToken(policies)}}};
    options.post_fields = write_fields;
    return std::make_unique<View>(std::move(policies), std::move(options));
}

} // namespace drf_messages::api
