// SPDX-License-Identifier: MIT
#include "embed/password_use.hpp"

#include "embed/token_use.hpp"
#include "urls/url_conf.hpp"

#include <string_view>

namespace drf_messages::embed {
namespace {

constexpr std::string_view basic_authentication =
    "rest_framework.authentication.BasicAuthentication";

} // namespace

bool throttles_passwords(const Settings& settings) {
    const bool pages = settings.login_throttle_rate || settings.login_throttle_address_rate;
    const bool basic = settings.basic_throttle_rate || settings.basic_throttle_address_rate;
    return (pages && (urls::has_login(settings) || gives_tokens(settings))) ||
           (basic && authenticates_by(settings, basic_authentication));
}

} // namespace drf_messages::embed
