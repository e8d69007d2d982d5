// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/rest/value.hpp>

#include <map>
#include <string>
#include <string_view>

namespace drf_messages::openapi {

using rest::Value;

/// What operations share, each under a name of its own: the Components Object of a document.
class Components {
public:
    /// Adds `value` and returns its name, in which "_" stands for what OpenAPI does not allow. The
    /// second of two that want one name is called NAME2; those that are equal are one.
    std::string add(const std::string& section, const std::string& name, Value value);
    /// The same; returns a Reference Object.
    Value refer(const std::string& section, const std::string& name, Value value);

    /// Sections and names in alphabetical order.
    Value object() const;

private:
    std::map<std::string, std::map<std::string, Value>> sections_;
};

} // namespace drf_messages::openapi
