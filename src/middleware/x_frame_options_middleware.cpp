// SPDX-License-Identifier: MIT
#include "middleware/factories.hpp"

#include <algorithm>
#include <string>

namespace drf_messages::middleware {
namespace {

/// Django: django/middleware/clickjacking.py.
class XFrameOptionsMiddleware final : public Middleware {
public:
    explicit XFrameOptionsMiddleware(std::string value) : value_(std::move(value)) {
        std::transform(value_.begin(), value_.end(), value_.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
    }

    void process_response(HttpRequest&, http::Response& response) override {
        if (!response.headers.contains("X-Frame-Options")) {
            response.headers.set("X-Frame-Options", value_);
        }
    }

private:
    std::string value_;
};

} // namespace

std::unique_ptr<Middleware> make_x_frame_options_middleware(const Site& site, const View&) {
    return std::make_unique<XFrameOptionsMiddleware>(site.settings.x_frame_options);
}

} // namespace drf_messages::middleware
