// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

std::string DialectSql::in(sql::Dialect dialect) const {
    switch (dialect) {
    case sql::Dialect::sqlite:
        return std::string(sqlite);
    case sql::Dialect::postgresql:
        return std::string(postgresql);
    case sql::Dialect::mariadb:
        return std::string(mariadb);
    }
    return {};
}

} // namespace drf_messages::schema
