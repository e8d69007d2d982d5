// SPDX-License-Identifier: MIT
#include "config/rules.hpp"

#include "text/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace drf_messages::config {
namespace {

constexpr std::string_view zone_folder = "/usr/share/zoneinfo";

} // namespace

bool is_time_zone(std::string_view name) {
    if (name.empty() || name.front() == '/' || name.find("..") != std::string_view::npos ||
        !std::all_of(name.begin(), name.end(), [](char c) {
            return text::is_alphanumeric(c) || c == '/' || c == '_' || c == '-' || c == '+';
        })) {
        return false;
    }
    if (name == "UTC") {
        return true;
    }
    const auto path = std::filesystem::path(zone_folder) / name;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        return false;
    }
    std::ifstream file(path, std::ios::binary);
    char magic[4] = {};
    return file.read(magic, sizeof magic) && std::string_view(magic, sizeof magic) == "TZif";
}

bool is_throttle_rate(std::string_view rate) {
    const auto slash = rate.find('/');
    if (slash == std::string_view::npos || rate.find('/', slash + 1) != std::string_view::npos) {
        return false;
    }
    const std::string_view period = rate.substr(slash + 1);
    std::string_view count = text::trimmed(rate.substr(0, slash));
    if (count.starts_with('+')) {
        count.remove_prefix(1);
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), value);
    return error == std::errc() && end == count.data() + count.size() && value >= 0 &&
           !count.empty() && text::is_digit(count.front()) && !period.empty() &&
           std::string_view("smhd").find(period.front()) != std::string_view::npos;
}

bool is_cookie_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return text::is_alphanumeric(c) ||
               (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
    });
}

bool is_header_safe(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

bool is_bind_address(std::string_view text) {
    if (text.starts_with("unix:")) {
        return text.size() > 5 && text.find('\0') == std::string_view::npos;
    }
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || !is_header_safe(text)) {
        return false;
    }
    const std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    const bool bracketed = host.front() == '[' && host.back() == ']';
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc() && end == port.data() + port.size() && number <= 65'535 &&
           (bracketed || host.find(':') == std::string_view::npos);
}

bool is_url_prefix(std::string_view text) {
    return text.empty() || (text.front() == '/' && text.back() != '/' && is_header_safe(text) &&
                            text.find_first_of("?# ") == std::string_view::npos);
}

} // namespace drf_messages::config
