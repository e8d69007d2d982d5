// SPDX-License-Identifier: MIT
#include "urls/static_files.hpp"

#include "http/entity_tags.hpp"
#include "middleware/plain_view.hpp"
#include "model/script_name.hpp"

#include <fmt/format.h>

namespace drf_messages::urls {

StaticFiles::StaticFiles(const Settings& settings)
    : folder_(html::static_url(settings) + "drf_messages/"), inner_folder_(folder_) {
    const auto script = script_name(settings);
    if (!script.empty() && inner_folder_.starts_with(script + '/')) {
        inner_folder_.erase(0, script.size());
    }
}

std::optional<html::Asset> StaticFiles::find(std::string_view path_info) const {
    for (const std::string_view folder :
         {std::string_view(folder_), std::string_view(inner_folder_)}) {
        if (path_info.starts_with(folder)) {
            return html::find_asset(path_info.substr(folder.size()));
        }
    }
    return std::nullopt;
}

std::optional<http::Response> StaticFiles::answer(const middleware::HttpRequest& request) const {
    const auto file = find(request.path_info);
    if (!file) {
        return std::nullopt;
    }
    if (request.method != "GET" && request.method != "HEAD") {
        return middleware::only_methods(request.method, middleware::reading_methods);
    }
    const std::string etag = fmt::format("\"{}\"", file->digest.substr(0, 32));
    http::Response response;
    response.headers.set("ETag", etag);
    response.headers.set("Cache-Control", "private, max-age=300");
    const http::EntityTags known(request.header("If-None-Match").value_or(""));
    if (!http::if_none_match_passes(etag, known)) {
        response.status = 304;
        return response;
    }
    response.headers.set("Content-Type", std::string(file->media_type));
    response.body = file->bytes;
    return response;
}

} // namespace drf_messages::urls
