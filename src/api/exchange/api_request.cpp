// SPDX-License-Identifier: MIT
#include "api/exchange/api_request.hpp"

#include "text/ascii.hpp"

namespace drf_messages::api {

bool is_prefetch(const middleware::HttpRequest& request) {
    constexpr std::string_view token = "prefetch";
    if (!request.site.settings.messages_extensions.read_state) {
        return false;
    }
    const auto purpose = request.header("Sec-Purpose");
    // A token with parameters: "prefetch;prerender".
    return purpose && purpose->starts_with(token) &&
           (purpose->size() == token.size() || !text::is_alphanumeric((*purpose)[token.size()]));
}

} // namespace drf_messages::api
