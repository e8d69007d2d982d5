// SPDX-License-Identifier: MIT
#include "openapi/answers.hpp"

#include "middleware/csrf_header.hpp"
#include "middleware/names.hpp"
#include "openapi/parameters.hpp"
#include "openapi/schemas.hpp"
#include "openapi/security.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace drf_messages::openapi {
namespace {

using Place = api::Versioning::Place;
using Renderer = api::Renderer;

Value header(
    Components& components, const std::string& name, std::string_view description, const char* type
) {
    return components.refer(
        "headers",
        name,
        Value::object({{"description", description}, {"schema", Value::object({{"type", type}})}})
    );
}

Value retry_after(Components& components) {
    return Value::object(
        {{"Retry-After",
          header(components, "RetryAfter", "Seconds until another try makes sense.", "integer")}}
    );
}

/// Those to HEAD, which have no content, are answers of their own.
std::string name_of_answer(std::string name, const std::string& method) {
    return method == "HEAD" ? std::move(name) + "Head" : std::move(name);
}

/// The sentences that apply.
class Reasons {
public:
    void add(bool applies, std::string_view sentence) {
        if (applies) {
            text_.append(text_.empty() ? "" : " ").append(sentence);
        }
    }
    const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

/// What is known of an operation, and what follows from it.
class Answers {
public:
    Answers(Components& components, const Endpoint& endpoint, const std::string& method)
        : components_(components), endpoint_(endpoint), view_(*endpoint.view),
          policies_(view_.policies()), method_(method) {}

    void add_success(const Success& success) {
        Value headers = validator_headers();
        if (const auto* own = success.headers.get_if<Value::Object>()) {
            for (const auto& [name, value] : *own) {
                headers[name] = value;
            }
        }
        add(success.status, success.description, success.schema, headers);
        const auto is_page = [](const Renderer& renderer) {
            return renderer.kind == Renderer::Kind::browsable;
        };
        // The page that shows a 204 has a body.
        if (!success.schema &&
            std::any_of(policies_.renderers.begin(), policies_.renderers.end(), is_page)) {
            Value content{Value::Object{}};
            for (const auto& renderer : policies_.renderers) {
                if (is_page(renderer)) {
                    content[renderer.media_type] = text_content();
                }
            }
            auto answer = answer_object("The page that shows the 204.", {});
            answer["content"] = std::move(content);
            answers_.emplace(200, std::move(answer));
        }
    }

    /// A stream is nothing to wait for where nobody is told anything.
    void add_nobody() {
        if (is_stream() && lets_anonymous(view_, method_)) {
            answers_.emplace(204, make("Nobody is logged in. EventSource does not come back.", {}));
        }
    }

    void add_conditional() {
        if (method_ == "GET") {
            answers_.merge(conditional_answers(policies_.settings));
        }
        if (view_.validation(method_).has_etag) {
            answers_.insert_or_assign(
                304,
                answer_object(
                    "It is what the client has, says If-None-Match. Nothing is marked.",
                    validator_headers()
                )
            );
        }
    }

    void add_refusals() {
        add_bad_request();
        add_forbidden();
        add_not_found();
        add_gone();
        add_error(406, "NotAcceptable", not_acceptable());
        if (takes_body()) {
            add_error(415, "UnsupportedMediaType", "No parser takes a body of this type.");
        }
        Reasons limits;
        limits.add(is_throttled(), "Too many requests, or too many wrong passwords.");
        limits.add(is_stream(), "The user has as many streams as one may have.");
        if (!limits.text().empty()) {
            add_error(
                429,
                is_stream() ? "ThrottledStream" : "Throttled",
                limits.text(),
                retry_after(components_)
            );
        }
        answers_.emplace(503, unavailable_answer(components_, method_));
    }

    Value object() && {
        Value all{Value::Object{}};
        for (auto& [status, answer] : answers_) {
            all[fmt::format("{}", status)] = std::move(answer);
        }
        return all;
    }

private:
    static Value text_content() {
        return Value::object({{"schema", Value::object({{"type", "string"}})}});
    }

    /// What an answer says of itself, so that it need not be sent again.
    Value validator_headers() {
        const auto validation = view_.validation(method_);
        Value headers{Value::Object{}};
        if (validation.has_state) {
            headers["Messages-State"] = header(
                components_, "MessagesState", "Where the messages stood, or behind.", "string"
            );
        }
        if (validation.has_etag) {
            headers["ETag"] = header(
                components_,
                "ETag",
                "Weak; left out while a change is not in the feed of changes yet.",
                "string"
            );
            headers["X-Poll-Interval"] = header(
                components_, "PollInterval", "Seconds until it makes sense to ask again.", "integer"
            );
        }
        return headers;
    }

    Value answer_object(std::string_view description, const Value& more_headers) {
        Value headers{Value::Object{}};
        headers["Allow"] = components_.refer(
            "headers",
            "Allow",
            Value::object(
                {{"description", "The methods that the path knows."},
                 {"schema", Value::object({{"type", "string"}, {"const", view_.allow()}})}}
            )
        );
        if (const auto* more = more_headers.get_if<Value::Object>()) {
            for (const auto& [name, value] : *more) {
                headers[name] = value;
            }
        }
        return Value::object({{"description", description}, {"headers", std::move(headers)}});
    }

    /// The body in each of the view's formats.
    Value content(const Value& schema) const {
        Value all{Value::Object{}};
        for (const auto& renderer : policies_.renderers) {
            if (renderer.kind == Renderer::Kind::event_stream) {
                // what is no stream, it writes as JSON
                const bool is_stream = schema == Value::object({{"type", "string"}});
                all[is_stream ? renderer.media_type : renderer.content_type()] =
                    is_stream ? text_content() : Value::object({{"schema", schema}});
                continue;
            }
            const auto shown =
                renderer.kind == Renderer::Kind::json        ? Value::object({{"schema", schema}})
                : renderer.kind == Renderer::Kind::browsable ? text_content()
                                                             : Value(Value::Object{});
            all[renderer.media_type] = shown;
            for (const auto& version : versions_in_accept()) {
                all[fmt::format(
                    "{}; {}={}",
                    renderer.media_type,
                    policies_.versioning->rules().version_param,
                    version
                )] = shown;
            }
        }
        return all;
    }

    std::vector<std::string> versions_in_accept() const {
        return policies_.versioning && policies_.versioning->place() == Place::accept
                   ? policies_.versioning->rules().allowed_versions
                   : std::vector<std::string>();
    }

    Value make(
        std::string_view description, const std::optional<Value>& schema, const Value& headers = {}
    ) {
        auto answer = answer_object(description, headers);
        if (schema && method_ != "HEAD") {
            answer["content"] = content(*schema);
        }
        return answer;
    }

    void
    add(int status,
        std::string_view description,
        const std::optional<Value>& schema,
        const Value& headers) {
        answers_.emplace(status, make(description, schema, headers));
    }

    void add_error(
        int status, const std::string& name, std::string_view description, const Value& headers = {}
    ) {
        const auto schema =
            status == 400 ? validation_error_schema(components_) : error_schema(components_);
        share(status, name, make(description, schema, headers));
    }

    /// - name: of the answer's component.
    void share(int status, const std::string& name, Value answer) {
        answers_.emplace(
            status, components_.refer("responses", name_of_answer(name, method_), std::move(answer))
        );
    }

    bool takes_body() const { return method_ == "POST"; }
    bool is_stream() const {
        const auto* row = endpoint_.routed->endpoint;
        return row != nullptr && row->is_stream && method_ != "OPTIONS";
    }
    bool answers_changes() const {
        const auto* row = endpoint_.routed->endpoint;
        return row != nullptr && row->name == "changes" && method_ != "OPTIONS";
    }

    void add_bad_request() {
        if (takes_body() && filters(endpoint_)) {
            share(
                400,
                "InvalidMarking",
                make(
                    "Fields or filters that are wrong, or a body that cannot be read.",
                    marking_error_schema(components_)
                )
            );
            return;
        }
        if (takes_body()) {
            add_error(400, "InvalidForm", "Fields that are wrong, or a body that cannot be read.");
            return;
        }
        if (answers_changes()) {
            add_error(400, "InvalidChanges", "Parameters whose values cannot be read.");
            return;
        }
        if (is_stream()) {
            add_error(400, "InvalidStream", "A tag that no level has.");
            return;
        }
        if (!filters(endpoint_) || method_ == "OPTIONS") {
            return;
        }
        const auto& backends = endpoint_.viewset->resource().filter_backends();
        if (std::any_of(backends.begin(), backends.end(), [](const auto& backend) {
                return backend.custom || backend.ours->selects();
            })) {
            add_error(400, "InvalidFilter", "Filters whose values cannot be read.");
        }
    }

    bool may_refuse() const {
        return view_.needs_user(method_) ||
               std::any_of(
                   policies_.permissions.begin(),
                   policies_.permissions.end(),
                   [&](const auto& permission) {
                       return permission->looks_at_objects() ||
                              !permission->lets_everybody(
                                  view_.permission_method(method_), view_.options().on_model
                              );
                   }
               );
    }

    /// 401 and 403: credentials that are wrong or missing, and what their owner may not do.
    void add_forbidden() {
        const auto& authenticators = policies_.authenticators;
        bool reads_credentials = false;
        bool wants_csrf_token = false;
        for (const auto& authenticator : authenticators) {
            const bool by_session = authenticator->security_scheme().wants_csrf_token;
            reads_credentials = reads_credentials || !by_session;
            wants_csrf_token =
                wants_csrf_token || (by_session && !middleware::is_csrf_safe(method_));
        }
        const auto challenge =
            authenticators.empty() ? std::nullopt : authenticators.front()->challenge();
        const bool says_unauthorized = challenge && (reads_credentials || may_refuse());
        if (says_unauthorized) {
            add_error(
                401,
                "Unauthorized",
                "Credentials that are wrong, or none where some are needed.",
                Value::object({{"WWW-Authenticate", challenge_header(*challenge)}})
            );
        }
        Reasons reasons;
        reasons.add(!challenge && reads_credentials, "Credentials that are wrong.");
        reasons.add(may_refuse(), "What the permissions of the site do not allow.");
        reasons.add(
            wants_csrf_token,
            fmt::format(
                "A session whose CSRF token ({}) is missing or wrong.",
                middleware::csrf_header(policies_.settings)
            )
        );
        reasons.add(
            method_ == "DELETE" && !policies_.settings.messages_allow_delete_unread,
            "An unread message cannot be deleted."
        );
        if (!reasons.text().empty()) {
            add_error(403, "Forbidden", reasons.text());
        }
    }

    Value challenge_header(const std::string& challenge) {
        return components_.refer(
            "headers",
            "WWWAuthenticate",
            Value::object(
                {{"description", "How the first authentication class is to be answered."},
                 {"schema", Value::object({{"type", "string"}, {"const", challenge}})}}
            )
        );
    }

    void add_not_found() {
        Reasons reasons;
        const auto& rest = policies_.settings.rest_framework;
        const auto* row = endpoint_.routed->endpoint;
        reasons.add(
            row != nullptr && row->detail && method_ != "OPTIONS",
            "There is no such message among those that the request may see and the filters select."
        );
        reasons.add(refuses_pages(), "There is no such page.");
        reasons.add(
            endpoint_.route->has_suffix ||
                (rest.url_format_override && !rest.url_format_override->empty()),
            "A format that the view does not have."
        );
        reasons.add(refuses_versions(), "A version that is not allowed.");
        const bool has_arguments = !endpoint_.arguments.empty();
        if (reasons.text().empty() && !has_arguments) {
            return;
        }
        if (!has_arguments) {
            add_error(404, "NotFound", reasons.text());
            return;
        }
        reasons.add(true, "A path that leads nowhere gets a page.");
        auto answer = make(reasons.text(), error_schema(components_));
        if (method_ != "HEAD" && answer["content"].find("text/html") == nullptr) {
            answer["content"]["text/html"] = text_content();
        }
        share(404, "NotFound", std::move(answer));
    }

    /// What the feed is asked for it may not know any more.
    void add_gone() {
        const auto* row = endpoint_.routed->endpoint;
        const bool marks_up_to = row != nullptr && row->is_filtered && !row->detail &&
                                 takes_body() && policies_.settings.messages_extensions.need_feed();
        if (answers_changes() || marks_up_to) {
            share(
                410,
                "StateExpired",
                make(
                    "What has happened since the state is not known any more.",
                    expired_schema(components_)
                )
            );
        }
    }

    bool refuses_pages() const {
        if (!lists(endpoint_) || method_ == "OPTIONS") {
            return false;
        }
        const auto& resource = endpoint_.viewset->resource();
        if (resource.pagination() == nullptr) {
            return resource.custom_pagination() != nullptr;
        }
        const auto pages = resource.pagination()->describe();
        return pages.pages && pages.refuses;
    }

    bool refuses_versions() const {
        return policies_.versioning && policies_.versioning->place() != Place::accept &&
               !policies_.versioning->rules().allowed_versions.empty();
    }

    std::string not_acceptable() const {
        std::string reason = "None of the media types that Accept names can be answered.";
        if (policies_.versioning && policies_.versioning->place() == Place::accept) {
            reason += " Or its version is not allowed.";
        }
        return reason;
    }

    bool is_throttled() const {
        const auto& settings = policies_.settings;
        return std::any_of(
                   policies_.throttles.begin(),
                   policies_.throttles.end(),
                   [](const auto& throttle) { return throttle->has_limit(); }
               ) ||
               std::any_of(
                   policies_.authenticators.begin(),
                   policies_.authenticators.end(),
                   [](const auto& authenticator) {
                       return authenticator->security_scheme().slows_down;
                   }
               ) ||
               (takes_body() && endpoint_.viewset == nullptr &&
                (settings.login_throttle_rate || settings.login_throttle_address_rate));
    }

    Components& components_;
    const Endpoint& endpoint_;
    const api::View& view_;
    const api::ViewPolicies& policies_;
    const std::string& method_;
    std::map<int, Value> answers_;
};

} // namespace

std::map<int, drf_messages::rest::Value> conditional_answers(const Settings& settings) {
    if (!middleware::is_installed(settings, middleware::names::conditional_get)) {
        return {};
    }
    const auto answer = [](std::string_view description) {
        return Value::object({{"description", description}});
    };
    return {
        {304, answer("It is what the client has, says If-None-Match.")},
        {412, answer("It is not what If-Match wants.")}};
}

drf_messages::rest::Value unavailable_answer(Components& components, const std::string& method) {
    auto answer = Value::object(
        {{"description", "What holds messages, users or sessions does not answer, or is busy."},
         {"headers", retry_after(components)}}
    );
    if (method != "HEAD") {
        // Whatever Accept asks for.
        answer["content"]["application/json"]["schema"] = error_schema(components);
    }
    return components.refer("responses", name_of_answer("Unavailable", method), std::move(answer));
}

drf_messages::rest::Value answers_of(
    Components& components,
    const Endpoint& endpoint,
    const std::string& method,
    const Success& success
) {
    Answers answers(components, endpoint, method);
    answers.add_success(success);
    answers.add_nobody();
    answers.add_conditional();
    answers.add_refusals();
    return std::move(answers).object();
}

} // namespace drf_messages::openapi
