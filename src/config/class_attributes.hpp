// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

namespace drf_messages::config {

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
    AttributeKind kind;
    std::string_view classes{}; ///< for class names: the setting whose classes they are
};

/// A class that [CLASSES] may build on, with the attributes that a subclass may set.
struct BaseClass {
    std::string_view name;
    std::vector<ClassAttribute> attributes;
};

const std::vector<BaseClass>& base_classes();
const BaseClass* find_base_class(std::string_view name);

} // namespace drf_messages::config
