// SPDX-License-Identifier: MIT
#include "middleware/factories.hpp"
#include "text/ascii.hpp"

#include <string>
#include <string_view>

namespace drf_messages::middleware {
namespace {

/// Django: django/middleware/clickjacking.py.
class XFrameOptionsMiddleware final : public Middleware {
public:
    explicit XFrameOptionsMiddleware(std::string_view value) : value_(text::uppered(value)) {}

    void process_response(HttpRequest&, http::Response& response) override {
        if (!response.headers.contains("X-Frame-Options")) {
            response.headers.set("X-Frame-Options", value_);
        }
    }

private:
    std::string value_;
};

} // namespace

std::unique_ptr<Middleware>
make_x_frame_options_middleware(const SiteResources& site, const View&) {
    return std::make_unique<XFrameOptionsMiddleware>(site.settings.x_frame_options);
}

} // namespace drf_messages::middleware
