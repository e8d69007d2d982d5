// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/class_attributes.hpp"
#include "model/base_class.hpp"

#include <drf_messages/rest/classes.hpp>
#include <drf_messages/settings.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages::api {

/// A class of ours, once: its name, what a subclass of it in `[CLASSES]` may set, and what makes an
/// object of it. Everything else that is to be known of the class is derived from its row.
/// - Make: nothing where a setting has one class and there is nothing to choose.
template<class Make = std::monostate>
struct ClassRow {
    std::string_view name;
    std::span<const ClassAttribute> attributes;
    Make make{};
};

/// The classes that a setting may name, whatever makes them.
struct SettingClasses {
    /// The names of an application's classes of one kind.
    using Registered = std::vector<ClassName> (rest::Classes::*)() const;

    /// Of rows; a subclass may be built on each of these classes.
    template<class Make, std::size_t size>
    SettingClasses(
        std::string_view its_name,
        const std::array<ClassRow<Make>, size>& rows,
        Registered names_of_application = nullptr
    )
        : setting(its_name), registered(names_of_application) {
        for (const auto& row : rows) {
            names.emplace_back(row.name);
            bases.push_back({row.name, row.attributes});
        }
    }
    /// Of classes that have no subclasses here.
    SettingClasses(std::string_view its_name, std::vector<ClassName> all)
        : setting(its_name), names(std::move(all)) {}

    std::string_view setting; ///< "DEFAULT_PAGINATION_CLASS"
    std::vector<ClassName> names;
    std::vector<BaseClass> bases;    ///< what `[CLASSES]` may build on
    Registered registered = nullptr; ///< null: an application brings none
};

/// The row of the class that `attributes` lead to; null when it is none of the rows. Throws
/// std::invalid_argument for an attribute that the class does not have.
template<class Make, std::size_t size>
const ClassRow<Make>*
find_class(const std::array<ClassRow<Make>, size>& rows, const ClassAttributes& attributes) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const ClassRow<Make>& known) {
        return known.name == attributes.base();
    });
    if (row == rows.end()) {
        return nullptr;
    }
    attributes.allow_only(row->attributes);
    return &*row;
}

/// Throws std::invalid_argument: `class_name` cannot stand in the setting. Names the nearest class
/// that can.
/// - others: classes beside ours that could stand there.
[[noreturn]] void refuse_class(
    const SettingClasses& classes,
    std::string_view class_name,
    const std::vector<ClassName>& others = {}
);

/// As find_class, for a setting in which an application's classes cannot stand; refuses any other.
template<class Make, std::size_t size>
const ClassRow<Make>& class_of_ours(
    const std::array<ClassRow<Make>, size>& rows,
    const SettingClasses& classes,
    const ClassAttributes& attributes
) {
    const auto* row = find_class(rows, attributes);
    if (row == nullptr) {
        refuse_class(classes, attributes.base());
    }
    return *row;
}

/// What makes an object of settings and of a class's attributes.
template<class Base>
using MakeClass = std::unique_ptr<Base> (*)(const Settings& settings, const ClassAttributes&);

/// A MakeClass<Base>: an object of `Class`, made of both where it has such a constructor, otherwise
/// of nothing.
template<class Base, class Class>
std::unique_ptr<Base> make_class(
    [[maybe_unused]] const Settings& settings, [[maybe_unused]] const ClassAttributes& attributes
) {
    if constexpr (std::is_constructible_v<Class, const Settings&, const ClassAttributes&>) {
        return std::make_unique<Class>(settings, attributes);
    } else {
        return std::make_unique<Class>();
    }
}

} // namespace drf_messages::api
