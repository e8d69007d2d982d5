// SPDX-License-Identifier: MIT
#include "model/database_vendor.hpp"

#include "base/names_of.hpp"

#include <algorithm>
#include <array>

namespace drf_messages {
namespace {

struct Engine {
    std::string_view name;
    DatabaseVendor vendor;
};

constexpr std::array engines{
    Engine{"django.db.backends.sqlite3", DatabaseVendor::sqlite},
    Engine{"django.db.backends.postgresql", DatabaseVendor::postgresql},
    // PostgreSQL's name before Django 1.9.
    Engine{"django.db.backends.postgresql_psycopg2", DatabaseVendor::postgresql},
    Engine{"django.db.backends.mysql", DatabaseVendor::mysql},
};

} // namespace

DatabaseVendor database_vendor(std::string_view engine) {
    const auto* found = std::find_if(engines.begin(), engines.end(), [&](const Engine& known) {
        return known.name == engine;
    });
    return found == engines.end() ? DatabaseVendor::unknown : found->vendor;
}

const std::vector<std::string>& known_database_engines() {
    static const std::vector<std::string> names = names_of(engines);
    return names;
}

} // namespace drf_messages
