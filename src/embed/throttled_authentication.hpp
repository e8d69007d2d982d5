// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/database_loan.hpp"
#include "embed/site_parts.hpp"

#include <drf_messages/ids.hpp>

#include <optional>
#include <string_view>

namespace drf_messages::embed {

/// accounts::authenticate for a login page of the application: wrong passwords count together with
/// those for our own page, by its limit. The connection is given back while others are waited for,
/// and while the password is hashed. Throws TooManyAttempts.
std::optional<UserId> authenticate_throttled(
    SiteParts& parts,
    const accounts::DatabaseLoan& database,
    std::string_view username,
    std::string_view password,
    std::string_view address
);

} // namespace drf_messages::embed
