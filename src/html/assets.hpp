// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::html {

/// A file that pages load: one of static/drf_messages/, compiled in.
struct Asset {
    std::string_view media_type; ///< with its charset
    std::string_view bytes;
    std::string_view digest; ///< differs where the bytes do
};

/// - name: "style.css".
std::optional<Asset> find_asset(std::string_view name);

/// What stands before "drf_messages/style.css" in links: STATIC_URL, behind the script name where
/// it does not begin with "/"; "static/" in its place where it is unset or names another host.
/// - Django: conf/__init__.py, LazySettings._add_script_prefix.
std::string static_url(const Settings& settings);

} // namespace drf_messages::html
