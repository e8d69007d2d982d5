// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/condition.hpp>

#include <cstddef>
#include <string_view>
#include <variant>

namespace drf_messages::api {

/// What a filter reads in its parameters and how it compares the column with it. For each,
/// resource/filters.cpp has a `clean`, which adds to the form a condition, or what is wrong with
/// the parameter, or nothing where nothing is asked.
namespace input {
struct Boolean { ///< "true" or "false"
    Lookup lookup;
};
struct LevelTag { ///< a tag of MESSAGE_TAGS
    Lookup lookup;
};
struct Number { ///< of any size
    Lookup lookup;
};
struct Numbers {};     ///< "20,40": any of them
struct NumberRange {}; ///< "20,30": from the first to the second
struct Text {
    Lookup lookup;
};
struct Texts {};     ///< "upload,files": any of them
struct MomentRange { ///< from one moment to the other, each in a parameter of its own
    std::string_view after;
    std::string_view before;
};
} // namespace input

using FilterInput = std::variant<
    input::Boolean,
    input::LevelTag,
    input::Number,
    input::Numbers,
    input::NumberRange,
    input::Text,
    input::Texts,
    input::MomentRange>;

/// When a filter has a say.
enum class FilterUse {
    always,
    with_lookups ///< where MESSAGES_FILTER_LOOKUPS allows it
};

/// A filter of the list, over a column or, as `tag_text`, the tags.
struct FilterSpec {
    std::string_view name; ///< of the errors, and of the parameter unless there are two
    Field field;
    FilterInput input;
    FilterUse use = FilterUse::always;
    std::string_view
        label{}; ///< of its field in forms; empty: that of the filter before it, with its lookup
};

inline constexpr std::string_view unread_parameter = "unread";

/// Most values of a list such as `level__in`, and most different words of a search.
inline constexpr std::size_t most_values = 300;

/// As a regular expression.
inline constexpr std::string_view text_without_null = "^[^\\u0000]*$";

/// In the order of MessageFilterSet.Meta.fields, which the errors keep.
/// - Django: drf_messages/filters.py.
inline constexpr FilterSpec message_filters[] = {
    {unread_parameter, Field::read_at, input::Boolean{Lookup::isnull}, FilterUse::always, "Unread"},
    {"level_tag", Field::level, input::LevelTag{Lookup::gte}, FilterUse::always, "Level tag"},
    {"level", Field::level, input::Number{Lookup::exact}, FilterUse::always, "Level"},
    {"level__gt", Field::level, input::Number{Lookup::gt}, FilterUse::with_lookups},
    {"level__gte", Field::level, input::Number{Lookup::gte}, FilterUse::with_lookups},
    {"level__lt", Field::level, input::Number{Lookup::lt}, FilterUse::with_lookups},
    {"level__lte", Field::level, input::Number{Lookup::lte}, FilterUse::with_lookups},
    {"level__in", Field::level, input::Numbers{}, FilterUse::with_lookups},
    {"level__range", Field::level, input::NumberRange{}, FilterUse::with_lookups},
    {"level__isnull", Field::level, input::Boolean{Lookup::isnull}, FilterUse::with_lookups},
    {"extra_tags", Field::tag_text, input::Text{Lookup::exact}, FilterUse::always, "Extra tags"},
    {"extra_tags__contains",
     Field::tag_text,
     input::Text{Lookup::contains},
     FilterUse::with_lookups},
    {"extra_tags__icontains",
     Field::tag_text,
     input::Text{Lookup::icontains},
     FilterUse::with_lookups},
    {"extra_tags__iexact", Field::tag_text, input::Text{Lookup::iexact}, FilterUse::with_lookups},
    {"extra_tags__startswith",
     Field::tag_text,
     input::Text{Lookup::startswith},
     FilterUse::with_lookups},
    {"extra_tags__istartswith",
     Field::tag_text,
     input::Text{Lookup::istartswith},
     FilterUse::with_lookups},
    {"extra_tags__endswith",
     Field::tag_text,
     input::Text{Lookup::endswith},
     FilterUse::with_lookups},
    {"extra_tags__iendswith",
     Field::tag_text,
     input::Text{Lookup::iendswith},
     FilterUse::with_lookups},
    {"extra_tags__in", Field::tag_text, input::Texts{}, FilterUse::with_lookups},
    {"view", Field::view, input::Text{Lookup::exact}, FilterUse::always, "View"},
    {"read",
     Field::read_at,
     input::MomentRange{"read_after", "read_before"},
     FilterUse::always,
     "Read"},
    {"created",
     Field::created,
     input::MomentRange{"created_after", "created_before"},
     FilterUse::always,
     "Created"},
};

} // namespace drf_messages::api
