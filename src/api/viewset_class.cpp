// SPDX-License-Identifier: MIT
#include "api/viewset_class.hpp"

#include "api/class_attributes.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

namespace drf_messages::api {
namespace {

constexpr std::string_view viewset_name = "drf_messages.views.MessagesViewSet";

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return text;
}

/// A class in an attribute; None is the empty name.
void overlay(ClassName& setting, const ClassAttributes& attributes, std::string_view attribute) {
    if (attributes.has(attribute)) {
        setting = attributes.text(attribute).value_or("");
    }
}

void overlay(
    std::vector<ClassName>& setting, const ClassAttributes& attributes, std::string_view attribute
) {
    if (auto list = attributes.text_list(attribute)) {
        setting = std::move(*list);
    }
}

/// The site's settings as the view sees them: its attributes stand where its base class reads the
/// defaults.
Settings effective_settings(const Settings& settings, const ClassAttributes& attributes) {
    Settings effective = settings;
    auto& rest = effective.rest_framework;
    overlay(rest.default_renderer_classes, attributes, "renderer_classes");
    overlay(rest.default_parser_classes, attributes, "parser_classes");
    overlay(rest.default_authentication_classes, attributes, "authentication_classes");
    overlay(rest.default_permission_classes, attributes, "permission_classes");
    overlay(rest.default_throttle_classes, attributes, "throttle_classes");
    overlay(rest.default_content_negotiation_class, attributes, "content_negotiation_class");
    overlay(rest.default_metadata_class, attributes, "metadata_class");
    overlay(rest.default_versioning_class, attributes, "versioning_class");
    overlay(rest.default_pagination_class, attributes, "pagination_class");
    overlay(rest.default_filter_backends, attributes, "filter_backends");
    return effective;
}

ClassAttributes viewset_attributes(const Settings& settings, const ClassName& name) {
    ClassAttributes attributes(settings, name);
    if (attributes.base() != viewset_name) {
        refuse_class("ROUTES", attributes.base());
    }
    attributes.allow_only(
        {"renderer_classes",
         "parser_classes",
         "authentication_classes",
         "permission_classes",
         "throttle_classes",
         "content_negotiation_class",
         "metadata_class",
         "versioning_class",
         "pagination_class",
         "filter_backends",
         "throttle_scope",
         "http_method_names",
         "lookup_value_regex"}
    );
    return attributes;
}

} // namespace

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

std::optional<std::string>
ViewSetClass::lookup_of(const Settings& settings, const ClassName& name) {
    return viewset_attributes(settings, name).text("lookup_value_regex");
}

ViewSetClass::ViewSetClass(const Settings& settings, const ClassName& name) {
    const auto attributes = viewset_attributes(settings, name);
    name_ = view_name_of(name);
    // Python does not hand a docstring down to a subclass.
    description_ =
        attributes.is_subclass() ? "" : "List, Retrieve and Delete messages for this session.";
    auto methods = usual_http_method_names();
    if (auto own = attributes.text_list("http_method_names")) {
        methods.clear();
        std::transform(own->begin(), own->end(), std::back_inserter(methods), upper);
    }
    policies_ = std::make_shared<const ViewPolicies>(
        effective_settings(settings, attributes),
        attributes.text("throttle_scope"),
        std::move(methods)
    );
    viewset_ = std::make_shared<const MessagesViewSet>(policies_->settings);
}

std::unique_ptr<View> ViewSetClass::list_view() const {
    const auto list = [viewset = viewset_](ApiRequest& request) { return viewset->list(request); };
    return std::make_unique<View>(
        policies_,
        View::Options{name_ + " List", description_, true, {{"GET", {Action::list, list}}}}
    );
}

std::unique_ptr<View> ViewSetClass::detail_view() const {
    const auto retrieve = [viewset = viewset_](ApiRequest& request) {
        return viewset->retrieve(request);
    };
    const auto destroy = [viewset = viewset_](ApiRequest& request) {
        return viewset->destroy(request);
    };
    return std::make_unique<View>(
        policies_,
        View::Options{
            name_ + " Instance",
            description_,
            true,
            {{"GET", {Action::retrieve, retrieve}}, {"DELETE", {Action::destroy, destroy}}}}
    );
}

std::unique_ptr<View> ViewSetClass::peek_view() const {
    const auto peek = [viewset = viewset_](ApiRequest& request) { return viewset->peek(request); };
    return std::make_unique<View>(
        policies_,
        View::Options{
            "Peek",
            "Get summary about unread message without reading them.",
            true,
            {{"GET", {Action::peek, peek}}}}
    );
}

} // namespace drf_messages::api
