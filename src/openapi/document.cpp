// SPDX-License-Identifier: MIT
#include "openapi/document.hpp"

#include "api/exchange/value.hpp"
#include "model/script_name.hpp"
#include "openapi/components.hpp"
#include "openapi/endpoints.hpp"
#include "openapi/operation_ids.hpp"
#include "openapi/operations.hpp"
#include "text/ascii.hpp"
#include "text/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace drf_messages::openapi {
namespace {

constexpr const char* document_version = "1.0.0";

std::string about(const Settings& settings, const std::vector<Endpoint>& endpoints) {
    std::string text = "Messages that are left for a user, to be read once.";
    if (settings.append_slash) {
        text += " A path without the slash at its end is redirected (301) to the one with it.";
    }
    if (std::any_of(endpoints.begin(), endpoints.end(), [](const Endpoint& endpoint) {
            const auto* versioning =
                endpoint.view ? endpoint.view->policies().versioning.get() : nullptr;
            return versioning != nullptr && versioning->place() == api::Versioning::Place::host;
        })) {
        text += " The first word of the host name is the version.";
    }
    return text;
}

} // namespace

drf_messages::rest::Value document(api::ViewMaker& maker) {
    const auto& settings = maker.settings();
    const auto all = endpoints(maker);
    OperationIds ids(all);
    Components components;
    Value paths{Value::Object{}};
    std::set<std::string> tags;
    for (const auto& endpoint : all) {
        for (const auto& method : methods_of(endpoint)) {
            paths[endpoint.path][text::lowered(method)] =
                operation_of(components, ids, settings, endpoint, method);
        }
        tags.insert(ids.tag(endpoint));
    }
    tags.erase("");
    const auto script = script_name(settings);
    auto whole = Value::object(
        {{"openapi", "3.1.0"},
         {"info",
          Value::object(
              {{"title", "Messages"},
               {"version", document_version},
               {"description", about(settings, all)}}
          )},
         {"servers", Value::array({Value::object({{"url", script.empty() ? "/" : script}})})},
         {"paths", std::move(paths)},
         {"components", components.object()}}
    );
    for (const auto& tag : tags) {
        whole["tags"].append(Value::object({{"name", tag}}));
    }
    return whole;
}

std::string to_json_lines(const rest::Value& value) {
    text::JsonWriter json({.ascii = false, .compact = false, .indent = 2});
    api::write_value(json, value);
    return json.take() + '\n';
}

} // namespace drf_messages::openapi
