// SPDX-License-Identifier: MIT
#pragma once

#include "model/base_class.hpp"

#include <drf_messages/settings.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// A class of a setting: one of ours, and what the subclasses of `[CLASSES]` on the way to it set.
class ClassAttributes {
public:
    /// Follows `name` through settings.classes down to a class that is not declared there.
    /// Throws std::invalid_argument for a class that is its own base.
    ClassAttributes(const Settings& settings, const ClassName& name);

    /// The class of ours at the end of the chain.
    const ClassName& base() const noexcept { return base_; }
    /// The dotted name that was asked for.
    const ClassName& name() const noexcept { return name_; }
    bool is_subclass() const noexcept { return base_ != name_; }

    /// Throws std::invalid_argument when the class sets something else than these.
    void allow_only(std::span<const ClassAttribute> attributes) const;
    /// The same for those that `is_allowed` lets pass.
    void allow_only(const std::function<bool(std::string_view attribute)>& is_allowed) const;

    bool has(std::string_view attribute) const { return find(attribute) != nullptr; }
    const SettingValue* find(std::string_view attribute) const;

    /// The typed readers throw std::invalid_argument for a value of another type. Absent where the
    /// class does not set the attribute; `text` is absent for None too.
    std::optional<std::string> text(std::string_view attribute) const;
    std::optional<bool> boolean(std::string_view attribute) const;
    /// None and the empty list are empty lists.
    std::optional<std::vector<std::string>> text_list(std::string_view attribute) const;

    /// Throws std::invalid_argument naming the class and the attribute.
    [[noreturn]] void refuse(std::string_view attribute, std::string_view why) const;

private:
    ClassName name_;
    ClassName base_;
    std::map<std::string, SettingValue, std::less<>> attributes_;
};

} // namespace drf_messages::api
