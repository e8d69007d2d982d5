// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

std::string drf_messages::schema::DialectSql::in(sql::Dialect dialect) const {
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
