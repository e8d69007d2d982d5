// SPDX-License-Identifier: MIT
#include "schema/permissions.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::schema {

namespace {

struct Model {
    std::string_view app;
    std::string_view name;
    std::string_view verbose_name;
    std::string_view migration; ///< the one that brings the model
};

// The order is that of the rows' ids.
constexpr Model models[] = {
    {"auth", "group", "group", "0001_initial"},
    {"auth", "permission", "permission", "0001_initial"},
    {"auth", "user", "user", "0001_initial"},
    {"authtoken", "token", "Token", "0001_initial"},
    {"authtoken", "tokenproxy", "token", "0003_tokenproxy"},
    {"contenttypes", "contenttype", "content type", "0001_initial"},
    {"drf_messages", "message", "message", "0001_initial"},
    {"drf_messages", "messagetag", "message tag", "0001_initial"},
    {"sessions", "session", "session", "0001_initial"},
    {"admin", "logentry", "log entry", "0001_initial"},
};

constexpr std::string_view actions[] = {"add", "change", "delete", "view"};

constexpr sql::Statement select_content_types{
    "select content types", "SELECT app_label, model, id FROM django_content_type"};
constexpr sql::Statement insert_content_type{
    "insert content type", "INSERT INTO django_content_type (app_label, model) VALUES (?, ?)"};
constexpr sql::Statement select_permissions{
    "select permissions", "SELECT content_type_id, codename FROM auth_permission"};
constexpr sql::Statement insert_permission{
    "insert permission",
    "INSERT INTO auth_permission (content_type_id, codename, name) VALUES (?, ?, ?)"};

using ContentTypes = std::map<std::pair<std::string, std::string>, std::int64_t>;

bool is_migrated(const Model& model, const AppliedMigrations& applied) {
    return applied.contains({std::string(model.app), std::string(model.migration)});
}

ContentTypes create_content_types(sql::Connection& connection, const AppliedMigrations& applied) {
    ContentTypes ids;
    connection.query(select_content_types, {}, [&ids](const sql::Row& row) {
        ids.emplace(std::pair(std::string(row.text(0)), std::string(row.text(1))), row.integer(2));
    });
    for (const Model& model : models) {
        std::pair key(std::string(model.app), std::string(model.name));
        if (is_migrated(model, applied) && !ids.contains(key)) {
            const std::array<sql::Value, 2> values{model.app, model.name};
            ids.emplace(std::move(key), connection.insert(insert_content_type, values));
        }
    }
    return ids;
}

} // namespace

void create_permissions(sql::Connection& connection, const AppliedMigrations& applied) {
    if (!applied.contains({"contenttypes", "0002_remove_content_type_name"})) {
        return;
    }
    const ContentTypes content_types = create_content_types(connection, applied);
    if (!applied.contains({"auth", "0001_initial"})) {
        return;
    }
    std::set<std::pair<std::int64_t, std::string>> known;
    connection.query(select_permissions, {}, [&known](const sql::Row& row) {
        known.emplace(row.integer(0), row.text(1));
    });
    for (const Model& model : models) {
        if (!is_migrated(model, applied)) {
            continue;
        }
        const std::int64_t id = content_types.at({std::string(model.app), std::string(model.name)});
        for (const std::string_view action : actions) {
            const std::string codename = std::string(action) + "_" + std::string(model.name);
            const std::string name =
                "Can " + std::string(action) + " " + std::string(model.verbose_name);
            if (!known.contains({id, codename})) {
                const std::array<sql::Value, 3> values{
                    id, std::string_view(codename), std::string_view(name)};
                connection.insert(insert_permission, values);
            }
        }
    }
}

} // namespace drf_messages::schema
