// SPDX-License-Identifier: MIT
#include "api/resource/marks.hpp"

#include "api/exchange/errors.hpp"
#include "api/wire/input_fields.hpp"
#include "middleware/required.hpp"

namespace drf_messages::api {

bool marks(ApiRequest& request) {
    const Settings& settings = request.http.site.settings;
    if (request.http.method == "HEAD") {
        return false;
    }
    const bool usual = settings.messages_mark_on_list || request.action != "list";
    if (!settings.messages_extensions.read_state) {
        return usual;
    }
    const auto asked = middleware::required_query(request.http).get("mark");
    const auto mark = asked ? parse_boolean(*asked) : std::optional(usual);
    if (!mark) {
        throw invalid({{"mark", FieldError::Details{{{"Must be a valid boolean.", {}}}}}});
    }
    return *mark && !is_prefetch(request.http);
}

} // namespace drf_messages::api
