// SPDX-License-Identifier: MIT
#pragma once

#include "html/assets.hpp"
#include "http/message.hpp"
#include "middleware/http_request.hpp"

#include <drf_messages/settings.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::urls {

/// The files that our pages load, below STATIC_URL.
class StaticFiles {
public:
    explicit StaticFiles(const Settings& settings);

    bool has(std::string_view path_info) const { return find(path_info).has_value(); }
    /// Absent where the path is that of no file.
    std::optional<http::Response> answer(const middleware::HttpRequest& request) const;

private:
    std::optional<html::Asset> find(std::string_view path_info) const;

    std::string folder_;       ///< in links
    std::string inner_folder_; ///< the same without the script name, which a proxy takes away
};

} // namespace drf_messages::urls
