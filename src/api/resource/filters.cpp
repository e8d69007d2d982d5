// SPDX-License-Identifier: MIT
#include "api/resource/filters.hpp"

#include "api/wire/datetime_field.hpp"
#include "api/wire/number_field.hpp"
#include "http/whitespace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace drf_messages::api {
namespace {

constexpr Timestamp first_moment{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}};
constexpr Timestamp end_of_time{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}};

struct NamedLookup {
    std::string_view parameter;
    Lookup lookup;
};

constexpr NamedLookup level_lookups[] = {
    {"level__gt", Lookup::gt},
    {"level__gte", Lookup::gte},
    {"level__lt", Lookup::lt},
    {"level__lte", Lookup::lte}};

constexpr NamedLookup extra_tags_lookups[] = {
    {"extra_tags__contains", Lookup::contains},
    {"extra_tags__icontains", Lookup::icontains},
    {"extra_tags__iexact", Lookup::iexact},
    {"extra_tags__startswith", Lookup::startswith},
    {"extra_tags__istartswith", Lookup::istartswith},
    {"extra_tags__endswith", Lookup::endswith},
    {"extra_tags__iendswith", Lookup::iendswith}};

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

std::vector<std::string_view> split_at_commas(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t comma; (comma = text.find(',')) != std::string_view::npos;) {
        parts.push_back(text.substr(0, comma));
        text.remove_prefix(comma + 1);
    }
    parts.push_back(text);
    return parts;
}

/// Compares a level with any number. One that no level can reach is above all of them, or below.
Condition compare_level(Lookup lookup, const CleanedNumber& number) {
    if (number.value) {
        return Condition::compare(Field::level, lookup, *number.value);
    }
    const bool upwards = lookup == Lookup::gt || lookup == Lookup::gte;
    const bool downwards = lookup == Lookup::lt || lookup == Lookup::lte;
    return (upwards && number.negative) || (downwards && !number.negative) ? Condition::all_of({})
                                                                           : Condition::nothing();
}

Condition in_any_of(Field field, std::vector<FieldValue> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values.empty() ? Condition::nothing() : Condition::in(field, std::move(values));
}

/// A form: cleans one parameter after the other, and keeps what is wrong with each field.
class FilterForm {
public:
    FilterForm(const http::QueryDict& query, const Settings& settings, const text::TimeZone& zone)
        : query_(query), settings_(settings), zone_(zone) {}

    void unread() { null("unread", Field::read_at); }

    void level_tag() {
        const auto tag = given("level_tag");
        if (!tag) {
            return;
        }
        // The last level of a tag that several levels have, as a reversed dictionary holds it.
        const auto found = std::find_if(
            settings_.level_tags.rbegin(),
            settings_.level_tags.rend(),
            [&](const auto& level) { return level.second == *tag; }
        );
        if (found == settings_.level_tags.rend()) {
            refuse(
                "level_tag",
                {{"Select a valid choice. {} is not one of the available choices.",
                  {std::string(*tag)}}}
            );
            return;
        }
        add(Field::level, Lookup::gte, std::int64_t(found->first));
    }

    void level() {
        level("level", Lookup::exact);
        if (!settings_.messages_filter_lookups) {
            return;
        }
        for (const auto& [parameter, lookup] : level_lookups) {
            level(parameter, lookup);
        }
        level_in("level__in");
        level_range("level__range");
        null("level__isnull", Field::level);
    }

    void extra_tags() {
        text("extra_tags", Field::tag_text);
        if (!settings_.messages_filter_lookups) {
            return;
        }
        for (const auto& [parameter, lookup] : extra_tags_lookups) {
            text(parameter, Field::tag_text, lookup);
        }
        text_in("extra_tags__in", Field::tag_text);
    }

    void text(std::string_view name, Field field, Lookup lookup = Lookup::exact) {
        const auto value = given(name);
        const auto cleaned = value ? clean_text(name, *value) : std::nullopt;
        if (cleaned && !cleaned->empty()) {
            add(field, lookup, std::string(*cleaned));
        }
    }

    void range(std::string_view name, Field field) {
        const auto after = moment(fmt::format("{}_after", name));
        const auto before = moment(fmt::format("{}_before", name));
        std::vector<Words> errors;
        for (const auto* error : {&after.error, &before.error}) {
            if (!error->empty() &&
                std::find(errors.begin(), errors.end(), *error) == errors.end()) {
                errors.push_back(*error);
            }
        }
        if (!errors.empty()) {
            refuse(name, std::move(errors));
            return;
        }
        // No message is older or newer than Django's calendar; a bound beyond it compares as its
        // end does.
        if (after.value) {
            *after.value >= end_of_time
                ? conditions_.push_back(Condition::nothing())
                : add(field, Lookup::gte, std::max(*after.value, first_moment));
        }
        if (before.value) {
            *before.value < first_moment
                ? conditions_.push_back(Condition::nothing())
                : add(field,
                      Lookup::lte,
                      std::min(*before.value, end_of_time - std::chrono::microseconds{1}));
        }
    }

    Condition condition() {
        if (!errors_.empty()) {
            throw invalid(std::move(errors_));
        }
        return Condition::all_of(std::move(conditions_));
    }

private:
    void null(std::string_view name, Field field) {
        if (const auto wanted = wanted_boolean(query_, name)) {
            add(field, Lookup::isnull, *wanted);
        }
    }

    void level(std::string_view name, Lookup lookup) {
        const auto text = given(name);
        const auto number = text ? clean_level(name, *text) : std::nullopt;
        if (number) {
            conditions_.push_back(compare_level(lookup, *number));
        }
    }

    void level_in(std::string_view name) {
        const auto numbers = level_list(name);
        if (!numbers) {
            return;
        }
        std::vector<FieldValue> values;
        for (const auto& number : *numbers) {
            if (number && number->value) {
                values.emplace_back(*number->value);
            }
        }
        conditions_.push_back(in_any_of(Field::level, std::move(values)));
    }

    void level_range(std::string_view name) {
        const auto numbers = level_list(name);
        if (!numbers) {
            return;
        }
        if (numbers->size() != 2) {
            refuse(name, {{"Range query expects two values.", {}}});
            return;
        }
        // BETWEEN with NULL is never true.
        const auto& [from, to] = std::tie(numbers->front(), numbers->back());
        conditions_.push_back(
            from && to ? Condition::all_of(
                             {compare_level(Lookup::gte, *from), compare_level(Lookup::lte, *to)}
                         )
                       : Condition::nothing()
        );
    }

    void text_in(std::string_view name, Field field) {
        const auto list = given(name);
        if (!list) {
            return;
        }
        std::vector<FieldValue> values;
        for (const auto part : split_at_commas(*list)) {
            const auto cleaned = clean_text(name, part);
            if (!cleaned) {
                return;
            }
            values.emplace_back(std::string(*cleaned));
        }
        conditions_.push_back(in_any_of(field, std::move(values)));
    }

    /// The numbers of a list, null for an empty one; absent when there is no list, or it is
    /// refused.
    std::optional<std::vector<std::optional<CleanedNumber>>> level_list(std::string_view name) {
        const auto list = given(name);
        if (!list) {
            return std::nullopt;
        }
        std::vector<std::optional<CleanedNumber>> numbers;
        for (const auto part : split_at_commas(*list)) {
            numbers.push_back(part.empty() ? std::nullopt : clean_level(name, part));
            if (!part.empty() && !numbers.back()) {
                return std::nullopt;
            }
        }
        return numbers;
    }

    /// Absent when it is refused.
    std::optional<CleanedNumber> clean_level(std::string_view name, std::string_view text) {
        auto number = clean_number(text);
        if (number.error.empty()) {
            return number;
        }
        refuse(name, {std::move(number.error)});
        return std::nullopt;
    }

    /// Without whitespace around it; absent when it is refused.
    std::optional<std::string_view> clean_text(std::string_view name, std::string_view text) {
        const auto stripped = http::strip(text);
        if (stripped.find('\0') == std::string_view::npos) {
            return stripped;
        }
        refuse(name, {{"Null characters are not allowed.", {}}});
        return std::nullopt;
    }

    /// The last value of that name, unless it is empty.
    std::optional<std::string_view> given(std::string_view name) const {
        const auto value = query_.get(name);
        return value && !value->empty() ? value : std::nullopt;
    }

    CleanedMoment moment(std::string_view name) const {
        const auto text = given(name);
        return text ? clean_moment(*text, zone_, settings_.use_tz) : CleanedMoment();
    }

    void add(Field field, Lookup lookup, FieldValue value) {
        conditions_.push_back(Condition::compare(field, lookup, std::move(value)));
    }

    void refuse(std::string_view name, std::vector<Words> errors) {
        errors_.emplace_back(std::string(name), std::move(errors));
    }

    const http::QueryDict& query_;
    const Settings& settings_;
    const text::TimeZone& zone_;
    std::vector<Condition> conditions_;
    FieldErrors errors_;
};

} // namespace

std::optional<bool> wanted_unread(const http::QueryDict& query) {
    return wanted_boolean(query, "unread");
}

drf_messages::Condition filter_condition(
    const http::QueryDict& query, const Settings& settings, const text::TimeZone& zone
) {
    // The order of MessageFilterSet.Meta.fields, which the errors keep.
    FilterForm form(query, settings, zone);
    form.unread();
    form.level_tag();
    form.level();
    form.extra_tags();
    form.text("view", Field::view);
    form.range("read", Field::read_at);
    form.range("created", Field::created);
    return form.condition();
}

} // namespace drf_messages::api
