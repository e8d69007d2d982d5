// SPDX-License-Identifier: MIT
#pragma once

#include "middleware/pipeline.hpp"

#include <memory>

namespace drf_messages::middleware {

/// A middleware of one application; site and view live longer than it. One file for each.
using MiddlewareFactory =
    std::unique_ptr<Middleware> (*)(const SiteResources& site, const View& view);

std::unique_ptr<Middleware> make_security_middleware(const SiteResources& site, const View& view);
std::unique_ptr<Middleware> make_session_middleware(const SiteResources& site, const View& view);
std::unique_ptr<Middleware> make_cors_middleware(const SiteResources& site, const View& view);
std::unique_ptr<Middleware> make_common_middleware(const SiteResources& site, const View& view);
std::unique_ptr<Middleware> make_csrf_view_middleware(const SiteResources& site, const View& view);
std::unique_ptr<Middleware>
make_authentication_middleware(const SiteResources& site, const View& view);
std::unique_ptr<Middleware> make_message_middleware(const SiteResources& site, const View& view);
std::unique_ptr<Middleware>
make_x_frame_options_middleware(const SiteResources& site, const View& view);
std::unique_ptr<Middleware> make_gzip_middleware(const SiteResources& site, const View& view);
std::unique_ptr<Middleware>
make_conditional_get_middleware(const SiteResources& site, const View& view);
std::unique_ptr<Middleware> make_locale_middleware(const SiteResources& site, const View& view);

} // namespace drf_messages::middleware
