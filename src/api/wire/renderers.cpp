// SPDX-License-Identifier: MIT
#include "api/wire/renderers.hpp"

#include "api/classes/class_tables.hpp"
#include "api/wire/event_stream.hpp"
#include "http/whitespace.hpp"

#include <drf_messages/rest/renderer.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace drf_messages::api {
namespace {

/// Python's int() of ASCII text, cut to what JSONRenderer.get_indent makes of it; -1 where it does
/// not indent.
int indent_of(std::string_view text) {
    text = http::strip(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    int value = 0;
    bool digit_before = false;
    for (const char c : text) {
        if (c == '_' && digit_before) {
            digit_before = false;
            continue;
        }
        if (c < '0' || c > '9') {
            return -1;
        }
        value = std::min(value * 10 + (c - '0'), 8);
        digit_before = true;
    }
    return digit_before && !negative && value > 0 ? value : -1;
}

std::string write(const Settings& settings, const Data& data, int indent) {
    const auto& rest = settings.rest_framework;
    text::JsonWriter json(text::JsonStyle{!rest.unicode_json, rest.compact_json, indent});
    data(json);
    return json.take();
}

constexpr ClassAttribute representation[] = {
    {"media_type", AttributeKind::header_text},
    {"format", AttributeKind::text},
    {"charset", AttributeKind::header_text}};

using Row = ClassRow<Renderer (*)()>;

constexpr std::array rows{
    Row{"rest_framework.renderers.JSONRenderer", representation, [] { return Renderer(); }},
    Row{"rest_framework.renderers.BrowsableAPIRenderer",
        representation,
        [] {
            return Renderer{Renderer::Kind::browsable, "text/html", "api", "utf-8"};
        }},
};

} // namespace

SettingClasses renderer_classes() {
    return {"DEFAULT_RENDERER_CLASSES", rows, &rest::Classes::names<rest::Renderer>};
}

std::string Renderer::content_type() const {
    if (kind == Kind::event_stream) {
        return Renderer().media_type;
    }
    return charset.empty() ? media_type : media_type + "; charset=" + charset;
}

std::vector<Renderer> make_renderers(const Settings& settings, const CustomClasses& classes) {
    std::vector<Renderer> renderers;
    for (const auto& name : settings.rest_framework.default_renderer_classes) {
        const ClassAttributes attributes(settings, name);
        Renderer renderer;
        if (const auto* row = find_class(rows, attributes)) {
            renderer = row->make();
        } else if (auto custom = classes.find<rest::Renderer>(attributes, representation)) {
            renderer = {
                Renderer::Kind::custom,
                custom->media_type(),
                custom->format(),
                custom->charset().value_or(""),
                name,
                custom};
        } else {
            classes.refuse(settings, renderer_classes(), attributes);
        }
        renderer.media_type = attributes.text("media_type").value_or(renderer.media_type);
        renderer.format = attributes.text("format").value_or(renderer.format);
        if (attributes.has("charset")) {
            renderer.charset = attributes.text("charset").value_or("");
        }
        renderer.type = http::MediaType(renderer.media_type);
        renderers.push_back(std::move(renderer));
    }
    if (renderers.empty()) {
        throw std::invalid_argument(
            "DEFAULT_RENDERER_CLASSES: without a renderer nothing can be answered"
        );
    }
    return renderers;
}

std::vector<Renderer>
make_stream_renderers(const Settings& settings, const CustomClasses& classes) {
    std::vector<Renderer> renderers = {
        {Renderer::Kind::event_stream, std::string(event_stream::media_type), "event-stream", ""}};
    for (auto& renderer : make_renderers(settings, classes)) {
        if (renderer.kind == Renderer::Kind::browsable) {
            renderers.push_back(std::move(renderer));
        }
    }
    return renderers;
}

std::string render_json(
    const Settings& settings,
    const Data& data,
    std::string_view accepted_media_type,
    http::MediaTypeRules rules
) {
    int indent = -1;
    if (accepted_media_type.find(';') != std::string_view::npos) {
        const http::MediaType accepted(accepted_media_type, rules);
        if (const auto value = accepted.param("indent")) {
            indent = indent_of(*value);
        }
    }
    return write(settings, data, indent);
}

std::string render_json_indented(const Settings& settings, const Data& data, int indent) {
    return write(settings, data, indent);
}

} // namespace drf_messages::api
