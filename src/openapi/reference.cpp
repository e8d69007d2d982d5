// SPDX-License-Identifier: MIT
#include "openapi/reference.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace drf_messages::openapi {
namespace {

using rest::Value;
namespace json = boost::json;

const Value::Object& members(const Value* value) {
    static const Value::Object none;
    const auto* object = value == nullptr ? nullptr : value->get_if<Value::Object>();
    return object == nullptr ? none : *object;
}

const Value::Array& items(const Value* value) {
    static const Value::Array none;
    const auto* array = value == nullptr ? nullptr : value->get_if<Value::Array>();
    return array == nullptr ? none : *array;
}

std::string text_of(const Value* value) {
    if (value == nullptr) {
        return {};
    }
    const auto* text = value->get_if<std::string>();
    return text != nullptr ? *text : to_json(*value);
}

/// The name behind the last slash of a reference; empty for what is none.
std::string referred(const Value& value) {
    const auto reference = text_of(value.find("$ref"));
    return reference.substr(reference.rfind('/') + 1);
}

/// A value, or the component that it refers to.
const Value& resolved(const Value& document, const Value& value) {
    const auto reference = text_of(value.find("$ref"));
    constexpr std::string_view begin = "#/components/";
    if (!reference.starts_with(begin)) {
        return value;
    }
    const auto slash = reference.find('/', begin.size());
    const auto* components = document.find("components");
    const auto* section =
        components->find(std::string_view(reference).substr(begin.size(), slash - begin.size()));
    const auto* found = section->find(std::string_view(reference).substr(slash + 1));
    return found == nullptr ? value : *found;
}

/// Pieces of a type's description; what is a schema of its own has a link.
class TypeText {
public:
    explicit TypeText(const Value& schema) { add(schema); }

    json::array take() && { return std::move(pieces_); }

private:
    void put(std::string_view text, std::string_view link = {}) {
        if (!text.empty()) {
            pieces_.push_back(json::object{{"text", text}, {"link", link}});
        }
    }

    void add(const Value& schema) {
        if (const auto name = referred(schema); !name.empty()) {
            put(name, "schema-" + name);
        } else if (const auto* choices = first_of(schema, {"anyOf", "oneOf"})) {
            add_joined(items(choices), " or ");
        } else if (schema.find("enum") != nullptr) {
            std::string_view before;
            for (const auto& value : items(schema.find("enum"))) {
                put(before);
                put(to_json(value));
                before = ", ";
            }
        } else if (text_of(schema.find("type")) == "array" && schema.find("items") != nullptr) {
            put("list of ");
            add(*schema.find("items"));
        } else {
            put(plain(schema));
        }
    }

    void add_joined(const Value::Array& choices, std::string_view separator) {
        std::string_view before;
        for (const auto& choice : choices) {
            put(before);
            add(choice);
            before = separator;
        }
    }

    static const Value*
    first_of(const Value& schema, std::initializer_list<std::string_view> names) {
        for (const auto name : names) {
            if (const auto* found = schema.find(name)) {
                return found;
            }
        }
        return nullptr;
    }

    static std::string plain(const Value& schema) {
        std::string type;
        for (const auto& one : items(schema.find("type"))) {
            type.append(type.empty() ? "" : " or ").append(text_of(&one));
        }
        if (type.empty()) {
            type = text_of(schema.find("type"));
        }
        const auto format = text_of(schema.find("format"));
        return type.empty()     ? "anything"
               : format.empty() ? type
                                : fmt::format("{} ({})", type, format);
    }

    json::array pieces_;
};

json::array type_of(const Value* schema) {
    return schema == nullptr ? json::array() : TypeText(*schema).take();
}

json::array parameters_of(const Value& operation) {
    json::array rows;
    for (const auto& parameter : items(operation.find("parameters"))) {
        const auto* required = parameter.find("required");
        rows.push_back(json::object{
            {"name", text_of(parameter.find("name"))},
            {"place", text_of(parameter.find("in"))},
            {"required", required != nullptr && *required == Value(true)},
            {"type", type_of(parameter.find("schema"))},
            {"about", text_of(parameter.find("description"))}});
    }
    return rows;
}

json::array contents_of(const Value* holder) {
    json::array rows;
    const auto* content = holder == nullptr ? nullptr : holder->find("content");
    for (const auto& [media_type, entry] : members(content)) {
        rows.push_back(json::object{
            {"media_type", media_type}, {"type", type_of(entry.find("schema"))}});
    }
    return rows;
}

json::array answers_of(const Value& document, const Value& operation) {
    json::array rows;
    for (const auto& [status, answer] : members(operation.find("responses"))) {
        const auto& whole = resolved(document, answer);
        std::string headers;
        for (const auto& [name, header] : members(whole.find("headers"))) {
            headers.append(headers.empty() ? "" : ", ").append(name);
        }
        rows.push_back(json::object{
            {"status", status},
            {"about", text_of(whole.find("description"))},
            {"contents", contents_of(&whole)},
            {"headers", headers}});
    }
    return rows;
}

/// "cookieAuth with csrfToken, or tokenAuth, or nothing".
std::string credentials_of(const Value& operation) {
    std::string text;
    for (const auto& requirement : items(operation.find("security"))) {
        std::string together;
        for (const auto& [scheme, scopes] : members(&requirement)) {
            together.append(together.empty() ? "" : " with ").append(scheme);
        }
        text.append(text.empty() ? "" : ", or ").append(together.empty() ? "nothing" : together);
    }
    return text;
}

/// A command line that makes the request; what is in braces is to be filled in.
std::string curl_of(
    const Value& document, const Value& operation, std::string_view method, std::string_view path
) {
    std::string line = "curl";
    if (method == "HEAD") {
        line += " --head";
    } else if (method != "GET") {
        line += fmt::format(" -X {}", method);
    }
    for (const auto& requirement : items(operation.find("security"))) {
        for (const auto& [name, scopes] : members(&requirement)) {
            const auto& scheme = *document.find("components")->find("securitySchemes")->find(name);
            const auto prefix = text_of(scheme.find("scheme"));
            const auto about = text_of(scheme.find("description"));
            if (name == "tokenAuth") {
                const auto quote = about.find('"');
                const auto keyword = quote == std::string::npos
                                         ? std::string("Bearer")
                                         : about.substr(quote + 1, about.rfind('"') - quote - 1);
                line += fmt::format(" -H 'Authorization: {} TOKEN'", keyword);
            } else if (prefix == "basic") {
                line += " -u USER:PASSWORD";
            } else {
                continue;
            }
            return fmt::format("{} \"$URL{}\"", line, path);
        }
    }
    return fmt::format("{} \"$URL{}\"", line, path);
}

/// Whether an operation is another way to what one of the others does.
bool is_minor(std::string_view method, std::string_view path) {
    return method == "HEAD" || method == "OPTIONS" || path.find(".{") != std::string_view::npos;
}

json::array operations_of(const Value& document, bool minor) {
    json::array all;
    for (const auto& [path, path_item] : members(document.find("paths"))) {
        for (const auto& [name, operation] : members(&path_item)) {
            std::string method = name;
            std::transform(method.begin(), method.end(), method.begin(), [](char c) {
                return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
            });
            if (is_minor(method, path) != minor) {
                continue;
            }
            auto parameters = parameters_of(operation);
            auto body = contents_of(operation.find("requestBody"));
            all.push_back(json::object{
                {"id", text_of(operation.find("operationId"))},
                {"method", method},
                {"path", path},
                {"summary", text_of(operation.find("summary"))},
                {"description", text_of(operation.find("description"))},
                {"credentials", credentials_of(operation)},
                {"has_parameters", !parameters.empty()},
                {"parameters", std::move(parameters)},
                {"has_body", !body.empty()},
                {"body", std::move(body)},
                {"answers", answers_of(document, operation)},
                {"curl", curl_of(document, operation, method, path)}});
        }
    }
    return all;
}

json::array schemas_of(const Value& document) {
    json::array all;
    for (const auto& [name, schema] : members(document.find("components")->find("schemas"))) {
        json::array fields;
        for (const auto& [field, type] : members(schema.find("properties"))) {
            fields.push_back(json::object{
                {"name", field},
                {"type", type_of(&type)},
                {"about", text_of(type.find("description"))}});
        }
        all.push_back(json::object{
            {"id", "schema-" + name},
            {"name", name},
            {"about", text_of(schema.find("description"))},
            {"has_fields", !fields.empty()},
            {"fields", std::move(fields)},
            {"type", type_of(&schema)}});
    }
    return all;
}

json::array schemes_of(const Value& document) {
    json::array all;
    for (const auto& [name, scheme] :
         members(document.find("components")->find("securitySchemes"))) {
        const auto place = text_of(scheme.find("in"));
        all.push_back(json::object{
            {"name", name},
            {"how",
             place.empty() ? fmt::format("HTTP {}", text_of(scheme.find("scheme")))
                           : fmt::format("{} {}", place, text_of(scheme.find("name")))},
            {"about", text_of(scheme.find("description"))}});
    }
    return all;
}

} // namespace

std::string reference_page(
    const Value& document, const html::Templates& templates, const std::string& static_url
) {
    const auto* info = document.find("info");
    auto schemes = schemes_of(document);
    return templates.render(
        "reference",
        {{"title", text_of(info->find("title"))},
         {"language", "en"},
         {"icon", static_url + "drf_messages/icon.svg"},
         {"style", static_url + "drf_messages/style.css"},
         {"script", ""},
         {"about", text_of(info->find("description"))},
         {"version", text_of(info->find("version"))},
         {"groups",
          json::array{
              json::object{{"operations", operations_of(document, false)}},
              json::object{
                  {"title_of_group", "HEAD, OPTIONS, and paths that name the format"},
                  {"operations", operations_of(document, true)}}}},
         {"schemas", schemas_of(document)},
         {"has_schemes", !schemes.empty()},
         {"schemes", std::move(schemes)}}
    );
}

} // namespace drf_messages::openapi
