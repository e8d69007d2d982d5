// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/custom_classes.hpp"
#include "api/exchange/data.hpp"
#include "http/media_type.hpp"
#include "text/json.hpp"

#include <drf_messages/settings.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// An entry of DEFAULT_RENDERER_CLASSES. Django: rest_framework/renderers.py.
struct Renderer {
    enum class Kind { json, browsable, event_stream, custom };
    Kind kind = Kind::json;
    std::string media_type = "application/json";
    std::string format = "json";
    std::string charset; ///< empty: none is named
    ClassName name{};    ///< with `custom`, a class of the application
    std::shared_ptr<const rest::Renderer> custom{};
    http::MediaType type{media_type}; ///< what media_type says

    /// "text/html; charset=utf-8"; of an event_stream that of an answer which is none.
    std::string content_type() const;
};

/// Throws std::invalid_argument for a class that neither we nor the application have, and for an
/// empty list.
std::vector<Renderer> make_renderers(const Settings& settings, const CustomClasses& classes = {});

/// What a stream is answered with, before those of the settings that show it in a page. It writes
/// errors, and what is no stream, as JSON.
std::vector<Renderer> make_stream_renderers(const Settings& settings, const CustomClasses& classes);

/// `data` as JSONRenderer writes it.
/// - accepted_media_type: its parameter `indent`, cut to 0..8, breaks lines; 0 and nonsense do not.
std::string render_json(
    const Settings& settings,
    const Data& data,
    std::string_view accepted_media_type,
    http::MediaTypeRules rules = {}
);

/// As render_json, with this many spaces a level whatever was accepted.
std::string render_json_indented(const Settings& settings, const Data& data, int indent);

} // namespace drf_messages::api
