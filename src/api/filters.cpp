// SPDX-License-Identifier: MIT
#include "api/filters.hpp"

#include "api/datetime_field.hpp"
#include "api/number_field.hpp"
#include "http/whitespace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace drf_messages::api {
namespace {

constexpr Timestamp first_moment{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}};
constexpr Timestamp end_of_time{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}};

/// A form: cleans one parameter after the other, and keeps what is wrong with each field.
class FilterForm {
public:
    FilterForm(const http::QueryDict& query, const Settings& settings, const text::TimeZone& zone)
        : query_(query), settings_(settings), zone_(zone) {}

    void unread() {
        if (const auto wanted = wanted_unread(query_)) {
            add(Field::read_at, Lookup::isnull, *wanted);
        }
    }

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
                {fmt::format(
                    "Select a valid choice. {} is not one of the available choices.", *tag
                )}
            );
            return;
        }
        add(Field::level, Lookup::gte, std::int64_t(found->first));
    }

    void level() {
        const auto text = given("level");
        if (!text) {
            return;
        }
        auto number = clean_number(*text);
        if (!number.error.empty()) {
            refuse("level", {std::move(number.error)});
        } else if (number.value) {
            add(Field::level, Lookup::exact, *number.value);
        } else {
            conditions_.push_back(Condition::nothing());
        }
    }

    void text(std::string_view name, Field field) {
        const auto value = given(name);
        const auto stripped = http::strip(value.value_or(std::string_view()));
        if (stripped.find('\0') != std::string_view::npos) {
            refuse(name, {"Null characters are not allowed."});
        } else if (!stripped.empty()) {
            add(field, Lookup::exact, std::string(stripped));
        }
    }

    void range(std::string_view name, Field field) {
        const auto after = moment(fmt::format("{}_after", name));
        const auto before = moment(fmt::format("{}_before", name));
        std::vector<std::string> errors;
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

    void refuse(std::string_view name, std::vector<std::string> errors) {
        errors_.emplace_back(std::string(name), std::move(errors));
    }

    const http::QueryDict& query_;
    const Settings& settings_;
    const text::TimeZone& zone_;
    std::vector<Condition> conditions_;
    FieldErrors errors_;
};

} // namespace
} // namespace drf_messages::api

// Django: forms/widgets.py, NullBooleanSelect.value_from_datadict.
std::optional<bool> drf_messages::api::wanted_unread(const http::QueryDict& query) {
    const auto value = query.get("unread");
    if (value == "true" || value == "True" || value == "2") {
        return true;
    }
    if (value == "false" || value == "False" || value == "3") {
        return false;
    }
    return std::nullopt;
}

drf_messages::Condition drf_messages::api::filter_condition(
    const http::QueryDict& query, const Settings& settings, const text::TimeZone& zone
) {
    // The order of MessageFilterSet.Meta.fields, which the errors keep.
    FilterForm form(query, settings, zone);
    form.unread();
    form.level_tag();
    form.level();
    form.text("extra_tags", Field::tag_text);
    form.text("view", Field::view);
    form.range("read", Field::read_at);
    form.range("created", Field::created);
    return form.condition();
}
