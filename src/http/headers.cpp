// SPDX-License-Identifier: MIT
#include "http/headers.hpp"

#include "text/ascii.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace drf_messages::http {

namespace {

/// As many as one of our answers or a browser's request has, so that few are moved.
constexpr std::size_t usual_fields = 8;

void append(std::vector<Headers::Field>& fields, std::string_view name, std::string value) {
    if (fields.empty()) {
        fields.reserve(usual_fields);
    }
    fields.emplace_back(name, std::move(value));
}

} // namespace

bool same_name(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) {
               return a == b || text::lower(a) == text::lower(b);
           });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [field, value] : fields_) {
        if (same_name(field, name)) {
            return std::string_view(value);
        }
    }
    return std::nullopt;
}

void Headers::set(std::string_view name, std::string value) {
    const auto named = [&](const Field& field) { return same_name(field.first, name); };
    const auto first = std::find_if(fields_.begin(), fields_.end(), named);
    if (first == fields_.end()) {
        append(fields_, name, std::move(value));
        return;
    }
    first->second = std::move(value);
    fields_.erase(std::remove_if(first + 1, fields_.end(), named), fields_.end());
}

void Headers::add(std::string_view name, std::string value) {
    append(fields_, name, std::move(value));
}

void Headers::remove(std::string_view name) {
    std::erase_if(fields_, [&](const Field& field) { return same_name(field.first, name); });
}

void patch_vary(Headers& headers, std::string_view name) {
    const auto present = headers.find("Vary");
    if (!present) {
        headers.set("Vary", std::string(name));
        return;
    }
    std::string joined;
    bool has_name = false;
    bool has_star = name == "*";
    std::string_view rest = *present;
    while (true) {
        const auto comma = rest.find(',');
        const auto entry = text::trimmed(rest.substr(0, comma));
        has_name = has_name || same_name(entry, name);
        has_star = has_star || entry == "*";
        joined += entry;
        if (comma == std::string_view::npos) {
            break;
        }
        joined += ", ";
        rest.remove_prefix(comma + 1);
    }
    if (!has_name) {
        joined += ", ";
        joined += name;
    }
    headers.set("Vary", has_star ? "*" : std::move(joined));
}

} // namespace drf_messages::http
