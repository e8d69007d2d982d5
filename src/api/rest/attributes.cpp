// SPDX-License-Identifier: MIT
#include "api/classes/class_attributes.hpp"

#include <drf_messages/rest/attributes.hpp>

#include <variant>

namespace drf_messages::rest {

const ClassName& Attributes::class_name() const noexcept {
    return attributes_.name();
}

const SettingValue* Attributes::find(std::string_view name) const {
    read_.emplace(name);
    return attributes_.find(name);
}

std::optional<std::string> Attributes::text(std::string_view name) const {
    read_.emplace(name);
    return attributes_.text(name);
}

std::optional<std::int64_t> Attributes::integer(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (const auto* number = std::get_if<std::int64_t>(&value->value)) {
        return *number;
    }
    attributes_.refuse(name, "must be a whole number");
}

std::optional<bool> Attributes::boolean(std::string_view name) const {
    read_.emplace(name);
    return attributes_.boolean(name);
}

std::optional<std::vector<std::string>> Attributes::text_list(std::string_view name) const {
    read_.emplace(name);
    return attributes_.text_list(name);
}

} // namespace drf_messages::rest
