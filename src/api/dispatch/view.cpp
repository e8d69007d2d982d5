// SPDX-License-Identifier: MIT
#include "api/dispatch/view.hpp"

#include "api/classes/class_tables.hpp"
#include "api/classes/custom_call.hpp"
#include "api/dispatch/metadata.hpp"
#include "api/exchange/errors.hpp"
#include "api/exchange/media_types.hpp"
#include "api/exchange/value.hpp"
#include "http/headers.hpp"
#include "middleware/required.hpp"

#include <drf_messages/rest/renderer.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace drf_messages::api {
namespace {

using Row = ClassRow<View::Metadata>;

constexpr std::array rows{
    Row{"rest_framework.metadata.SimpleMetadata", {}, &View::simple_metadata},
};

View::Metadata make_metadata(const Settings& settings) {
    const ClassName& name = settings.rest_framework.default_metadata_class;
    if (name.empty()) {
        return nullptr;
    }
    return class_of_ours(rows, metadata_classes(), ClassAttributes(settings, name)).make;
}

[[noreturn]] void
refuse(const ViewPolicies& policies, const ApiRequest& request, const Permission& permission) {
    if (!policies.authenticators.empty() && !request.authenticated) {
        throw not_authenticated();
    }
    throw permission.message ? permission_denied(*permission.message) : permission_denied();
}

std::string
render_custom(const Renderer& renderer, const Data& data, const rest::RendererContext& context) {
    try {
        return call_custom(renderer.name, [&] {
            return renderer.custom->render(value_of(data), context);
        });
    } catch (const ApiError&) {
        // This is the answer already; there is nothing left that could render another one.
        throw CustomClassError(renderer.name + " threw an answer while it rendered one");
    }
}

/// Whose answer a page shows: the first that makes none itself. REST framework:
/// get_default_renderer.
const Renderer* shown_renderer(const std::vector<Renderer>& renderers) {
    const auto found = std::find_if(renderers.begin(), renderers.end(), [](const Renderer& one) {
        return one.kind != Renderer::Kind::browsable;
    });
    return found == renderers.end() ? nullptr : &*found;
}

/// The request as one by another method, to ask permissions about it. REST framework:
/// override_method.
class AsOtherMethod {
public:
    AsOtherMethod(
        ApiRequest& request,
        const std::string& method,
        std::string_view action,
        std::string_view asked_as
    )
        : request_(request), method_(std::exchange(request.http.method, method)),
          action_(std::exchange(request.action, action)),
          asked_as_(std::exchange(request.asked_as, asked_as)) {}
    ~AsOtherMethod() {
        request_.http.method = std::move(method_);
        request_.action = action_;
        request_.asked_as = asked_as_;
    }
    AsOtherMethod(const AsOtherMethod&) = delete;
    AsOtherMethod& operator=(const AsOtherMethod&) = delete;

private:
    ApiRequest& request_;
    std::string method_;
    std::string_view action_;
    std::string_view asked_as_;
};

} // namespace

SettingClasses metadata_classes() {
    return {"DEFAULT_METADATA_CLASS", rows};
}

ViewPolicies::ViewPolicies(
    Settings effective,
    std::optional<std::string> throttle_scope,
    std::vector<std::string> method_names,
    const CustomClasses& classes,
    std::vector<Renderer> own_renderers
)
    : settings(std::move(effective)),
      renderers(
          own_renderers.empty() ? make_renderers(settings, classes) : std::move(own_renderers)
      ),
      parsers(make_parsers(settings)), authenticators(make_authenticators(settings, classes)),
      permissions(make_permissions(settings, classes)),
      throttles(make_throttles(settings, throttle_scope, classes)),
      versioning(make_versioning(settings)), negotiate(make_negotiation(settings)),
      http_method_names(std::move(method_names)) {}

void ViewPolicies::check_object(ApiRequest& request, const Message& message) const {
    for (const auto& permission : permissions) {
        if (permission->looks_at_objects() &&
            !permission->has_object_permission(request, message)) {
            refuse(*this, request, *permission);
        }
    }
}

bool ViewPolicies::looks_at_objects() const noexcept {
    return std::any_of(permissions.begin(), permissions.end(), [](const auto& permission) {
        return permission->looks_at_objects();
    });
}

std::vector<std::string> usual_http_method_names() {
    return {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"};
}

/// An answer that is not rendered yet, an error's or a handler's.
struct View::Answer {
    int status = 200;
    Data data;
    std::optional<std::string> www_authenticate;
    std::optional<std::string> retry_after;
    http::Headers headers;
    std::shared_ptr<http::Stream> stream{};
    const Validators* validators = nullptr; ///< of a 200 or 304
};

View::View(std::shared_ptr<const ViewPolicies> policies, Options options)
    : policies_(std::move(policies)), options_(std::move(options)),
      metadata_(make_metadata(policies_->settings)) {
    options_.handlers.emplace_back(
        "OPTIONS",
        Handler{
            "metadata",
            [this](ApiRequest& request) {
                if (metadata_ == nullptr) {
                    throw method_not_allowed(request.http.method);
                }
                return ApiResponse{200, (this->*metadata_)(request.http.language())};
            }}
    );
    for (const auto& method : policies_->http_method_names) {
        if (find_handler(method) != nullptr) {
            allow_ += allow_.empty() ? method : ", " + method;
        }
    }
}

const View::Handler* View::find_handler(const std::string& method) const {
    const std::string_view bound = method == "HEAD" ? "GET" : std::string_view(method);
    for (const auto& [name, handler] : options_.handlers) {
        if (name == bound) {
            const auto& allowed = policies_->http_method_names;
            return std::find(allowed.begin(), allowed.end(), method) == allowed.end() ? nullptr
                                                                                      : &handler;
        }
    }
    return nullptr;
}

Validation View::validation(const std::string& method) const {
    const Handler* handler = find_handler(method);
    return handler == nullptr ? Validation() : handler->validation;
}

bool View::needs_user(const std::string& method) const {
    const Handler* handler = find_handler(method);
    return handler != nullptr && handler->needs_user;
}

bool View::asks_ahead(const std::string& method) const {
    const Handler* handler = find_handler(method);
    return handler != nullptr && handler->asks_ahead;
}

std::string_view View::permission_method(const std::string& method) const {
    const Handler* handler = find_handler(method);
    return handler == nullptr || handler->asked_as.empty() ? std::string_view(method)
                                                           : handler->asked_as;
}

http::Response
View::dispatch(middleware::HttpRequest& http, Kwargs kwargs, std::string name_space) const {
    ApiRequest request{
        http, std::move(kwargs), {}, std::nullopt, std::nullopt, std::move(name_space)};
    const auto* handler = find_handler(http.method);
    if (handler != nullptr) {
        request.action = handler->action;
        request.asked_as = handler->asked_as;
    }
    Negotiated negotiated;
    PageNotes page_notes;
    std::optional<Validators> validators;
    Answer answer;
    try {
        initial(request, negotiated);
        request.renderer = negotiated.renderer;
        request.media_type = negotiated.media_type;
        if (handler == nullptr) {
            throw method_not_allowed(http.method);
        }
        if (handler->needs_user && !request.user) {
            throw not_authenticated();
        }
        if (http.visitor != nullptr) {
            http.visitor->was_let_in = true;
            dynamic_cast<Visitor&>(*http.visitor).visit(request);
            return {};
        }
        if (negotiated.renderer->kind == Renderer::Kind::browsable) {
            request.page_notes = &page_notes;
        }
        if (handler->validation.any()) {
            validators.emplace(handler->validation, request, negotiated);
        }
        auto response = respond(*handler, request, validators ? &*validators : nullptr);
        answer.status = response.status;
        answer.data = std::move(response.data);
        answer.headers = std::move(response.headers);
        answer.stream = std::move(response.stream);
        if (validators && (answer.status == 200 || answer.status == 304)) {
            answer.validators = &*validators;
        }
    } catch (ApiError& error) {
        if (error.status == 401) {
            const auto& authenticators = policies_->authenticators;
            error.www_authenticate =
                authenticators.empty() ? std::nullopt : authenticators.front()->challenge();
            if (!error.www_authenticate) {
                error.status = 403;
            }
        }
        answer = {
            error.status,
            error.data(http.language()),
            std::move(error.www_authenticate),
            std::move(error.retry_after),
            {}};
    }
    if (negotiated.renderer == nullptr) {
        negotiated = {&policies_->renderers.front(), policies_->renderers.front().media_type};
    }
    return render(request, negotiated, std::move(answer));
}

/// What the handler answers, or that the client has it.
ApiResponse
View::respond(const Handler& handler, ApiRequest& request, const Validators* validators) {
    if (validators == nullptr || !(validators->client_has_it() || validators->client_has_any())) {
        return handler.call(request);
    }
    if (validators->client_has_any()) {
        // Only the handler knows whether there is anything. It marks nothing for a HEAD.
        const AsOtherMethod unmarked(request, "HEAD", request.action, request.asked_as);
        if (auto response = handler.call(request); response.status != 200) {
            return response;
        }
    }
    return {304, {}};
}

void View::initial(ApiRequest& request, Negotiated& negotiated) const {
    const auto& rest = policies_->settings.rest_framework;
    const auto& query = middleware::required_query(request.http);
    std::string_view format;
    if (rest.format_suffix_kwarg) {
        if (const auto found = request.kwargs.find(*rest.format_suffix_kwarg);
            found != request.kwargs.end()) {
            format = found->second;
        }
    }
    if (format.empty() && rest.url_format_override) {
        format = query.get(*rest.url_format_override).value_or("");
    }
    negotiated = policies_->negotiate(
        policies_->renderers, format, request.http.header("Accept"), request.http.site.differences
    );
    if (policies_->versioning) {
        request.version = policies_->versioning->determine_version(request, negotiated.media_type);
    }
    authenticate(request);
    check_permissions(request);
    if (request.http.visitor == nullptr) {
        check_throttles(request);
    }
}

void View::authenticate(ApiRequest& request) const {
    try {
        for (const auto& authenticator : policies_->authenticators) {
            if (auto user = authenticator->authenticate(request)) {
                request.user = std::move(user);
                request.authenticated = true;
                request.slowly_authenticated = authenticator->may_take_long();
                break;
            }
        }
    } catch (const ApiError&) {
        request.http.set_user(std::nullopt);
        throw;
    }
    request.http.set_user(request.user);
}

void View::check_permissions(ApiRequest& request) const {
    for (const auto& permission : policies_->permissions) {
        if (!permission->has_permission(request, options_.on_model)) {
            refuse(*policies_, request, *permission);
        }
    }
}

void View::check_throttles(ApiRequest& request) const {
    bool refused = false;
    std::optional<std::int64_t> wait;
    // Each one counts the request, even when another has refused it already.
    for (const auto& throttle : policies_->throttles) {
        const auto verdict = throttle->allow_request(request);
        if (!verdict.allowed) {
            refused = true;
            wait = std::max(wait, verdict.wait_seconds);
        }
    }
    if (refused) {
        throw throttled(wait);
    }
}

Data View::simple_metadata(const locale::Language& language) const {
    return [this, &language](text::JsonWriter& json) {
        json.begin_object();
        json.key("name");
        json.string(options_.name);
        json.key("description");
        json.string(options_.description);
        json.key("renders");
        json.begin_array();
        for (const auto& renderer : policies_->renderers) {
            json.string(renderer.media_type);
        }
        json.end_array();
        json.key("parses");
        json.begin_array();
        for (const auto& parser : policies_->parsers) {
            json.string(parser.media_type);
        }
        json.end_array();
        if (!options_.post_fields.empty()) {
            json.key("actions");
            json.begin_object();
            json.key("POST");
            json.begin_object();
            for (const auto& field : options_.post_fields) {
                json.key(field.name);
                write_field_info(json, field, language);
            }
            json.end_object();
            json.end_object();
        }
        json.end_object();
    };
}

/// REST framework: BrowsableAPIRenderer.show_form_for_method.
bool View::may(ApiRequest& request, const std::string& method) const {
    const Handler* handler = find_handler(method);
    if (handler == nullptr) {
        return false;
    }
    const Message* message = request.page_notes != nullptr && request.page_notes->message
                                 ? &*request.page_notes->message
                                 : nullptr;
    if (method == "DELETE" && message != nullptr && options_.page_parts &&
        !options_.page_parts->is_deletable(*message)) {
        return false;
    }
    const AsOtherMethod other(request, method, handler->action, handler->asked_as);
    try {
        check_permissions(request);
        if (message != nullptr) {
            policies_->check_object(request, *message);
        }
        return true;
    } catch (const ApiError&) {
        return false;
    }
}

void View::add_page_parts(BrowsablePage& page) const {
    ApiRequest& request = page.request;
    const int status = page.response.status;
    if (status != 401 && status != 403) {
        page.extra_actions = options_.page_parts->extra_actions(request);
    }
    if (request.action != "list") {
        return;
    }
    if (status == 200 || status == 400) {
        page.filter_form = options_.page_parts->filter_form(request);
    }
    if (status == 200) {
        page.message_url = [this, &request](MessageId id) {
            return options_.page_parts->message_url(request, id);
        };
    }
}

std::string View::page(
    ApiRequest& request,
    const Negotiated& negotiated,
    const Answer& answer,
    const http::Response& response
) const {
    const auto& settings = policies_->settings;
    BrowsablePage page{
        *page_site_,
        options_.name,
        options_.description,
        settings,
        request,
        policies_->renderers,
        response};
    page.shown = shown_renderer(policies_->renderers);
    if (page.shown != nullptr && answer.data) {
        page.body = page.shown->custom
                        ? render_custom(
                              *page.shown,
                              answer.data,
                              {rest::Request(request), answer.status, negotiated.media_type}
                          )
                        : render_json_indented(settings, answer.data, 4);
    }
    for (const auto& authenticator : policies_->authenticators) {
        page.challenge = page.challenge ? page.challenge : authenticator->challenge();
    }
    page.has_get = find_handler("GET") != nullptr;
    page.may_ask_options = may(request, "OPTIONS");
    page.may_delete = may(request, "DELETE");
    const auto& parsers = policies_->parsers;
    page.may_post = (options_.post_example.empty() ||
                     std::any_of(
                         parsers.begin(),
                         parsers.end(),
                         [](const Parser& parser) { return parser.kind == Parser::Kind::json; }
                     )) &&
                    may(request, "POST");
    page.post_example = options_.post_example;
    if (request.page_notes != nullptr) {
        page.links = std::move(request.page_notes->links);
    }
    if (options_.page_parts) {
        add_page_parts(page);
    }
    return render_page_(page);
}

http::Response
View::render(ApiRequest& request, const Negotiated& negotiated, Answer answer) const {
    http::Response response;
    response.status = answer.status;
    if (answer.www_authenticate) {
        response.headers.set("WWW-Authenticate", std::move(*answer.www_authenticate));
    }
    if (answer.retry_after) {
        response.headers.set("Retry-After", std::move(*answer.retry_after));
    }
    if (policies_->renderers.size() > 1) {
        http::patch_vary(response.headers, "Accept");
    }
    response.headers.set("Allow", allow_);
    for (auto& [name, value] : answer.headers.fields()) {
        response.headers.set(name, value);
    }
    if (answer.validators != nullptr) {
        answer.validators->add_to(request, response.headers);
    }
    if (answer.stream) {
        response.stream = std::move(answer.stream);
    } else if (negotiated.renderer->kind == Renderer::Kind::browsable) {
        response.headers.set("Content-Type", negotiated.renderer->content_type());
        response.body = page(request, negotiated, answer, response);
        if (response.status == 204) {
            response.status = 200; // a page that shows the 204 has a body
        }
    } else if (answer.data && negotiated.renderer->custom) {
        response.headers.set("Content-Type", negotiated.renderer->content_type());
        response.body = render_custom(
            *negotiated.renderer,
            answer.data,
            {rest::Request(request), answer.status, negotiated.media_type}
        );
    } else if (answer.data) {
        response.headers.set("Content-Type", negotiated.renderer->content_type());
        response.body = render_json(
            policies_->settings,
            answer.data,
            negotiated.media_type,
            media_type_rules(request.http.site.differences)
        );
    }
    return response;
}

} // namespace drf_messages::api
