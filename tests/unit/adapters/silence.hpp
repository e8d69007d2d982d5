// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/http.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace drf_messages::adapters {

/// A stream that must not be started.
class Silence final : public http::Stream {
public:
    void start(Wake) override { ADD_FAILURE() << "started"; }
    std::optional<std::string> read(std::size_t) override { return std::nullopt; }
    void drain() override {}
};

inline http::Response streamed_answer() {
    http::Response answer;
    answer.headers.add("Content-Type", "text/event-stream");
    answer.stream = std::make_shared<Silence>();
    return answer;
}

} // namespace drf_messages::adapters
