// SPDX-License-Identifier: MIT
#include "admin/lookups.hpp"

#include "admin/lookup_moments.hpp"
#include "admin/lookup_names.hpp"
#include "admin/lookup_regex.hpp"
#include "admin/lookup_values.hpp"
#include "text/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <variant>

namespace drf_messages::admin {
namespace {

/// How many expressions there may be, each of which goes through all texts.
constexpr std::size_t most_expressions = 10;
/// How many ranges of tags, each of which stands for thousands of messages.
constexpr std::size_t most_tag_ranges = 3;

/// Django: contrib/admin/utils.py, prepare_lookup_value.
bool read_boolean(std::string_view text) {
    const std::string lower = text::lowered(text);
    return !lower.empty() && lower != "false" && lower != "0";
}

class LookupReader {
public:
    LookupReader(const LookupContext& context, std::shared_ptr<MatchingTime> matching)
        : context_(context), matching_(std::move(matching)) {}

    /// Absent for a value that cannot be read.
    std::optional<Asked> read(const LookupName& name, std::string_view value) const {
        const Field field = name.field->field;
        if (!name.lookup) {
            auto test = regex_test(field, value, name.regex == "iregex", matching_);
            return test ? std::optional<Asked>(*std::move(test)) : std::nullopt;
        }
        const Lookup lookup = *name.lookup;
        if (lookup == Lookup::isnull) {
            return Condition::compare(field, lookup, read_boolean(value));
        }
        if (!name.part.empty()) {
            return compare_part(field, name.part, lookup, value, context_);
        }
        if (!is_comparison(lookup) && lookup != Lookup::in) {
            return compare_text(field, lookup, value);
        }
        switch (name.field->kind) {
        case FieldKind::integer:
            return compare_integers(field, lookup, value);
        case FieldKind::user:
            return compare_users(lookup, value);
        case FieldKind::moment:
            return compare_moments(field, lookup, value);
        case FieldKind::tag:
            return compare_tags(lookup, value);
        case FieldKind::session:
        case FieldKind::text:
            break;
        }
        return lookup == Lookup::in ? one_of_texts(field, value)
                                    : compare_text(field, lookup, value);
    }

private:
    static Condition compare_text(Field field, Lookup lookup, std::string_view value) {
        return value.find('\0') == std::string_view::npos
                   ? Condition::compare(field, lookup, std::string(value))
                   : Condition::nothing();
    }

    static Condition one_of_texts(Field field, std::string_view value) {
        std::vector<FieldValue> values;
        for (const std::string_view one : split_at_commas(value)) {
            if (one.find('\0') == std::string_view::npos) {
                values.emplace_back(std::string(one));
            }
        }
        return values.empty() ? Condition::nothing() : Condition::in(field, std::move(values));
    }

    static std::optional<Asked>
    compare_integers(Field field, Lookup lookup, std::string_view value) {
        if (lookup != Lookup::in) {
            const auto number = read_integer(value);
            return number ? std::optional<Asked>(compare_integer(field, lookup, *number))
                          : std::nullopt;
        }
        std::vector<FieldValue> values;
        for (const std::string_view one : split_at_commas(value)) {
            const auto number = read_integer(one);
            if (!number) {
                return std::nullopt;
            }
            if (number->value) {
                values.emplace_back(*number->value);
            }
        }
        return values.empty() ? Condition::nothing() : Condition::in(field, std::move(values));
    }

    std::optional<Asked> compare_users(Lookup lookup, std::string_view value) const {
        if (!context_.users.has_text_keys()) {
            return compare_integers(Field::user, lookup, value);
        }
        std::vector<FieldValue> keys;
        const auto values = lookup == Lookup::in ? split_at_commas(value) : std::vector{value};
        for (const std::string_view one : values) {
            const auto key = context_.users.parse_key(one);
            if (!key) {
                return std::nullopt;
            }
            keys.emplace_back(std::get<std::string>(key->value));
        }
        return lookup == Lookup::in ? Condition::in(Field::user, std::move(keys))
                                    : Condition::compare(Field::user, lookup, keys.front());
    }

    std::optional<Asked> compare_moments(Field field, Lookup lookup, std::string_view value) const {
        std::vector<FieldValue> moments;
        const auto values = lookup == Lookup::in ? split_at_commas(value) : std::vector{value};
        for (const std::string_view one : values) {
            const auto moment = read_moment(one, context_.settings, context_.zone);
            if (!moment) {
                return std::nullopt;
            }
            moments.emplace_back(*moment);
        }
        return lookup == Lookup::in ? Condition::in(field, std::move(moments))
                                    : Condition::compare(field, lookup, moments.front());
    }

    std::optional<Asked> compare_tags(Lookup lookup, std::string_view value) const {
        std::vector<std::int64_t> ids;
        const auto values = lookup == Lookup::in ? split_at_commas(value) : std::vector{value};
        for (const std::string_view one : values) {
            const auto number = read_integer(one);
            if (!number) {
                return std::nullopt;
            }
            if (number->value) {
                ids.push_back(*number->value);
            }
        }
        auto messages = ids.empty() ? std::vector<FieldValue>()
                                    : context_.messages_of_tags(lookup, std::move(ids));
        return messages.empty() ? Condition::nothing()
                                : Condition::in(Field::id, std::move(messages));
    }

    const LookupContext& context_;
    std::shared_ptr<MatchingTime> matching_;
};

/// Where its condition belongs.
std::vector<Condition>& list_for(const LookupName& name, Lookups& lookups) {
    const Lookup lookup = *name.lookup;
    const bool comparison = is_comparison(lookup);
    const bool whole = name.part.empty();
    switch (name.field->kind) {
    case FieldKind::tag:
        return lookup == Lookup::isnull ? lookups.filters : lookups.served;
    case FieldKind::user:
        return is_exact(lookup) ? lookups.served : lookups.typed;
    case FieldKind::session:
        if (lookup == Lookup::isnull) {
            return lookups.filters;
        }
        return name.field->field == Field::session ? lookups.served : lookups.by_created;
    case FieldKind::integer:
        if (name.field->field == Field::id) {
            return comparison || lookup == Lookup::in ? lookups.served : lookups.typed;
        }
        return lookup == Lookup::exact ? lookups.filters : lookups.typed;
    case FieldKind::text:
        return lookup == Lookup::exact && name.field->field != Field::message ? lookups.filters
                                                                              : lookups.typed;
    case FieldKind::moment:
        if (name.field->field == Field::created) {
            return comparison || (!whole && lookup == Lookup::in) ? lookups.by_created
                                                                  : lookups.typed;
        }
        return comparison || lookup == Lookup::isnull ? lookups.filters : lookups.typed;
    }
    return lookups.typed;
}

store::RowTest any_of(std::vector<store::RowTest> tests) {
    const Field field = tests.front().field;
    return {field, [tests = std::move(tests)](const sql::Row& row, int column) {
                return std::any_of(tests.begin(), tests.end(), [&](const store::RowTest& test) {
                    return test.holds(row, column);
                });
            }};
}

bool add(const Parameter& parameter, const LookupContext& context, Lookups& lookups) {
    const auto name = read_name(parameter.name, context.users);
    if (!name || !is_possible(*name)) {
        return false;
    }
    std::vector<Condition> conditions;
    std::vector<store::RowTest> tests;
    const LookupReader reader(context, lookups.matching);
    for (const std::string& value : parameter.values) {
        auto asked = reader.read(*name, value);
        if (!asked) {
            return false;
        }
        if (auto* condition = std::get_if<Condition>(&*asked)) {
            conditions.push_back(std::move(*condition));
        } else {
            tests.push_back(std::get<store::RowTest>(*std::move(asked)));
        }
    }
    if (!tests.empty()) {
        lookups.tests.push_back(any_of(std::move(tests)));
    } else if (conditions.size() == 1) {
        list_for(*name, lookups).push_back(std::move(conditions.front()));
    } else {
        list_for(*name, lookups).push_back(Condition::any_of(std::move(conditions)));
    }
    return true;
}

bool are_too_many(const std::vector<Parameter>& parameters, const store::UserTable& users) {
    std::size_t expressions = 0;
    std::size_t tag_ranges = 0;
    for (const Parameter& parameter : parameters) {
        const auto name = read_name(parameter.name, users);
        if (!name) {
            continue;
        }
        const auto& lookup = name->lookup;
        if (!lookup) {
            expressions += parameter.values.size();
        } else if (name->field->kind == FieldKind::tag && is_comparison(*lookup)) {
            tag_ranges += is_exact(*lookup) ? 0 : parameter.values.size();
        }
    }
    return expressions > most_expressions || tag_ranges > most_tag_ranges;
}

/// The names that say a year and a month, and perhaps a day, of one field; what they say becomes
/// one range of moments.
class MonthOf {
public:
    MonthOf(const std::vector<Parameter>& parameters, std::string_view field)
        : names_{
              fmt::format("{}__year", field),
              fmt::format("{}__month", field),
              fmt::format("{}__day", field)} {
        for (std::size_t i = 0; i < std::size(names_); ++i) {
            values_[i] = value_of(parameters, names_[i]);
        }
    }

    bool is_said() const { return values_[0] && values_[1]; }
    bool names(std::string_view parameter) const {
        return is_said() && (parameter == names_[0] || parameter == names_[1] ||
                             (values_[2] && parameter == names_[2]));
    }
    Condition condition(Field field, const text::TimeZone& zone) const {
        return in_month(field, *values_[0], *values_[1], values_[2], zone);
    }

private:
    static std::optional<std::int64_t>
    value_of(const std::vector<Parameter>& parameters, std::string_view name) {
        for (const Parameter& parameter : parameters) {
            if (parameter.name == name && parameter.values.size() == 1) {
                const auto number = read_integer(parameter.values.front());
                return number ? number->value : std::nullopt;
            }
        }
        return std::nullopt;
    }

    std::string names_[3];
    std::optional<std::int64_t> values_[3];
};

} // namespace

std::optional<Lookups>
read_lookups(const std::vector<Parameter>& parameters, const LookupContext& context) {
    if (are_too_many(parameters, context.users)) {
        return std::nullopt;
    }
    Lookups lookups;
    const MonthOf created(parameters, "created");
    const MonthOf read_at(parameters, "read_at");
    if (created.is_said()) {
        lookups.by_created.push_back(created.condition(Field::created, context.zone));
    }
    if (read_at.is_said()) {
        lookups.filters.push_back(read_at.condition(Field::read_at, context.zone));
    }
    for (const Parameter& parameter : parameters) {
        if (!created.names(parameter.name) && !read_at.names(parameter.name) &&
            !add(parameter, context, lookups)) {
            return std::nullopt;
        }
    }
    return lookups;
}

} // namespace drf_messages::admin
