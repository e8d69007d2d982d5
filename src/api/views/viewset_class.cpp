// SPDX-License-Identifier: MIT
#include "api/views/viewset_class.hpp"

#include "api/classes/class_tables.hpp"
#include "api/classes/custom_call.hpp"
#include "api/routing/reverse_url.hpp"
#include "api/views/view_maker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace drf_messages::api {
namespace {

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return text;
}

/// A class in an attribute; None is the empty name.
void overlay(
    ClassName& setting,
    const std::optional<ClassName>& own,
    const ClassAttributes& attributes,
    std::string_view attribute
) {
    if (attributes.has(attribute)) {
        setting = attributes.text(attribute).value_or("");
    } else if (own) {
        setting = *own;
    }
}

void overlay(
    std::vector<ClassName>& setting,
    const std::optional<std::vector<ClassName>>& own,
    const ClassAttributes& attributes,
    std::string_view attribute
) {
    if (auto list = attributes.text_list(attribute)) {
        setting = std::move(*list);
    } else if (own) {
        setting = *own;
    }
}

/// The site's settings as the view sees them: the attributes of its class stand where its base
/// reads the defaults, and those of `[CLASSES]` before what the application's code sets.
Settings effective_settings(
    const Settings& settings, const rest::MessagesViewSet* custom, const ClassAttributes& attributes
) {
    static const rest::MessagesViewSet ours;
    const auto& own = custom == nullptr ? ours : *custom;
    Settings effective = settings;
    auto& rest = effective.rest_framework;
    overlay(rest.default_renderer_classes, own.renderer_classes, attributes, "renderer_classes");
    overlay(rest.default_parser_classes, own.parser_classes, attributes, "parser_classes");
    overlay(
        rest.default_authentication_classes,
        own.authentication_classes,
        attributes,
        "authentication_classes"
    );
    overlay(
        rest.default_permission_classes, own.permission_classes, attributes, "permission_classes"
    );
    overlay(rest.default_throttle_classes, own.throttle_classes, attributes, "throttle_classes");
    overlay(
        rest.default_content_negotiation_class,
        own.content_negotiation_class,
        attributes,
        "content_negotiation_class"
    );
    overlay(rest.default_metadata_class, own.metadata_class, attributes, "metadata_class");
    overlay(rest.default_versioning_class, own.versioning_class, attributes, "versioning_class");
    overlay(rest.default_pagination_class, own.pagination_class, attributes, "pagination_class");
    overlay(rest.default_filter_backends, own.filter_backends, attributes, "filter_backends");
    return effective;
}

constexpr ClassAttribute viewset_attributes[] = {
    {"permission_classes", AttributeKind::class_names, "DEFAULT_PERMISSION_CLASSES"},
    {"authentication_classes", AttributeKind::class_names, "DEFAULT_AUTHENTICATION_CLASSES"},
    {"pagination_class", AttributeKind::class_name, "DEFAULT_PAGINATION_CLASS"},
    {"filter_backends", AttributeKind::class_names, "DEFAULT_FILTER_BACKENDS"},
    {"throttle_classes", AttributeKind::class_names, "DEFAULT_THROTTLE_CLASSES"},
    {"throttle_scope", AttributeKind::text},
    {"renderer_classes", AttributeKind::class_names, "DEFAULT_RENDERER_CLASSES"},
    {"parser_classes", AttributeKind::class_names, "DEFAULT_PARSER_CLASSES"},
    {"content_negotiation_class", AttributeKind::class_name, "DEFAULT_CONTENT_NEGOTIATION_CLASS"},
    {"metadata_class", AttributeKind::class_name, "DEFAULT_METADATA_CLASS"},
    {"versioning_class", AttributeKind::class_name, "DEFAULT_VERSIONING_CLASS"},
    {"lookup_value_regex", AttributeKind::text},
    {"http_method_names", AttributeKind::texts}};

constexpr std::array rows{
    ClassRow<>{"drf_messages.views.MessagesViewSet", viewset_attributes},
};

/// The application's viewset behind a class; null when ours is.
std::shared_ptr<const rest::MessagesViewSet> custom_viewset(
    const Settings& settings, const ClassAttributes& attributes, const CustomClasses& classes
) {
    if (find_class(rows, attributes) != nullptr) {
        return nullptr;
    }
    auto custom = classes.find<rest::MessagesViewSet>(attributes, viewset_attributes);
    if (!custom) {
        classes.refuse(settings, viewset_classes(), attributes);
    }
    return custom;
}

std::optional<std::string>
lookup(const rest::MessagesViewSet* custom, const ClassAttributes& attributes) {
    return custom != nullptr && !attributes.has("lookup_value_regex")
               ? custom->lookup_value_regex
               : attributes.text("lookup_value_regex");
}

} // namespace

SettingClasses viewset_classes() {
    return {"ROUTES", rows, &rest::Classes::names<rest::MessagesViewSet>};
}

std::string view_name_of(std::string_view class_name) {
    class_name = class_name.substr(class_name.rfind('.') + 1);
    for (const std::string_view ending : {"View", "ViewSet"}) {
        if (class_name.ends_with(ending)) {
            class_name.remove_suffix(ending.size());
        }
    }
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    std::string words;
    bool in_word = false;
    for (std::size_t i = 0; i < class_name.size(); ++i) {
        const char c = class_name[i];
        const bool begins_word =
            is_upper(c) && ((i > 0 && is_lower(class_name[i - 1])) ||
                            (i + 1 < class_name.size() && !is_upper(class_name[i + 1])));
        if (begins_word && i > 0) {
            words += ' ';
            in_word = false;
        }
        const bool letter = is_upper(c) || is_lower(c);
        // Python's str.title(): a capital where a word begins, small letters behind it.
        words += c == '_'  ? ' '
                 : !letter ? c
                 : in_word ? static_cast<char>(std::tolower(c))
                           : static_cast<char>(std::toupper(c));
        in_word = letter;
    }
    return words;
}

std::optional<std::string> ViewSetClass::lookup_of(
    const Settings& settings, const ClassName& name, const CustomClasses& classes
) {
    const ClassAttributes attributes(settings, name);
    return lookup(custom_viewset(settings, attributes, classes).get(), attributes);
}

ViewSetClass::ViewSetClass(
    const Settings& settings, const ClassName& name, const CustomClasses& classes
)
    : class_name_(name) {
    const ClassAttributes attributes(settings, name);
    custom_ = custom_viewset(settings, attributes, classes);
    name_ = view_name_of(name);
    auto methods = attributes.text_list("http_method_names");
    auto throttle_scope = attributes.text("throttle_scope");
    if (custom_) {
        description_ = custom_->description;
        methods = methods ? methods : custom_->http_method_names;
        throttle_scope = throttle_scope ? throttle_scope : custom_->throttle_scope;
    } else if (!attributes.is_subclass()) { // Python hands no docstring down to a subclass
        description_ = "List, Retrieve and Delete messages for this session.";
    }
    if (methods) {
        std::transform(methods->begin(), methods->end(), methods->begin(), upper);
    }
    policies_ = std::make_shared<const ViewPolicies>(
        effective_settings(settings, custom_.get(), attributes),
        throttle_scope,
        methods ? *methods : usual_http_method_names(),
        classes
    );
    if (settings.messages_extensions.stream) {
        stream_policies_ = std::make_shared<const ViewPolicies>(
            policies_->settings,
            throttle_scope,
            policies_->http_method_names,
            classes,
            make_stream_renderers(policies_->settings, classes)
        );
    }
    MessagesResource::ObjectCheck check_object;
    if (policies_->looks_at_objects()) {
        check_object = [policies = policies_](ApiRequest& request, const Message& message) {
            policies->check_object(request, message);
        };
    }
    resource_ = std::make_shared<const MessagesResource>(
        policies_->settings, classes, std::move(check_object)
    );
}

Validation ViewSetClass::validation(const Operation& operation) const {
    const auto& extensions = policies_->settings.messages_extensions;
    Validation validation;
    validation.has_state = operation.has_state && extensions.need_feed();
    // What an application's classes do may follow from anything. So may whether a permission lets
    // one message be seen, which is asked once it is there.
    validation.has_etag = operation.is_conditional && extensions.conditional &&
                          (custom_ || !resource_->asks_application()) &&
                          !(operation.action == "retrieve" && policies_->looks_at_objects());
    if (custom_) {
        validation.more = [custom = custom_, name = class_name_](ApiRequest& request) {
            return call_custom(name, [&] { return custom->get_etag(rest::Request(request)); });
        };
    }
    return validation;
}

View::Handler ViewSetClass::handler(const Operation& operation) const {
    const auto overridable = operation.overridable;
    if (!custom_ || overridable == nullptr) {
        return {
            operation.action,
            [resource = resource_, custom = custom_, ours = operation.handler](ApiRequest& request
            ) {
                request.resource = resource.get();
                return ours(*resource, request, custom.get());
            },
            validation(operation),
            operation.asked_as,
            operation.needs_user,
            operation.asks_ahead && !custom_};
    }
    return {
        operation.action,
        [resource = resource_, custom = custom_, name = class_name_, overridable](
            ApiRequest& request
        ) {
            request.resource = resource.get();
            return call_custom(name, [&] {
                auto response = (*custom.*overridable)(rest::Request(request));
                return ApiResponse{
                    response.status(), response.writer(), std::move(response.headers)};
            });
        },
        validation(operation),
        operation.asked_as,
        operation.needs_user};
}

View::PageParts ViewSetClass::page_parts(const Routes& routes, const RoutedView& view) const {
    const std::string& basename = view.registration->basename;
    const auto url_of = [&routes, &basename, policies = policies_](
                            ApiRequest& request, std::string_view endpoint, Kwargs kwargs
                        ) {
        return reverse_url(
            request,
            routes,
            policies->settings,
            policies->versioning.get(),
            fmt::format("{}-{}", basename, endpoint),
            kwargs
        );
    };
    View::PageParts parts;
    // REST framework: ViewSetMixin.get_extra_action_url_map.
    parts.extra_actions = [url_of,
                           detail = view.endpoint->detail,
                           extensions =
                               policies_->settings.messages_extensions](ApiRequest& request) {
        std::vector<ActionLink> links;
        for (const EndpointSpec& other : message_endpoints) {
            if (!other.is_extra_action() || other.detail != detail || !other.is_in(extensions)) {
                continue;
            }
            if (auto url = url_of(request, other.name, request.kwargs)) {
                links.push_back({std::string(other.title), *std::move(url)});
            }
        }
        return links;
    };
    parts.filter_form = [resource = resource_](ApiRequest& request) {
        return resource->filter_form(request);
    };
    parts.message_url = [url_of](ApiRequest& request, MessageId id) {
        Kwargs kwargs = request.kwargs;
        kwargs.insert_or_assign("pk", std::to_string(id.value));
        return url_of(request, "detail", std::move(kwargs)).value_or("");
    };
    parts.is_deletable = [policies = policies_](const Message& message) {
        return message.read_at || policies->settings.messages_allow_delete_unread;
    };
    return parts;
}

std::unique_ptr<View>
ViewSetClass::view(const EndpointSpec& endpoint, View::PageParts page_parts) const {
    View::Options options;
    options.page_parts = std::move(page_parts);
    options.name = endpoint.is_extra_action() ? std::string(endpoint.title)
                                              : fmt::format("{} {}", name_, endpoint.title);
    options.description =
        endpoint.description.empty() ? description_ : std::string(endpoint.description);
    for (const Operation& operation : endpoint.operations) {
        options.handlers.emplace_back(operation.method, handler(operation));
        if (operation.method == "POST") {
            options.post_fields = operation.fields;
            options.post_example = operation.example;
        }
    }
    return std::make_unique<View>(
        endpoint.is_stream ? stream_policies_ : policies_, std::move(options)
    );
}

UrlView viewset_view(ViewMaker& maker, const RoutedView& view) {
    const ViewSetClass& viewset = maker.viewset(view.registration->viewset);
    return maker.with_pages(viewset.view(*view.endpoint, viewset.page_parts(maker.routes(), view)));
}

} // namespace drf_messages::api
