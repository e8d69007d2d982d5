// SPDX-License-Identifier: MIT
#include "html/assets.hpp"

#include "html/files.hpp"
#include "model/script_name.hpp"

#include <algorithm>

namespace drf_messages::html {
namespace {

std::string_view media_type_of(std::string_view name) {
    if (name.ends_with(".css")) {
        return "text/css; charset=utf-8";
    }
    if (name.ends_with(".js")) {
        return "text/javascript; charset=utf-8";
    }
    return name.ends_with(".svg") ? "image/svg+xml" : "application/octet-stream";
}

bool names_a_host(std::string_view url) {
    return url.starts_with("http://") || url.starts_with("https://") || url.starts_with("//");
}

} // namespace

std::optional<Asset> find_asset(std::string_view name) {
    const auto files = static_files();
    const auto found = std::ranges::find(files, name, &File::name);
    if (found == files.end()) {
        return std::nullopt;
    }
    return Asset{media_type_of(name), found->bytes, found->digest};
}

std::string static_url(const Settings& settings) {
    const bool is_ours = settings.static_url && !names_a_host(*settings.static_url);
    const std::string url = is_ours ? *settings.static_url : "static/";
    if (url.starts_with('/')) {
        return url;
    }
    return script_name(settings) + '/' + url;
}

} // namespace drf_messages::html
