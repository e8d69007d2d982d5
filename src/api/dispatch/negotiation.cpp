// SPDX-License-Identifier: MIT
#include "api/dispatch/negotiation.hpp"

#include "api/classes/class_tables.hpp"
#include "api/exchange/errors.hpp"
#include "api/exchange/media_types.hpp"
#include "http/media_type.hpp"
#include "http/whitespace.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

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

/// The longest type of an Accept header that counts, in characters.
constexpr std::size_t most_characters_of_a_type = 256;

/// What counts of an Accept header.
/// - REST framework 3.18: negotiation.py, DefaultContentNegotiation.get_accept_list.
std::string within_limits(std::string_view header) {
    constexpr std::size_t most_types = 64;
    constexpr std::size_t most_characters = 8192;
    // Nothing is read of a type that is cut in two.
    const bool is_cut = text::utf8_length(header) > most_characters;
    std::string types;
    std::size_t read = 0;
    for (std::size_t count = 0; !header.empty() && count < most_types;) {
        const auto comma = header.find(',');
        const auto part = header.substr(0, comma);
        read += text::utf8_length(part) + 1;
        if (is_cut && (comma == std::string_view::npos || read > most_characters)) {
            break;
        }
        header.remove_prefix(std::min(part.size() + 1, header.size()));
        const auto type = http::strip(part);
        if (!type.empty() && text::utf8_length(type) <= most_characters_of_a_type) {
            types.append(count == 0 ? "" : ",").append(type);
            ++count;
        }
    }
    return types;
}

/// The first type of an Accept header, if it is the renderer's and no other one there can be more
/// special, as in "application/json, text/plain, */*": nothing else needs to be read then.
std::optional<std::string_view> own_type(const Renderer& renderer, std::string_view header) {
    const auto type = header.substr(0, header.find(','));
    const bool decides = header.size() <= most_characters_of_a_type &&
                         header.find(';') == std::string_view::npos &&
                         type == renderer.type.full_type && renderer.type.params.empty() &&
                         renderer.type.precedence() == 2;
    return decides ? std::optional(type) : std::nullopt;
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
    const std::optional<std::string>& accept,
    const model::Differences& differences
) {
    const auto eligible = [&](const Renderer& renderer) {
        return format.empty() || renderer.format == format;
    };
    const auto first = std::find_if(renderers.begin(), renderers.end(), eligible);
    if (first == renderers.end()) {
        throw not_found();
    }
    if (!accept || *accept == "*/*") {
        return {&*first, first->media_type};
    }
    if (const auto type = own_type(*first, *accept)) {
        return {&*first, std::string(*type)};
    }
    const std::string header =
        differences.has(model::Difference::accept_limits) ? within_limits(*accept) : *accept;
    const auto accepted = http::accepted_types(header, media_type_rules(differences));
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
