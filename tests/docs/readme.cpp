// SPDX-License-Identifier: MIT
// The lines of the README.
// clang-format off
// [hello]
#include <drf_messages/drf_messages.hpp>

#include <iostream>

namespace messages = drf_messages::messages;

int main() {
    drf_messages::Site site("site.sqlite3");
    site.migrate();
    const auto found = site.users().find("ann");
    const auto ann = found ? *found : site.users().create_user("ann");
    drf_messages::Request request(site, {.user = ann, .view_name = "profile:save"});
    messages::success(request, "Saved", {"profile"});
    for (const auto& message : messages::get_messages(request)) {
        std::cout << message.tags() << ": " << message << '\n';
    }
}
// [/hello]
