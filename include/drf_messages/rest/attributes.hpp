// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/settings.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {
class ClassAttributes;
}

namespace drf_messages::rest {

/// The attributes that a subclass in [CLASSES] sets, for the constructor of its base. An attribute
/// that no constructor asks for is refused when the site starts. Must not outlive the constructor.
class DRF_MESSAGES_API Attributes {
public:
    /// For the library itself.
    explicit Attributes(const api::ClassAttributes& attributes) noexcept
        : attributes_(attributes) {}

    /// The name that the settings use for the class that is being made.
    const ClassName& class_name() const noexcept;

    /// These throw std::invalid_argument for a value of another type, and return nothing if the
    /// attribute is not set.
    std::optional<std::string> text(std::string_view name) const;
    std::optional<std::int64_t> integer(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;
    std::optional<std::vector<std::string>> text_list(std::string_view name) const;
    /// The value as it is in the settings; null if it is not set.
    const SettingValue* find(std::string_view name) const;

    /// Whether one of the functions above has been asked for it.
    bool was_read(std::string_view name) const { return read_.contains(name); }

private:
    const api::ClassAttributes& attributes_;
    mutable std::set<std::string, std::less<>> read_;
};

} // namespace drf_messages::rest
