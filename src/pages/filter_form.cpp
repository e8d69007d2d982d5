// SPDX-License-Identifier: MIT
#include "pages/filter_form.hpp"

#include "html/escape.hpp"
#include "middleware/required.hpp"
#include "pages/site_page.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace drf_messages::pages {
namespace {

namespace json = boost::json;
using Kind = api::FormField::Kind;

/// `{"level": ["Enter a number."]}` of an answer 400; empty for every other.
json::object errors_of(const api::BrowsablePage& page) {
    if (page.response.status != 400) {
        return {};
    }
    json::error_code error;
    const auto body = json::parse(page.body, error);
    return !error && body.is_object() ? body.get_object() : json::object();
}

std::string label_of(const api::FormField& field, const PageTexts& texts) {
    std::string label = texts.say(field.label);
    return field.words.empty() ? label : label + " " + texts.say(field.words);
}

std::string text_of(const api::FormChoice& choice, const PageTexts& texts) {
    const std::string words = choice.words.empty() ? std::string() : texts.say(choice.words);
    if (choice.text.empty()) {
        return words;
    }
    return html::visible(choice.text) + (words.empty() ? "" : " - " + words);
}

json::object
shown(const api::FormField& field, const PageTexts& texts, const json::object& errors) {
    json::object shown{
        {"name", field.name},
        {"label", label_of(field, texts)},
        {"value", field.value},
        {"choice", field.kind == Kind::choice},
        {"type", field.kind == Kind::number ? "number" : "text"},
        {"number", field.kind == Kind::number},
        {"errors", nullptr}};
    json::array options;
    for (const auto& choice : field.choices) {
        options.push_back(json::object{
            {"option", choice.value},
            {"text", text_of(choice, texts)},
            {"selected", choice.value == field.value}});
    }
    shown["options"] = std::move(options);
    const auto* wrong = errors.if_contains(field.filter.empty() ? field.name : field.filter);
    if (wrong != nullptr && wrong->is_array() && !field.value.empty()) {
        json::array list;
        for (const auto& error : wrong->get_array()) {
            list.emplace_back(
                error.is_string() ? html::visible(error.get_string()) : std::string()
            );
        }
        shown["errors"] = json::object{{"list", std::move(list)}};
        // A browser keeps nothing in such an input that is no number.
        shown["type"] = "text";
        shown["number"] = false;
    }
    return shown;
}

/// What else the request has asked for is asked for again, but for the place in the list.
json::array kept_parameters(const api::BrowsablePage& page) {
    std::set<std::string_view> asked_anew{page.filter_form.page_parameter};
    for (const auto& part : page.filter_form.parts) {
        for (const auto& field : part.fields) {
            asked_anew.insert(field.name);
        }
    }
    json::array kept;
    for (const auto& [name, value] : middleware::required_query(page.request.http).items()) {
        if (!asked_anew.contains(name)) {
            kept.push_back(json::object{{"name", name}, {"value", value}});
        }
    }
    return kept;
}

/// Whether something is asked of the fields that are folded away.
bool is_asked(const api::FormPart& part) {
    return std::any_of(part.fields.begin(), part.fields.end(), [](const api::FormField& field) {
        return field.is_more && !field.value.empty();
    });
}

json::value unless_empty(json::array fields, bool is_open) {
    return fields.empty() ? json::value()
                          : json::object{{"rest", std::move(fields)}, {"is_open", is_open}};
}

} // namespace

json::value filter_form(const api::BrowsablePage& page, const PageTexts& texts) {
    if (page.filter_form.parts.empty()) {
        return nullptr;
    }
    const json::object errors = errors_of(page);
    json::array parts;
    for (const auto& part : page.filter_form.parts) {
        json::array fields;
        json::array more;
        for (const auto& field : part.fields) {
            (field.is_more ? more : fields).push_back(shown(field, texts, errors));
        }
        parts.push_back(json::object{
            {"legend", texts.say(part.title)},
            {"is_single", part.fields.size() == 1},
            {"fields", std::move(fields)},
            {"more_fields", unless_empty(std::move(more), is_asked(part))}});
    }
    const std::string path = site_url(page.request.http.path);
    return json::object{
        {"action", path}, {"kept", kept_parameters(page)}, {"parts", std::move(parts)}};
}

} // namespace drf_messages::pages
