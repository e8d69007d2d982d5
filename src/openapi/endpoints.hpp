// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/view.hpp"
#include "api/routing/routes.hpp"
#include "api/views/view_maker.hpp"

#include <memory>
#include <string>
#include <vector>

namespace drf_messages::openapi {

/// A path of the URL configuration with who answers there.
struct Endpoint {
    const api::Mount* mount;
    const api::Route* route;
    const api::RoutedView* routed;
    std::string path; ///< "/messages/{id}/"
    std::vector<api::PathTemplate::Argument> arguments;
    std::shared_ptr<const api::View> view; ///< null: an HTML page
    const api::ViewSetClass* viewset;      ///< null: none of messages

    /// The argument that names one message, unless the path has another of that name.
    static constexpr const char* key = "id";
};

/// Those that can be written with a single text for the path, in the order in which they are tried.
/// Where the version stands in the path and ALLOWED_VERSIONS are set, there is one for each.
/// Without FORMAT_SUFFIX_KWARG those with a suffix are left out: they answer as the others do.
std::vector<Endpoint> endpoints(api::ViewMaker& maker);

} // namespace drf_messages::openapi
