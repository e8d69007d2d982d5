// SPDX-License-Identifier: MIT
#pragma once

#include "openapi/endpoints.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::openapi {

/// Names operations as drf-spectacular does: "messages_list", "messages_peek_retrieve". What has no
/// name there is called after the operation beside it: "messages_list_head".
/// - drf-spectacular: openapi.py, AutoSchema.get_operation_id; generators.py.
class OperationIds {
public:
    /// A beginning that all paths share says nothing, where there are several classes of views.
    explicit OperationIds(const std::vector<Endpoint>& endpoints);

    /// - method: upper case.
    std::string of(const Endpoint& endpoint, std::string_view method);
    /// The first word of it; empty at the root.
    std::string tag(const Endpoint& endpoint) const;

private:
    std::vector<std::string> words(const Endpoint& endpoint) const;

    std::size_t shared_words_ = 0; ///< at the beginning of each path
    std::set<std::string> used_;
};

} // namespace drf_messages::openapi
