// SPDX-License-Identifier: MIT
#include "api/dispatch/negotiation.hpp"

#include "api/classes/class_tables.hpp"
#include "api/exchange/errors.hpp"
#include "http/media_type.hpp"

#include <algorithm>
#include <array>

namespace drf_messages::api {
namespace {

/// The media type that is remembered: the more special of the renderer's own and the accepted one.
std::string more_special(const Renderer& renderer, const http::Accepted& accepted) {
    if (renderer.type.precedence() <= accepted.precedence) {
        return std::string(accepted.text);
    }
    auto full = renderer.media_type;
    for (const auto& [name, value] : accepted.type.params) {
        full.append(";").append(name).append("=").append(value);
    }
    return full;
}

constexpr std::array rows{
    ClassRow<decltype(&select_renderer)>{
        "rest_framework.negotiation.DefaultContentNegotiation", {}, select_renderer},
};

} // namespace

SettingClasses negotiation_classes() {
    return {"DEFAULT_CONTENT_NEGOTIATION_CLASS", rows};
}

decltype(&select_renderer) make_negotiation(const Settings& settings) {
    const ClassName& name = settings.rest_framework.default_content_negotiation_class;
    if (name.empty()) {
        return select_renderer;
    }
    return class_of_ours(rows, negotiation_classes(), ClassAttributes(settings, name)).make;
}

Negotiated select_renderer(
    const std::vector<Renderer>& renderers,
    std::string_view format,
    const std::optional<std::string>& accept
) {
    bool known_format = format.empty();
    for (const auto& renderer : renderers) {
        known_format = known_format || renderer.format == format;
    }
    if (!known_format) {
        throw not_found();
    }
    const auto eligible = [&](const Renderer& renderer) {
        return format.empty() || renderer.format == format;
    };
    if (!accept || *accept == "*/*") {
        for (const auto& renderer : renderers) {
            if (eligible(renderer)) {
                return {&renderer, renderer.media_type};
            }
        }
    }
    const auto accepted = http::accepted_types(*accept);
    for (auto group = accepted.begin(); group != accepted.end();) {
        const auto end = std::find_if(group, accepted.end(), [&](const http::Accepted& other) {
            return other.precedence != group->precedence;
        });
        for (const auto& renderer : renderers) {
            const auto fitting = std::find_if(group, end, [&](const http::Accepted& entry) {
                return eligible(renderer) && renderer.type.match(entry.type);
            });
            if (fitting != end) {
                return {&renderer, more_special(renderer, *fitting)};
            }
        }
        group = end;
    }
    throw not_acceptable();
}

} // namespace drf_messages::api
