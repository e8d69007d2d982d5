// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/rest/request.hpp>
#include <drf_messages/rest/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::rest {

/// What a renderer may know in addition to the data.
struct RendererContext {
    Request request;
    int status = 200;
    std::string_view accepted_media_type; ///< with the parameters that the client sent
};

/// An entry of DEFAULT_RENDERER_CLASSES. One object serves every request, from several threads.
/// - REST framework: rest_framework/renderers.py, BaseRenderer.
class DRF_MESSAGES_API Renderer {
public:
    Renderer() = default;
    virtual ~Renderer();
    Renderer(const Renderer&) = delete;
    Renderer& operator=(const Renderer&) = delete;

    virtual std::string media_type() const = 0; ///< "text/csv"
    virtual std::string format() const = 0;     ///< "csv": of ?format= and of the path's suffix
    virtual std::optional<std::string> charset() const; ///< "utf-8"; absent: none is named

    /// The body of an answer, also of an error. Not called for an answer without content (204).
    virtual std::string render(const Value& data, const RendererContext& context) const = 0;
};

} // namespace drf_messages::rest
