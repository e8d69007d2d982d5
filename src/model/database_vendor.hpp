// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages {

/// What kind of database an ENGINE of DATABASES is for, by Django's names: connection.vendor.
enum class DatabaseVendor {
    unknown, ///< we do not have that engine
    sqlite,
    postgresql,
    mysql, ///< MariaDB too
};

/// The vendor of an engine by its name in Django.
DatabaseVendor database_vendor(std::string_view engine);

/// The engines that there are, also those that this build leaves out.
const std::vector<std::string>& known_database_engines();

} // namespace drf_messages
