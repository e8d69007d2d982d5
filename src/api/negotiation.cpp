// SPDX-License-Identifier: MIT
#include "api/negotiation.hpp"

#include "http/media_type.hpp"

namespace drf_messages::api {
namespace {

/// The media type that is remembered: the more special of the renderer's own and the accepted one.
std::string more_special(const Renderer& renderer, const std::string& accepted) {
    const http::MediaType wanted(accepted);
    if (http::MediaType(renderer.media_type).precedence() <= wanted.precedence()) {
        return accepted;
    }
    auto full = renderer.media_type;
    for (const auto& [name, value] : wanted.params) {
        full.append(";").append(name).append("=").append(value);
    }
    return full;
}

} // namespace
} // namespace drf_messages::api

drf_messages::api::Negotiated drf_messages::api::select_renderer(
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
    for (const auto& accepted : http::order_by_precedence(http::accept_list(*accept))) {
        for (const auto& renderer : renderers) {
            if (!eligible(renderer)) {
                continue;
            }
            const http::MediaType offered(renderer.media_type);
            for (const auto& media_type : accepted) {
                if (offered.match(http::MediaType(media_type))) {
                    return {&renderer, more_special(renderer, media_type)};
                }
            }
        }
    }
    throw not_acceptable();
}
