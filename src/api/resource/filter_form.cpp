// SPDX-License-Identifier: MIT
#include "api/resource/filter_form.hpp"

#include "api/resource/filters.hpp"
#include "api/tables/filters.hpp"
#include "messages/level_tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <utility>
#include <variant>

namespace drf_messages::api {
namespace {

using Kind = FormField::Kind;

/// django-filter's words, and what tells those apart that it words alike.
std::string_view words_of(std::string_view lookup) {
    static constexpr std::pair<std::string_view, std::string_view> words[] = {
        {"gt", "is greater than"},
        {"gte", "is greater than or equal to"},
        {"lt", "is less than"},
        {"lte", "is less than or equal to"},
        {"in", "is in"},
        {"range", "is in range"},
        {"isnull", "is null"},
        {"contains", "contains"},
        {"icontains", "contains, in any case"},
        {"iexact", "is, in any case"},
        {"startswith", "starts with"},
        {"istartswith", "starts with, in any case"},
        {"endswith", "ends with"},
        {"iendswith", "ends with, in any case"}};
    const auto found =
        std::ranges::find(words, lookup, &std::pair<std::string_view, std::string_view>::first);
    return found == std::end(words) ? std::string_view() : found->second;
}

std::string asked(const http::QueryDict& query, std::string_view name) {
    return std::string(query.get(name).value_or(""));
}

FormField boolean_field(const http::QueryDict& query, std::string_view name) {
    const auto wanted = wanted_boolean(query, name);
    FormField field{Kind::choice, std::string(name), {}, {}};
    field.value = !wanted ? "" : *wanted ? "true" : "false";
    field.choices = {{"", "", "any"}, {"true", "", "Yes"}, {"false", "", "No"}};
    return field;
}

/// The original has no empty choice, so that its form, sent as it is, hides what is below the first
/// tag.
FormField tag_field(const http::QueryDict& query, std::string_view name, const Settings& settings) {
    FormField field{Kind::choice, std::string(name), {}, asked(query, name)};
    field.choices = {{"", "", "any"}};
    for (const auto& tag : messages::level_tags(settings)) {
        field.choices.push_back({tag, tag});
    }
    return field;
}

/// The fields of a filter, without labels.
std::vector<FormField>
fields_of(const FilterSpec& filter, const http::QueryDict& query, const Settings& settings) {
    const auto plain = [&](Kind kind, std::string_view name) {
        return FormField{kind, std::string(name), {}, asked(query, name)};
    };
    const auto fields = [&](const auto& input) -> std::vector<FormField> {
        using Input = std::remove_cvref_t<decltype(input)>;
        if constexpr (std::is_same_v<Input, input::Boolean>) {
            return {boolean_field(query, filter.name)};
        } else if constexpr (std::is_same_v<Input, input::LevelTag>) {
            return {tag_field(query, filter.name, settings)};
        } else if constexpr (std::is_same_v<Input, input::Number>) {
            return {plain(Kind::number, filter.name)};
        } else if constexpr (std::is_same_v<Input, input::MomentRange>) {
            auto after = plain(Kind::text, input.after);
            auto before = plain(Kind::text, input.before);
            after.words = "after";
            before.words = "before";
            return {std::move(after), std::move(before)};
        } else {
            return {plain(Kind::text, filter.name)};
        }
    };
    return std::visit(fields, filter.input);
}

} // namespace

FormPart filter_form(const http::QueryDict& query, const Settings& settings) {
    FormPart part{"Field filters", {}};
    std::string_view label;
    for (const FilterSpec& filter : message_filters) {
        const bool is_lookup = filter.use == FilterUse::with_lookups;
        label = filter.label.empty() ? label : filter.label;
        if (is_lookup && !settings.messages_filter_lookups) {
            continue;
        }
        for (FormField& field : fields_of(filter, query, settings)) {
            field.label = label;
            field.filter = filter.name;
            if (is_lookup) {
                field.words = words_of(filter.name.substr(filter.name.rfind("__") + 2));
                field.is_more = true;
            }
            part.fields.push_back(std::move(field));
        }
    }
    return part;
}

FormPart search_form(const http::QueryDict& query, std::string parameter, std::string title) {
    FormField field{Kind::text, parameter, title, asked(query, parameter)};
    return {std::move(title), {std::move(field)}};
}

FormPart ordering_form(const http::QueryDict& query, std::string parameter, std::string title) {
    const std::string value = asked(query, parameter);
    FormField field{Kind::choice, parameter, title, value};
    field.choices = {{"", "", "usual order"}};
    for (const std::string_view name : ordering_names()) {
        field.choices.push_back({std::string(name), std::string(name), "ascending"});
        field.choices.push_back({fmt::format("-{}", name), std::string(name), "descending"});
    }
    const bool is_choice =
        std::ranges::find(field.choices, value, &FormChoice::value) != field.choices.end();
    if (!is_choice && !asked_ordering(query, parameter).empty()) {
        field.choices.push_back({value, value}); // by several
    } else if (!is_choice) {
        field.value.clear();
    }
    return {std::move(title), {std::move(field)}};
}

} // namespace drf_messages::api
