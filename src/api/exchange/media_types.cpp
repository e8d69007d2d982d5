// SPDX-License-Identifier: MIT
#include "api/exchange/media_types.hpp"

namespace drf_messages::api {

http::MediaTypeRules media_type_rules(const model::Differences& differences) noexcept {
    return {
        .escaped_quotes = differences.has(model::Difference::escaped_quotes),
        .bare_parameters = differences.has(model::Difference::bare_parameters)};
}

} // namespace drf_messages::api
