// SPDX-License-Identifier: MIT
#pragma once

#include "admin/page.hpp"

#include <optional>
#include <string_view>

namespace drf_messages::admin {

/// A URL of the admin, below its index.
struct AdminUrl {
    using View = http::Response (*)(Page& page, std::string_view object_id);

    std::string_view path;   ///< all of it, or what stands before an id
    std::string_view tail{}; ///< behind the id; empty: there is none
    std::string_view name;   ///< Django's: "drf_messages_message_change"
    View view = nullptr;     ///< null: AdminSite answers before it knows who asks
};

struct FoundUrl {
    const AdminUrl& url;
    std::string_view object_id; ///< as in the path
};

/// - path: decoded, without that of the index.
/// - Django: contrib/admin/sites.py and options.py, get_urls.
std::optional<FoundUrl> find_url(std::string_view path);

} // namespace drf_messages::admin
