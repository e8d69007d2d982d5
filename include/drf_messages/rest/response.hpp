// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/http.hpp>
#include <drf_messages/rest/value.hpp>

#include <functional>
#include <utility>

namespace drf_messages::text {
class JsonWriter;
}

namespace drf_messages::rest {

/// The answer of a view: data for the renderer that the client has chosen.
class DRF_MESSAGES_API Response {
public:
    using Writer = std::function<void(text::JsonWriter&)>;

    explicit Response(Value data, int status = 200);
    static Response no_content(); ///< 204
    /// For the library itself: data that is written when it is rendered; empty for no content.
    Response(Writer data, int status) : status_(status), data_(std::move(data)) {}

    int status() const noexcept { return status_; }
    void set_status(int status) noexcept { status_ = status; }
    /// A copy of the data; null without content.
    Value data() const;
    void set_data(Value data);

    /// Sent in addition to those that the framework sets.
    http::Headers headers;

    const Writer& writer() const noexcept { return data_; }

private:
    int status_;
    Writer data_;
};

} // namespace drf_messages::rest
