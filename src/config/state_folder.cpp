// SPDX-License-Identifier: MIT
#include "config/state_folder.hpp"

#include "model/database_vendor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace drf_messages::config {
namespace {

const char* const variable = "DRF_MESSAGES_STATE_DIR";

bool has_text(const Node::Table& table, std::string_view key) {
    const Member* const member = find_member(table, key);
    const auto* const text =
        member != nullptr ? std::get_if<std::string>(&member->node.value) : nullptr;
    return member != nullptr && (text == nullptr || !text->empty());
}

/// Made where it is not there; null where something else than a table is in its place, which is a
/// problem of its own.
Node::Table* table_in(Node::Table* table, std::string_view key) {
    if (table == nullptr) {
        return nullptr;
    }
    Member* member = find_member(*table, key);
    if (member == nullptr) {
        member =
            &table->emplace_back(Member{std::string(key), variable, {Node::Table{}, variable, {}}});
    }
    return std::get_if<Node::Table>(&member->node.value);
}

void put(Node::Table& table, const std::string& key, const std::string& text) {
    std::erase_if(table, [&](const Member& member) { return member.key == key; });
    table.push_back({key, variable, {text, variable, text}});
}

bool is_for_sqlite(const Node::Table& database) {
    const Member* const engine = find_member(database, "ENGINE");
    const auto* const name =
        engine != nullptr ? std::get_if<std::string>(&engine->node.value) : nullptr;
    return engine == nullptr ||
           (name != nullptr && database_vendor(*name) == DatabaseVendor::sqlite);
}

} // namespace

std::optional<StateFolder> state_folder(const Environment& environment) {
    const auto named = environment.find(variable);
    if (named == environment.end() || named->second.empty()) {
        return std::nullopt;
    }
    std::filesystem::path path = std::filesystem::absolute(named->second).lexically_normal();
    return StateFolder{(path.has_filename() ? path : path.parent_path()).string()};
}

void use_state_folder(Node::Table& document, const StateFolder& folder) {
    Node::Table* const database = table_in(table_in(&document, "DATABASES"), "default");
    if (database == nullptr || has_text(*database, "NAME") || !is_for_sqlite(*database)) {
        return;
    }
    put(*database, "NAME", folder.database());
    // Only `serve` needs it, and says whose it is where it is another user's.
    const bool is_ours = ::faccessat(AT_FDCWD, folder.secret_key().c_str(), R_OK, AT_EACCESS) == 0;
    if (is_ours && !has_text(document, "SECRET_KEY") && !has_text(document, "SECRET_KEY_FILE")) {
        put(document, "SECRET_KEY_FILE", folder.secret_key());
    }
}

} // namespace drf_messages::config
