// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace drf_messages {

/// What the attribute of a class may hold, in addition to the empty string, Python's None.
enum class AttributeKind {
    integer,
    text,
    header_text, ///< sent in a header: no control characters
    boolean,
    texts,
    rate,
    rates,
    class_name,
    class_names,
    table
};

struct ClassAttribute {
    std::string_view name;
    AttributeKind kind = AttributeKind::text;
    std::string_view classes{}; ///< for class names: the setting whose classes they are
};

/// Whether one of the attributes has that name.
constexpr bool contains(std::span<const ClassAttribute> attributes, std::string_view name) {
    return std::any_of(attributes.begin(), attributes.end(), [&](const ClassAttribute& attribute) {
        return attribute.name == name;
    });
}

/// A class that [CLASSES] may build on, with the attributes that a subclass may set.
struct BaseClass {
    std::string_view name;
    std::span<const ClassAttribute> attributes; ///< of static storage duration
};

/// The attributes of a class that has more of them than its base.
template<std::size_t inherited, std::size_t own>
constexpr std::array<ClassAttribute, inherited + own>
joined(const ClassAttribute (&base)[inherited], const ClassAttribute (&more)[own]) {
    std::array<ClassAttribute, inherited + own> all;
    std::copy_n(more, own, std::copy_n(base, inherited, all.begin()));
    return all;
}

} // namespace drf_messages
