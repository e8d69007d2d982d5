// SPDX-License-Identifier: MIT
#include "embed/openapi.hpp"

#include "openapi/document.hpp"
#include "urls/url_conf.hpp"

namespace drf_messages::embed {

std::string openapi_json(const SiteParts& site) {
    return openapi::to_json_lines(urls::openapi_document(site.resources.settings, site.classes));
}

} // namespace drf_messages::embed
