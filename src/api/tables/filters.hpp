// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/condition.hpp>

#include <string_view>

namespace drf_messages::api {

class FilterForm;
struct FilterSpec;

/// What filters make of their parameters; resource/filters.cpp defines them. Each adds to the form
/// a condition, or what is wrong with the parameter, or nothing where nothing is asked.
namespace clean {
void boolean(FilterForm& form, const FilterSpec& filter);      ///< "true" or "false"
void level_tag(FilterForm& form, const FilterSpec& filter);    ///< a tag of MESSAGE_TAGS
void number(FilterForm& form, const FilterSpec& filter);       ///< of any size
void numbers(FilterForm& form, const FilterSpec& filter);      ///< "20,40"
void number_range(FilterForm& form, const FilterSpec& filter); ///< "20,30"
void text(FilterForm& form, const FilterSpec& filter);
void texts(FilterForm& form, const FilterSpec& filter); ///< "upload,files"
/// Two moments, NAME_after and NAME_before.
void moment_range(FilterForm& form, const FilterSpec& filter);
} // namespace clean

/// When a filter has a say.
enum class FilterUse {
    always,
    with_lookups ///< where MESSAGES_FILTER_LOOKUPS allows it
};

/// A filter of the list, over a column or, as `tag_text`, the tags.
struct FilterSpec {
    std::string_view name; ///< of the errors, and of the parameter unless there are two
    Field field;
    Lookup lookup; ///< of a range that of its beginning
    void (*clean)(FilterForm& form, const FilterSpec& filter);
    FilterUse use = FilterUse::always;
    /// The two parameters of moment_range.
    std::string_view after{};
    std::string_view before{};
};

inline constexpr std::string_view unread_parameter = "unread";

/// In the order of MessageFilterSet.Meta.fields, which the errors keep.
/// - Django: drf_messages/filters.py.
inline constexpr FilterSpec message_filters[] = {
    {unread_parameter, Field::read_at, Lookup::isnull, &clean::boolean},
    {"level_tag", Field::level, Lookup::gte, &clean::level_tag},
    {"level", Field::level, Lookup::exact, &clean::number},
    {"level__gt", Field::level, Lookup::gt, &clean::number, FilterUse::with_lookups},
    {"level__gte", Field::level, Lookup::gte, &clean::number, FilterUse::with_lookups},
    {"level__lt", Field::level, Lookup::lt, &clean::number, FilterUse::with_lookups},
    {"level__lte", Field::level, Lookup::lte, &clean::number, FilterUse::with_lookups},
    {"level__in", Field::level, Lookup::in, &clean::numbers, FilterUse::with_lookups},
    {"level__range", Field::level, Lookup::gte, &clean::number_range, FilterUse::with_lookups},
    {"level__isnull", Field::level, Lookup::isnull, &clean::boolean, FilterUse::with_lookups},
    {"extra_tags", Field::tag_text, Lookup::exact, &clean::text},
    {"extra_tags__contains",
     Field::tag_text,
     Lookup::contains,
     &clean::text,
     FilterUse::with_lookups},
    {"extra_tags__icontains",
     Field::tag_text,
     Lookup::icontains,
     &clean::text,
     FilterUse::with_lookups},
    {"extra_tags__iexact", Field::tag_text, Lookup::iexact, &clean::text, FilterUse::with_lookups},
    {"extra_tags__startswith",
     Field::tag_text,
     Lookup::startswith,
     &clean::text,
     FilterUse::with_lookups},
    {"extra_tags__istartswith",
     Field::tag_text,
     Lookup::istartswith,
     &clean::text,
     FilterUse::with_lookups},
    {"extra_tags__endswith",
     Field::tag_text,
     Lookup::endswith,
     &clean::text,
     FilterUse::with_lookups},
    {"extra_tags__iendswith",
     Field::tag_text,
     Lookup::iendswith,
     &clean::text,
     FilterUse::with_lookups},
    {"extra_tags__in", Field::tag_text, Lookup::in, &clean::texts, FilterUse::with_lookups},
    {"view", Field::view, Lookup::exact, &clean::text},
    {"read",
     Field::read_at,
     Lookup::gte,
     &clean::moment_range,
     FilterUse::always,
     "read_after",
     "read_before"},
    {"created",
     Field::created,
     Lookup::gte,
     &clean::moment_range,
     FilterUse::always,
     "created_after",
     "created_before"},
};

} // namespace drf_messages::api
