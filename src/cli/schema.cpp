// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "openapi/document.hpp"
#include "openapi/yaml.hpp"
#include "urls/url_conf.hpp"

#include <ostream>

namespace drf_messages::cli {

int schema(Context& context, const SchemaArguments& arguments) {
    const auto document = urls::openapi_document(context.settings);
    context.world.out
        << (arguments.format == "yaml" ? openapi::to_yaml(document)
                                       : openapi::to_json_lines(document));
    return 0;
}

} // namespace drf_messages::cli
