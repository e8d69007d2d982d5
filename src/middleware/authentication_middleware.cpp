// SPDX-License-Identifier: MIT
#include "middleware/factories.hpp"

namespace drf_messages::middleware {
namespace {

/// Django: django/contrib/auth/middleware.py. The user is looked up when somebody asks,
/// HttpRequest::session_user.
class AuthenticationMiddleware final : public Middleware {
public:
    std::optional<http::Response> process_request(HttpRequest& request) override {
        request.has_authentication_middleware = true;
        return std::nullopt;
    }
};

} // namespace

std::unique_ptr<Middleware> make_authentication_middleware(const SiteResources&, const View&) {
    return std::make_unique<AuthenticationMiddleware>();
}

} // namespace drf_messages::middleware
