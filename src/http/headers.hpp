// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::http {

/// Whether two field names are the same: ASCII letters compare without case.
bool same_name(std::string_view left, std::string_view right) noexcept;

/// Header fields in order; names compare without case.
class Headers {
public:
    using Field = std::pair<std::string, std::string>;

    /// The first field of that name.
    std::optional<std::string_view> find(std::string_view name) const;
    bool contains(std::string_view name) const { return find(name).has_value(); }
    /// Replaces every field of that name by one.
    void set(std::string_view name, std::string value);
    /// Adds a field, keeping those of the same name (Set-Cookie).
    void add(std::string_view name, std::string value);
    void remove(std::string_view name);
    void clear() noexcept { fields_.clear(); }

    const std::vector<Field>& fields() const noexcept { return fields_; }

private:
    std::vector<Field> fields_;
};

/// Adds `name` to Vary unless it is there. Django: django/utils/cache.py, patch_vary_headers.
void patch_vary(Headers& headers, std::string_view name);

} // namespace drf_messages::http
