// SPDX-License-Identifier: MIT
#include "cli/trace_context.hpp"

#include "text/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <random>

namespace drf_messages::cli {
namespace {

bool is_lower_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_id(std::string_view text) {
    return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

/// "00-TRACE-SPAN-01"; versions to come may have more behind it.
std::optional<TraceContext> parse_traceparent(std::string_view text) {
    constexpr std::size_t size = 55;
    constexpr std::size_t longest = 512;
    if (text.size() < size || text.size() > longest || text[2] != '-' || text[35] != '-' ||
        text[52] != '-') {
        return std::nullopt;
    }
    const std::string_view version = text.substr(0, 2);
    const bool has_more = text.size() > size;
    if (!is_lower_hex(version) || version == "ff" || !is_lower_hex(text.substr(53, 2)) ||
        (has_more && (version == "00" || text[size] != '-'))) {
        return std::nullopt;
    }
    const TraceContext context{text.substr(3, 32), text.substr(36, 16)};
    return is_id(context.trace_id) && is_id(context.parent_id) ? std::optional(context)
                                                               : std::nullopt;
}

} // namespace

std::optional<TraceContext> trace_context(const http::Request& request) {
    constexpr std::string_view field = "traceparent";
    const std::string* found = nullptr;
    for (const auto& [name, value] : request.headers.fields()) {
        if (name.size() == field.size() && text::lowered(name) == field) {
            if (found != nullptr) {
                return std::nullopt;
            }
            found = &value;
        }
    }
    return found != nullptr ? parse_traceparent(*found) : std::nullopt;
}

std::string new_span_id() {
    // An id among those of one trace; nobody gains anything by guessing it.
    thread_local std::mt19937_64 random{std::random_device()()};
    return fmt::format("{:016x}", std::max<std::uint64_t>(random(), 1));
}

} // namespace drf_messages::cli
