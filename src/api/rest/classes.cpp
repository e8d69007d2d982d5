// SPDX-License-Identifier: MIT
#include "api/classes/known_classes.hpp"

#include <drf_messages/rest.hpp>

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace drf_messages::rest {

void Classes::insert(std::string_view name, AnyFactory factory) {
    if (name.empty()) {
        throw std::invalid_argument("rest::Classes: a class needs a name");
    }
    if (api::is_own_class(name)) {
        throw std::invalid_argument(
            fmt::format("rest::Classes: there is a class {} already; give yours another name", name)
        );
    }
    if (!factories_.emplace(name, std::move(factory)).second) {
        throw std::invalid_argument(fmt::format("rest::Classes: {} is registered twice", name));
    }
}

std::vector<ClassName> Classes::names() const {
    std::vector<ClassName> names;
    names.reserve(factories_.size());
    for (const auto& [name, factory] : factories_) {
        names.push_back(name);
    }
    return names;
}

} // namespace drf_messages::rest
