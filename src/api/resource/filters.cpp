// SPDX-License-Identifier: MIT
#include "api/resource/filters.hpp"

#include "api/tables/filters.hpp"
#include "api/wire/number_field.hpp"
#include "http/whitespace.hpp"
#include "messages/level_tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

namespace drf_messages::api {
namespace {

std::vector<std::string_view> split_at_commas(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t comma; (comma = text.find(',')) != std::string_view::npos;) {
        parts.push_back(text.substr(0, comma));
        text.remove_prefix(comma + 1);
    }
    parts.push_back(text);
    return parts;
}

/// Compares a level with any number. One that no level can reach is above all of them, or below:
/// then too the comparison is the same, but with the end of what there is.
Condition compare_number(Field field, Lookup lookup, const CleanedNumber& number) {
    using limits = std::numeric_limits<std::int64_t>;
    if (lookup == Lookup::exact) {
        return number.value ? Condition::compare(field, lookup, *number.value)
                            : Condition::nothing();
    }
    const bool upwards = lookup == Lookup::gt || lookup == Lookup::gte;
    const bool without_itself = lookup == Lookup::gt || lookup == Lookup::lt;
    const std::int64_t last = upwards ? limits::max() : limits::min();
    std::int64_t bound = upwards ? limits::min() : limits::max();
    if (number.value) {
        if (without_itself && *number.value == last) {
            return Condition::nothing();
        }
        bound = *number.value + (without_itself ? (upwards ? 1 : -1) : 0);
    } else if (number.negative != upwards) {
        return Condition::nothing();
    }
    return Condition::compare(field, upwards ? Lookup::gte : Lookup::lte, bound);
}

Condition in_any_of(Field field, std::vector<FieldValue> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values.empty() ? Condition::nothing() : Condition::in(field, std::move(values));
}

/// Takes what the filters ask for, and keeps what is wrong with each of them.
class FilterForm {
public:
    FilterForm(const http::QueryDict& query, const Settings& settings, const MomentReading& reading)
        : query_(query), settings_(settings), reading_(reading) {}

    const Settings& settings() const noexcept { return settings_; }

    std::optional<bool> given_boolean(std::string_view name) const {
        return wanted_boolean(query_, name);
    }

    /// The last value of that name, unless it is empty.
    std::optional<std::string_view> given(std::string_view name) const {
        const auto value = query_.get(name);
        return value && !value->empty() ? value : std::nullopt;
    }

    /// Absent when it is refused.
    std::optional<CleanedNumber> number(std::string_view name, std::string_view text) {
        auto cleaned = clean_number(text);
        if (cleaned.error.empty()) {
            return cleaned;
        }
        refuse(name, {{std::move(cleaned.error)}});
        return std::nullopt;
    }

    /// The values of a list; absent when there is none, or it is refused.
    std::optional<std::vector<std::string_view>> list(std::string_view name) {
        const auto text = given(name);
        if (!text) {
            return std::nullopt;
        }
        auto values = split_at_commas(*text);
        if (values.size() > most_values) {
            refuse(
                name,
                {{{"List contains {} items, it should contain no more than {}.",
                   {std::to_string(values.size()), std::to_string(most_values)}}}}
            );
            return std::nullopt;
        }
        return values;
    }

    /// The numbers of a list, null for an empty one; absent when there is no list, or it is
    /// refused.
    std::optional<std::vector<std::optional<CleanedNumber>>> numbers(std::string_view name) {
        const auto parts = list(name);
        if (!parts) {
            return std::nullopt;
        }
        std::vector<std::optional<CleanedNumber>> all;
        for (const auto part : *parts) {
            all.push_back(part.empty() ? std::nullopt : number(name, part));
            if (!part.empty() && !all.back()) {
                return std::nullopt;
            }
        }
        return all;
    }

    /// Without whitespace around it; absent when it is refused.
    std::optional<std::string_view> plain_text(std::string_view name, std::string_view text) {
        const auto stripped = http::strip(text);
        if (stripped.find('\0') == std::string_view::npos) {
            return stripped;
        }
        refuse(name, {{{"Null characters are not allowed.", {}}}});
        return std::nullopt;
    }

    CleanedMoment moment(std::string_view name) const {
        const auto text = given(name);
        return text ? clean_moment(*text, reading_) : CleanedMoment();
    }

    void add(Condition condition) { conditions_.push_back(std::move(condition)); }
    void refuse(std::string_view name, std::vector<ErrorDetail> errors) {
        errors_.push_back({std::string(name), std::move(errors)});
    }

    Condition condition() {
        if (!errors_.empty()) {
            throw invalid(std::move(errors_));
        }
        return Condition::all_of(std::move(conditions_));
    }

private:
    const http::QueryDict& query_;
    const Settings& settings_;
    const MomentReading& reading_;
    std::vector<Condition> conditions_;
    FieldErrors errors_;
};

void clean(FilterForm& form, const FilterSpec& filter, const input::Boolean& input) {
    if (const auto wanted = form.given_boolean(filter.name)) {
        form.add(Condition::compare(filter.field, input.lookup, *wanted));
    }
}

/// The last level of a tag that several levels have, as a reversed dictionary holds it; absent
/// where none has it.
std::optional<Level> level_of_tag(const Settings& settings, std::string_view tag) {
    const auto& tags = settings.level_tags;
    const auto found = std::find_if(tags.rbegin(), tags.rend(), [&](const auto& level) {
        return level.second == tag;
    });
    return found == tags.rend() ? std::nullopt : std::optional<Level>(found->first);
}

ErrorDetail no_choice(std::string_view tag) {
    return {{"Select a valid choice. {} is not one of the available choices.", {std::string(tag)}}};
}

void clean(FilterForm& form, const FilterSpec& filter, const input::LevelTag& input) {
    const auto tag = form.given(filter.name);
    if (!tag) {
        return;
    }
    if (const auto level = level_of_tag(form.settings(), *tag)) {
        form.add(Condition::compare(filter.field, input.lookup, std::int64_t(*level)));
    } else {
        form.refuse(filter.name, {no_choice(*tag)});
    }
}

void clean(FilterForm& form, const FilterSpec& filter, const input::Number& input) {
    const auto text = form.given(filter.name);
    const auto number = text ? form.number(filter.name, *text) : std::nullopt;
    if (number) {
        form.add(compare_number(filter.field, input.lookup, *number));
    }
}

void clean(FilterForm& form, const FilterSpec& filter, const input::Numbers&) {
    const auto numbers = form.numbers(filter.name);
    if (!numbers) {
        return;
    }
    std::vector<FieldValue> values;
    for (const auto& number : *numbers) {
        if (number && number->value) {
            values.emplace_back(*number->value);
        }
    }
    form.add(in_any_of(filter.field, std::move(values)));
}

void clean(FilterForm& form, const FilterSpec& filter, const input::NumberRange&) {
    const auto numbers = form.numbers(filter.name);
    if (!numbers) {
        return;
    }
    if (numbers->size() != 2) {
        form.refuse(filter.name, {{{"Range query expects two values.", {}}}});
        return;
    }
    // BETWEEN with NULL is never true.
    const auto& [from, to] = std::tie(numbers->front(), numbers->back());
    form.add(
        from && to ? Condition::all_of(
                         {compare_number(filter.field, Lookup::gte, *from),
                          compare_number(filter.field, Lookup::lte, *to)}
                     )
                   : Condition::nothing()
    );
}

void clean(FilterForm& form, const FilterSpec& filter, const input::Text& input) {
    const auto value = form.given(filter.name);
    const auto cleaned = value ? form.plain_text(filter.name, *value) : std::nullopt;
    if (cleaned && !cleaned->empty()) {
        form.add(Condition::compare(filter.field, input.lookup, std::string(*cleaned)));
    }
}

void clean(FilterForm& form, const FilterSpec& filter, const input::Texts&) {
    const auto parts = form.list(filter.name);
    if (!parts) {
        return;
    }
    std::vector<FieldValue> values;
    for (const auto part : *parts) {
        const auto cleaned = form.plain_text(filter.name, part);
        if (!cleaned) {
            return;
        }
        values.emplace_back(std::string(*cleaned));
    }
    form.add(in_any_of(filter.field, std::move(values)));
}

void clean(FilterForm& form, const FilterSpec& filter, const input::MomentRange& range) {
    const auto after = form.moment(range.after);
    const auto before = form.moment(range.before);
    std::vector<ErrorDetail> errors;
    for (const auto* error : {&after.error, &before.error}) {
        if (!error->empty() && (errors.empty() || errors.front().words != *error)) {
            errors.push_back({*error});
        }
    }
    if (!errors.empty()) {
        form.refuse(filter.name, std::move(errors));
        return;
    }
    // A bound beyond the calendar, by its offset, compares as the calendar's end does.
    if (after.value) {
        form.add(Condition::compare(filter.field, Lookup::gte, *after.value));
    }
    if (before.value) {
        form.add(Condition::compare(filter.field, Lookup::lte, *before.value));
    }
}

// ---- what each of them takes

std::string_view subject(Field field) {
    switch (field) {
    case Field::level:
        return "the level";
    case Field::tag_text:
        return "one of the tags";
    case Field::view:
        return "the view";
    case Field::read_at:
        return "the time of reading";
    default:
        return "the time of creation";
    }
}

std::string_view comparison(Lookup lookup) {
    switch (lookup) {
    case Lookup::gt:
        return "is greater than";
    case Lookup::gte:
        return "is at least";
    case Lookup::lt:
        return "is less than";
    case Lookup::lte:
        return "is at most";
    case Lookup::contains:
        return "contains";
    case Lookup::icontains:
        return "contains, in letters of either case,";
    case Lookup::iexact:
        return "is, in letters of either case,";
    case Lookup::startswith:
        return "begins with";
    case Lookup::istartswith:
        return "begins, in letters of either case, with";
    case Lookup::endswith:
        return "ends with";
    case Lookup::iendswith:
        return "ends, in letters of either case, with";
    default:
        return "is";
    }
}

std::string where(const FilterSpec& filter, std::string_view condition) {
    return fmt::format("Only messages where {} {}.", subject(filter.field), condition);
}

rest::Value number_schema() {
    return rest::Value::object(
        {{"type", rest::Value::array({"integer", "string"})}, {"pattern", number_pattern}}
    );
}

rest::Value list_schema(rest::Value items) {
    return rest::Value::object(
        {{"type", "array"}, {"items", std::move(items)}, {"maxItems", most_values}}
    );
}

/// Two items, or the empty text, which asks for nothing.
rest::Value pair_schema(rest::Value items) {
    const auto list = [](rest::Value of, int least, int most) {
        return rest::Value::object(
            {{"items", std::move(of)}, {"minItems", least}, {"maxItems", most}}
        );
    };
    return rest::Value::object(
        {{"type", "array"},
         {"anyOf",
          rest::Value::array(
              {list(std::move(items), 2, 2), list(rest::Value::object({{"const", ""}}), 0, 1)}
          )}}
    );
}

using Parameters = std::vector<QueryParameter>;

Parameters describe(const Settings&, const FilterSpec& filter, const input::Boolean&) {
    return {
        {std::string(filter.name),
         fmt::format(
             "true: only messages where {} is not set; false: only the others. Anything else asks "
             "for nothing.",
             subject(filter.field)
         ),
         rest::Value::object({{"type", rest::Value::array({"boolean", "string"})}})}};
}

Parameters describe(const Settings& settings, const FilterSpec& filter, const input::LevelTag&) {
    const auto known = messages::level_tags(settings);
    rest::Value::Array tags(known.begin(), known.end());
    tags.emplace_back("");
    return {
        {std::string(filter.name),
         where(filter, "is at least that of this tag"),
         rest::Value::object({{"type", "string"}, {"enum", std::move(tags)}})}};
}

Parameters describe(const Settings&, const FilterSpec& filter, const input::Number& input) {
    return {
        {std::string(filter.name),
         where(filter, fmt::format("{} this number", comparison(input.lookup))),
         number_schema()}};
}

Parameters describe(const Settings&, const FilterSpec& filter, const input::Numbers&) {
    return {
        {std::string(filter.name),
         where(filter, "is one of these numbers"),
         list_schema(number_schema()),
         true}};
}

Parameters describe(const Settings&, const FilterSpec& filter, const input::NumberRange&) {
    return {
        {std::string(filter.name),
         where(filter, "lies between these two numbers, or is one of them"),
         pair_schema(number_schema()),
         true}};
}

Parameters describe(const Settings&, const FilterSpec& filter, const input::Text& input) {
    return {
        {std::string(filter.name),
         where(filter, fmt::format("{} this text", comparison(input.lookup))),
         rest::Value::object({{"type", "string"}, {"pattern", text_without_null}})}};
}

Parameters describe(const Settings&, const FilterSpec& filter, const input::Texts&) {
    return {
        {std::string(filter.name),
         where(filter, "is one of these texts"),
         list_schema(rest::Value::object({{"type", "string"}, {"pattern", text_without_null}})),
         true}};
}

Parameters describe(const Settings&, const FilterSpec& filter, const input::MomentRange& range) {
    const auto bound = [&](std::string_view name, std::string_view side) {
        return QueryParameter{
            std::string(name),
            where(
                filter,
                fmt::format("is this or {}: ISO 8601, or a form of the request's language", side)
            ),
            rest::Value::object(
                {{"type", "string"},
                 {"pattern", "^$|\\d"}, // all that such texts have in common
                 {"examples", rest::Value::array({"2024-01-31T12:30:00Z", "2024-01-31"})}}
            )};
    };
    return {bound(range.after, "later"), bound(range.before, "earlier")};
}

/// Whether the site has that filter.
bool is_in_use(const FilterSpec& filter, const Settings& settings) {
    return filter.use == FilterUse::always || settings.messages_filter_lookups;
}

} // namespace

std::vector<QueryParameter> filter_parameters(const Settings& settings) {
    Parameters parameters;
    for (const FilterSpec& filter : message_filters) {
        if (is_in_use(filter, settings)) {
            auto described = std::visit(
                [&](const auto& input) { return describe(settings, filter, input); }, filter.input
            );
            std::move(described.begin(), described.end(), std::back_inserter(parameters));
        }
    }
    return parameters;
}

// Django: forms/widgets.py, NullBooleanSelect.value_from_datadict.
std::optional<bool> wanted_boolean(const http::QueryDict& query, std::string_view name) {
    const auto value = query.get(name);
    if (value == "true" || value == "True" || value == "2") {
        return true;
    }
    if (value == "false" || value == "False" || value == "3") {
        return false;
    }
    return std::nullopt;
}

std::optional<Level> wanted_level(const http::QueryDict& query, const Settings& settings) {
    constexpr std::string_view name = "level_tag";
    const auto tag = query.get(name);
    if (!tag || tag->empty()) {
        return std::nullopt;
    }
    const auto level = level_of_tag(settings, *tag);
    if (!level) {
        throw invalid({{std::string(name), FieldError::Details{no_choice(*tag)}}});
    }
    return level;
}

std::optional<bool> wanted_unread(const http::QueryDict& query) {
    return wanted_boolean(query, unread_parameter);
}

drf_messages::Condition filter_condition(
    const http::QueryDict& query, const Settings& settings, const MomentReading& reading
) {
    FilterForm form(query, settings, reading);
    for (const FilterSpec& filter : message_filters) {
        if (is_in_use(filter, settings)) {
            std::visit([&](const auto& input) { clean(form, filter, input); }, filter.input);
        }
    }
    return form.condition();
}

} // namespace drf_messages::api
