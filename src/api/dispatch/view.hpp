// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/dispatch/negotiation.hpp"
#include "api/dispatch/page.hpp"
#include "api/dispatch/validators.hpp"
#include "api/exchange/api_request.hpp"
#include "api/policies/authenticators.hpp"
#include "api/policies/permissions.hpp"
#include "api/policies/throttling.hpp"
#include "api/routing/url_pattern.hpp"
#include "api/routing/versioning.hpp"
#include "api/tables/fields.hpp"
#include "api/wire/parsers.hpp"
#include "api/wire/renderers.hpp"
#include "http/message.hpp"

#include <drf_messages/settings.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::api {

/// What a view class decides about every request: the policies of REST framework's APIView, made
/// once from settings.
class ViewPolicies {
public:
    /// - effective: the site's settings with the view class's own attributes laid over DEFAULT_….
    /// - throws std::invalid_argument for a class that neither we nor the application have.
    /// - own_renderers: instead of those of the settings, unless empty.
    ViewPolicies(
        Settings effective,
        std::optional<std::string> throttle_scope,
        std::vector<std::string> http_method_names,
        const CustomClasses& classes,
        std::vector<Renderer> own_renderers = {}
    );

    /// Throws ApiError where a permission refuses the message. REST framework:
    /// APIView.check_object_permissions.
    void check_object(ApiRequest& request, const Message& message) const;
    /// Whether check_object() has anything to ask.
    bool looks_at_objects() const noexcept;

    const Settings settings;
    const std::vector<Renderer> renderers;
    const std::vector<Parser> parsers;
    const std::vector<std::unique_ptr<Authenticator>> authenticators;
    const std::vector<std::unique_ptr<Permission>> permissions;
    const std::vector<std::unique_ptr<Throttle>> throttles;
    const std::unique_ptr<Versioning> versioning; ///< null: no versions
    const decltype(&select_renderer) negotiate;
    const std::vector<std::string> http_method_names; ///< upper case, in the order of Allow
};

/// `http_method_names` of django.views.View, upper case.
std::vector<std::string> usual_http_method_names();

/// One view of the URL configuration: a viewset's list, say. Django: rest_framework/views.py,
/// APIView.
class View {
public:
    struct Handler {
        std::string_view action; ///< of a literal
        std::function<ApiResponse(ApiRequest&)> call;
        Validation validation{};        ///< of its answers
        std::string_view asked_as = {}; ///< by which method permissions judge it; empty: its own
        bool needs_user = false;        ///< nobody is refused
        bool asks_ahead = false;        ///< see Operation
    };
    struct PageParts {
        /// The extra actions beside the view, with the URLs for this request.
        std::function<std::vector<ActionLink>(ApiRequest&)> extra_actions;
        std::function<FilterForm(ApiRequest&)> filter_form;
        std::function<std::string(ApiRequest&, MessageId)> message_url;
        /// Whether DELETE may meet the message, permissions apart.
        std::function<bool(const Message&)> is_deletable;
    };
    struct Options {
        std::string name; ///< "Messages List"
        std::string description;
        bool on_model = true; ///< whether model permissions apply
        /// by method, upper case; HEAD is GET's
        std::vector<std::pair<std::string, Handler>> handlers;
        /// "actions" of OPTIONS: the fields of a POST and its answer; empty: there are none
        std::span<const FieldSpec> post_fields{};
        std::string_view post_example{}; ///< of its body, in JSON
        /// what the HTML pages of a viewset show beside the answer
        std::optional<PageParts> page_parts{};
    };

    View(std::shared_ptr<const ViewPolicies> policies, Options options);
    View(const View&) = delete;
    View& operator=(const View&) = delete;

    /// REST framework's dispatch: negotiates, finds version and user, asks permissions and
    /// throttles, calls the method's handler, renders. Errors of the API become answers; what is no
    /// error of the API is thrown on.
    http::Response
    dispatch(middleware::HttpRequest& http, Kwargs kwargs, std::string name_space) const;

    /// What BrowsableAPIRenderer answers with. Called once, before the first request.
    void show_pages(PageRenderer render_page, std::shared_ptr<const PageSite> site) {
        render_page_ = std::move(render_page);
        page_site_ = std::move(site);
    }

    // ---- what the OpenAPI document says of it
    const Options& options() const noexcept { return options_; }
    const ViewPolicies& policies() const noexcept { return *policies_; }
    const std::string& allow() const noexcept { return allow_; } ///< the Allow header
    /// Whether a request with that method is answered, OPTIONS too.
    bool answers(const std::string& method) const {
        return find_handler(method) != nullptr && (method != "OPTIONS" || metadata_ != nullptr);
    }

    /// What the answers to that method say of themselves.
    Validation validation(const std::string& method) const;
    /// Whether nobody is refused that method, whatever the permissions say.
    bool needs_user(const std::string& method) const;
    /// Whether its questions may be asked before it runs.
    bool asks_ahead(const std::string& method) const;
    /// By which method permissions judge it.
    std::string_view permission_method(const std::string& method) const;

    /// What OPTIONS answers, by a class of DEFAULT_METADATA_CLASS.
    using Metadata = Data (View::*)(const locale::Language& language) const;
    Data simple_metadata(const locale::Language& language) const;

private:
    struct Answer;

    const Handler* find_handler(const std::string& method) const;
    void initial(ApiRequest& request, Negotiated& negotiated) const;
    void authenticate(ApiRequest& request) const;
    void check_permissions(ApiRequest& request) const;
    void check_throttles(ApiRequest& request) const;
    static ApiResponse
    respond(const Handler& handler, ApiRequest& request, const Validators* validators);
    http::Response render(ApiRequest& request, const Negotiated& negotiated, Answer answer) const;
    std::string page(
        ApiRequest& request,
        const Negotiated& negotiated,
        const Answer& answer,
        const http::Response& response
    ) const;
    bool may(ApiRequest& request, const std::string& method) const;
    void add_page_parts(BrowsablePage& page) const;

    std::shared_ptr<const ViewPolicies> policies_;
    Options options_;
    Metadata metadata_; ///< null: OPTIONS is not allowed
    std::string allow_; ///< the Allow header
    PageRenderer render_page_;
    std::shared_ptr<const PageSite> page_site_;
};

} // namespace drf_messages::api
