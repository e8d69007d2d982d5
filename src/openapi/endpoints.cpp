// SPDX-License-Identifier: MIT
#include "openapi/endpoints.hpp"

#include "openapi/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace drf_messages::openapi {
namespace {

using api::PathTemplate;
using Versions = std::vector<std::string>;

/// One view for each of Routes::views().
class Views {
public:
    explicit Views(api::ViewMaker& maker) : maker_(maker) {}

    std::shared_ptr<const api::View> of(std::size_t index) {
        const auto& routed = maker_.routes().views()[index];
        const auto known = made_.find(index);
        if (known != made_.end()) {
            return known->second;
        }
        std::shared_ptr<const api::View> view;
        // What shows the document would ask for it while it is made.
        if (serves_document(routed)) {
            view = document_view(maker_, routed, {});
        } else if (routed.make != &reference_view) {
            view = routed.make(maker_, routed).rest_view;
        }
        return made_.emplace(index, std::move(view)).first->second;
    }

private:
    api::ViewMaker& maker_;
    std::map<std::size_t, std::shared_ptr<const api::View>> made_;
};

void replace_argument(PathTemplate& path, const std::string& name, const std::string& by) {
    const auto hole = fmt::format("{{{}}}", name);
    path.text.replace(path.text.find(hole), hole.size(), by);
}

std::vector<PathTemplate::Argument>::iterator
find_argument(PathTemplate& path, std::string_view name) {
    return std::find_if(path.arguments.begin(), path.arguments.end(), [&](const auto& argument) {
        return argument.name == name;
    });
}

bool has_each_argument_once(const PathTemplate& path) {
    std::set<std::string> names;
    return std::all_of(path.arguments.begin(), path.arguments.end(), [&](const auto& argument) {
        return names.insert(argument.name).second;
    });
}

/// The key is called as the field is, unless something else is called so.
void name_key(PathTemplate& path) {
    const auto key = find_argument(path, "pk");
    if (key != path.arguments.end() && find_argument(path, Endpoint::key) == path.arguments.end()) {
        replace_argument(path, "pk", fmt::format("{{{}}}", Endpoint::key));
        key->name = Endpoint::key;
    }
}

/// Those that a path may name; absent where it names none, or any.
std::optional<Versions> versions_in_path(const api::View* view) {
    const auto* versioning = view == nullptr ? nullptr : view->policies().versioning.get();
    if (versioning == nullptr || versioning->place() != api::Versioning::Place::path ||
        versioning->rules().allowed_versions.empty()) {
        return std::nullopt;
    }
    return versioning->rules().all_allowed();
}

/// The path, or one for each version that stands in it.
std::vector<PathTemplate> with_versions(PathTemplate path, const api::View* view) {
    const auto versions = versions_in_path(view);
    const auto found = versions
                           ? find_argument(path, view->policies().versioning->rules().version_param)
                           : path.arguments.end();
    if (found == path.arguments.end()) {
        return {std::move(path)};
    }
    const PathTemplate::Argument argument = *found;
    path.arguments.erase(found);
    const auto expression = api::UrlPattern::whole(fmt::format("^(?:{})$", argument.expression));
    std::vector<PathTemplate> paths;
    for (const auto& version : *versions) {
        api::Kwargs ignored;
        if (expression.match(version, ignored)) {
            paths.push_back(path);
            replace_argument(paths.back(), argument.name, api::template_text(version));
        }
    }
    return paths;
}

/// Whether a view can answer anything but 404 there, by the version that its namespace is.
bool has_allowed_version(const api::View* view, const api::Mount& mount) {
    const auto* versioning = view == nullptr ? nullptr : view->policies().versioning.get();
    return versioning == nullptr || versioning->place() != api::Versioning::Place::name_space ||
           mount.name_space.empty() || versioning->version_of(mount.name_space);
}

} // namespace

std::vector<Endpoint> endpoints(api::ViewMaker& maker) {
    const auto& routes = maker.routes();
    const bool has_suffixes = maker.settings().rest_framework.format_suffix_kwarg.has_value();
    Views views(maker);
    std::vector<Endpoint> all;
    std::set<std::string> seen;
    for (const auto& mount : routes.mounts()) {
        const auto prefix = mount.prefix.as_template();
        for (const auto& route : mount.routes) {
            const auto behind = route.as_template(routes.suffix_kwarg());
            if (!prefix || !behind || (route.has_suffix && !has_suffixes) ||
                !routes.views()[route.view].is_described) {
                continue;
            }
            PathTemplate path = *prefix;
            path.text.insert(0, "/");
            path += *behind;
            if (!has_each_argument_once(path)) {
                continue;
            }
            if (maker.settings().rest_framework.schema_coerce_path_pk) {
                name_key(path);
            }
            const auto view = views.of(route.view);
            const auto& routed = routes.views()[route.view];
            if (!has_allowed_version(view.get(), mount)) {
                continue;
            }
            const auto* viewset = routed.registration == nullptr
                                      ? nullptr
                                      : &maker.viewset(routed.registration->viewset);
            auto paths = with_versions(std::move(path), view.get());
            if (route.has_suffix) { // a slash may follow
                const std::size_t count = paths.size();
                for (std::size_t i = 0; i < count; ++i) {
                    paths.push_back(paths[i]);
                    paths.back().text += '/';
                }
            }
            for (auto& whole : paths) {
                if (seen.insert(whole.text).second) {
                    all.push_back(
                        {&mount,
                         &route,
                         &routed,
                         std::move(whole.text),
                         std::move(whole.arguments),
                         view,
                         viewset}
                    );
                }
            }
        }
    }
    return all;
}

} // namespace drf_messages::openapi
