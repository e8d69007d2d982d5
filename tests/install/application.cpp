// SPDX-License-Identifier: MIT
// An application with copies of its own of what the library is made with.
#define FMT_HEADER_ONLY
#include <drf_messages/errors.hpp>
#include <drf_messages/messages.hpp>
#include <drf_messages/site.hpp>

#include <boost/regex.hpp>
#include <fmt/format.h>

#include <iostream>
#include <stdexcept>
#include <string>

namespace drf_messages::store {

/// The library has a type of this name inside.
struct MessageStore {
    virtual ~MessageStore() = default;
    virtual std::string name() const { return "the application's"; }
};

} // namespace drf_messages::store

namespace {

/// Whether the library's exception arrives as what it is.
bool refuses(drf_messages::Request& request) {
    try {
        drf_messages::messages::info(request, std::string(2000, 'x'));
    } catch (const drf_messages::Refused& refused) {
        return refused.code() == drf_messages::errc::text_too_long;
    }
    return false;
}

} // namespace

int main() {
    drf_messages::Site site(":memory:");
    site.migrate();
    drf_messages::Request request(site, {.user = site.users().create_user("ann")});
    drf_messages::messages::success(request, "Saved");
    if (!refuses(request)) {
        return 1;
    }
    for (const auto& message : drf_messages::messages::get_messages(request)) {
        const bool matches = boost::regex_match(message.message, boost::regex("S[a-z]+"));
        std::cout << fmt::format(
                         "{} {} {:.3f} {}",
                         message.message,
                         matches,
                         0.125,
                         drf_messages::store::MessageStore().name()
                     )
                  << '\n';
    }
}
