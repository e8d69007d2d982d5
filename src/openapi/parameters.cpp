// SPDX-License-Identifier: MIT
#include "openapi/parameters.hpp"

#include <drf_messages/rest/filter_backend.hpp>
#include <drf_messages/rest/pagination.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>
#include <vector>

namespace drf_messages::openapi {
namespace {

using Place = api::Versioning::Place;

Value parameter(
    std::string_view place, std::string_view name, std::string_view description, Value schema
) {
    auto made = Value::object({{"in", place}, {"name", name}});
    if (!description.empty()) {
        made["description"] = description;
    }
    made["required"] = place == "path";
    made["schema"] = std::move(schema);
    return made;
}

Value text_of(std::vector<std::string> choices) {
    auto schema = Value::object({{"type", "string"}});
    for (auto& choice : choices) {
        schema["enum"].append(std::move(choice));
    }
    return schema;
}

/// Each once.
std::vector<std::string> formats(const api::View& view) {
    std::vector<std::string> all;
    for (const auto& renderer : view.policies().renderers) {
        if (std::find(all.begin(), all.end(), renderer.format) == all.end()) {
            all.push_back(renderer.format);
        }
    }
    return all;
}

/// What Django's converters, or an expression, let pass.
Value schema_of(std::string_view expression) {
    if (expression == "[0-9]+") {
        return Value::object({{"type", "integer"}, {"minimum", 0}});
    }
    auto schema = Value::object({{"type", "string"}});
    // What Python alone understands of it, or what every segment of a path is, says nothing.
    if (expression.find("(?") == std::string_view::npos && expression != "[^/]+" &&
        expression != ".+") {
        schema["pattern"] = fmt::format("^(?:{})$", expression);
    }
    return schema;
}

Value path_parameter(
    const Endpoint& endpoint, const std::string& method, const api::PathTemplate::Argument& argument
) {
    const auto add = [&](std::string_view description, Value schema) {
        return parameter("path", argument.name, description, std::move(schema));
    };
    if (endpoint.view && endpoint.route->has_suffix &&
        argument.name == endpoint.view->policies().settings.rest_framework.format_suffix_kwarg) {
        return add("The format of the answer.", text_of(formats(*endpoint.view)));
    }
    if (endpoint.viewset != nullptr && endpoint.routed->endpoint->detail &&
        (argument.name == Endpoint::key || argument.name == "pk")) {
        // OPTIONS looks for no message.
        if (endpoint.viewset->custom() == nullptr && method != "OPTIONS") {
            return add("The id of a message.", Value::object({{"type", "integer"}}));
        }
    }
    return add("", schema_of(argument.expression));
}

Value query_parameter(api::QueryParameter described) {
    auto made =
        parameter("query", described.name, described.description, std::move(described.schema));
    if (described.by_commas) {
        made["style"] = "form";
        made["explode"] = false;
    }
    return made;
}

/// Empty where there is none.
std::string_view text_at(const Value& object, std::string_view name) {
    const auto* value = object.find(name);
    const auto* text = value == nullptr ? nullptr : value->get_if<std::string>();
    return text == nullptr ? std::string_view() : *text;
}

/// What tells parameters apart: name and place, or what a Reference Object refers to.
std::pair<std::string_view, std::string_view> identity(const Value& parameter) {
    const auto reference = text_at(parameter, "$ref");
    return reference.empty() ? std::pair(text_at(parameter, "name"), text_at(parameter, "in"))
                             : std::pair(std::string_view(), reference);
}

bool is_parameter(const Value& value) {
    return !text_at(value, "$ref").empty() ||
           !(text_at(value, "name").empty() || text_at(value, "in").empty());
}

/// What a class of the application says. Throws std::invalid_argument for what are no parameters.
void append_said(Value::Array& all, const ClassName& name, const Value& said) {
    const auto* list = said.get_if<Value::Array>();
    if (list == nullptr || !std::ranges::all_of(*list, is_parameter)) {
        throw std::invalid_argument(fmt::format(
            "{}: get_schema_operation_parameters() must give a list of objects with \"name\" and "
            "\"in\", or with \"$ref\"",
            name
        ));
    }
    all.insert(all.end(), list->begin(), list->end());
}

void add_filters(Value::Array& all, const Endpoint& endpoint) {
    for (const auto& backend : endpoint.viewset->resource().filter_backends()) {
        if (backend.custom) {
            append_said(all, backend.name, backend.custom->get_schema_operation_parameters());
        } else {
            std::ranges::transform(
                backend.ours->parameters(), std::back_inserter(all), query_parameter
            );
        }
    }
}

void add_pages(Value::Array& all, const Endpoint& endpoint) {
    const auto& resource = endpoint.viewset->resource();
    if (const auto* custom = resource.custom_pagination()) {
        const auto& rest = endpoint.view->policies().settings.rest_framework;
        append_said(all, rest.default_pagination_class, custom->get_schema_operation_parameters());
    } else if (const auto* pagination = resource.pagination()) {
        std::ranges::transform(
            pagination->describe().parameters, std::back_inserter(all), query_parameter
        );
    }
}

/// Whether what is shown is marked.
void add_mark(Value::Array& all, const Endpoint& endpoint, const std::string& method) {
    const auto& settings = endpoint.view->policies().settings;
    if (settings.messages_extensions.read_state && method == "GET" &&
        !endpoint.routed->endpoint->is_extra_action()) {
        all.push_back(parameter(
            "query",
            "mark",
            "Whether what is shown is marked as read.",
            Value::object({{"type", "boolean"}})
        ));
    }
}

/// What one endpoint alone reads.
void add_own(Value::Array& all, const Endpoint& endpoint, const std::string& method) {
    if (endpoint.viewset == nullptr || method == "OPTIONS") {
        return;
    }
    const std::string_view asked = method == "HEAD" ? "GET" : std::string_view(method);
    for (const auto& operation : endpoint.routed->endpoint->operations) {
        if (operation.method == asked && operation.parameters != nullptr) {
            std::ranges::transform(
                operation.parameters(), std::back_inserter(all), query_parameter
            );
        }
    }
}

/// What REST framework reads before any view does.
void add_negotiation(Value::Array& all, const Endpoint& endpoint) {
    const auto& policies = endpoint.view->policies();
    const auto& format = policies.settings.rest_framework.url_format_override;
    if (format && !format->empty() && !endpoint.route->has_suffix) {
        auto choices = formats(*endpoint.view);
        choices.emplace_back(); // asks for none
        all.push_back(parameter(
            "query",
            *format,
            "The format of the answer, whatever Accept says.",
            text_of(std::move(choices))
        ));
    }
    if (policies.versioning && policies.versioning->place() == Place::query) {
        const auto& rules = policies.versioning->rules();
        all.push_back(
            parameter("query", rules.version_param, "The version.", text_of(rules.all_allowed()))
        );
    }
}

/// What two classes read is told once, as the first of them does.
void keep_first_of_each_name(Value::Array& all) {
    std::stable_sort(all.begin(), all.end(), [](const Value& a, const Value& b) {
        return identity(a) < identity(b);
    });
    const auto same = [](const Value& a, const Value& b) { return identity(a) == identity(b); };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
}

} // namespace

bool filters(const Endpoint& endpoint) {
    if (endpoint.viewset == nullptr) {
        return false;
    }
    const auto& row = *endpoint.routed->endpoint;
    return !row.is_extra_action() || row.is_filtered;
}

bool lists(const Endpoint& endpoint) {
    return endpoint.viewset != nullptr && !endpoint.routed->endpoint->is_extra_action() &&
           !endpoint.routed->endpoint->detail;
}

drf_messages::rest::Value parameters_of(const Endpoint& endpoint, const std::string& method) {
    Value::Array all;
    for (const auto& argument : endpoint.arguments) {
        all.push_back(path_parameter(endpoint, method, argument));
    }
    if (endpoint.view) {
        if (filters(endpoint) && method != "OPTIONS") {
            add_filters(all, endpoint);
            if (lists(endpoint)) {
                add_pages(all, endpoint);
            }
            add_mark(all, endpoint, method);
        }
        add_own(all, endpoint, method);
        add_negotiation(all, endpoint);
    }
    keep_first_of_each_name(all);
    return all;
}

} // namespace drf_messages::openapi
