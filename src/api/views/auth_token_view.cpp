// SPDX-License-Identifier: MIT
#include "api/views/auth_token_view.hpp"

#include "accounts/authentication.hpp"
#include "accounts/tokens.hpp"
#include "api/exchange/errors.hpp"
#include "api/policies/login_throttle.hpp"
#include "api/tables/fields.hpp"
#include "api/wire/input_fields.hpp"
#include "api/wire/request_data.hpp"
#include "django/python_value.hpp"

#include <optional>
#include <string>
#include <utility>

namespace drf_messages::api {
namespace {

class ObtainAuthToken {
public:
    explicit ObtainAuthToken(std::shared_ptr<const ViewPolicies> policies)
        : policies_(std::move(policies)), throttle_(LoginThrottle::of_pages(policies_->settings)) {}

    ApiResponse operator()(ApiRequest& request) const {
        const auto& non_field_errors_key = policies_->settings.rest_framework.non_field_errors_key;
        const auto sent = clean_fields(
            token_fields, request_data(request.http, policies_->parsers), non_field_errors_key
        );
        const auto username = django::python_text(sent.at("username").get_string());
        const auto password = django::python_text(sent.at("password").get_string());
        LoginTry login_try = throttle_.begin(request.http, username);
        if (!login_try.verdict().allowed) {
            throw throttled(login_try.verdict().wait_seconds);
        }
        middleware::SiteResources& site = request.http.site;
        const auto found = accounts::authenticate(
            site.settings,
            site.users,
            site.passwords,
            request.http.database_loan(),
            username,
            password
        );
        if (!found) {
            login_try.count_failure();
            throw invalid(
                {{non_field_errors_key,
                  FieldError::Details{
                      {{"Unable to log in with provided credentials.", {}}, "authorization"}}}}
            );
        }
        auto token = accounts::get_or_create_token(
            site.users, request.http.database(), found->user.id, site.random, site.clock()
        );
        return {200, [token = std::move(token)](text::JsonWriter& json) {
                    json.begin_object();
                    json.key("token");
                    json.string(token);
                    json.end_object();
                }};
    }

private:
    std::shared_ptr<const ViewPolicies> policies_;
    LoginThrottle throttle_;
};

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

UrlView auth_token_view(ViewMaker& maker, const RoutedView& /*view*/) {
    auto policies = std::make_shared<const ViewPolicies>(
        effective_settings(maker.settings()),
        std::nullopt,
        usual_http_method_names(),
        maker.classes()
    );
    View::Options options;
    options.name = "Obtain Auth Token";
    options.on_model = false;
    options.handlers = {{"POST", {"", ObtainAuthToken(policies)}}};
    options.post_fields = token_fields;
    return maker.with_pages(std::make_unique<View>(std::move(policies), std::move(options)));
}

} // namespace drf_messages::api
