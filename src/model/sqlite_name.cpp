// SPDX-License-Identifier: MIT
#include "model/sqlite_name.hpp"

#include "model/database_vendor.hpp"
#include "text/ascii.hpp"
#include "text/percent.hpp"

#include <algorithm>
#include <stdexcept>

namespace drf_messages {
namespace {

constexpr std::string_view scheme = "file:";
constexpr std::string_view memory = ":memory:";

/// A URI in its parts, still with escapes.
struct Parts {
    std::string_view authority;
    std::string_view path;
    std::string_view query;
};

Parts split(std::string_view uri) {
    uri.remove_prefix(scheme.size());
    uri = uri.substr(0, uri.find('#'));
    Parts parts;
    if (uri.starts_with("//")) {
        uri.remove_prefix(2);
        parts.authority = uri.substr(0, uri.find_first_of("/?"));
        uri.remove_prefix(parts.authority.size());
    }
    const auto question = uri.find('?');
    parts.path = uri.substr(0, question);
    parts.query =
        question == std::string_view::npos ? std::string_view() : uri.substr(question + 1);
    return parts;
}

std::string decoded(std::string_view text) {
    std::string bytes = text::percent_decode(text, false);
    if (bytes.find('\0') != std::string::npos) {
        throw std::invalid_argument("a URI of SQLite has no NUL");
    }
    return bytes;
}

/// As SQLite reads a yes or no there.
bool is_true(std::string_view value) {
    const std::string lower = text::lowered(value);
    return lower == "yes" || lower == "true" || lower == "on" ||
           (!lower.empty() && text::is_digit(lower.front()) &&
            lower.find_first_not_of('0') != std::string::npos);
}

void append(std::string& parameters, std::string_view parameter) {
    parameters += (parameters.empty() ? "" : "&") + std::string(parameter);
}

struct Mode {
    std::string_view name;
    bool in_memory;
    bool read_only;
    bool may_create;
};

constexpr Mode modes[] = {
    {"ro", false, true, false},
    {"rw", false, false, false},
    {"rwc", false, false, true},
    {"memory", true, false, true},
};

void set_mode(SqliteName& name, std::string_view value) {
    for (const Mode& mode : modes) {
        if (mode.name == value) {
            name.in_memory = mode.in_memory;
            name.read_only = mode.read_only;
            name.may_create = mode.may_create;
            return;
        }
    }
    throw std::invalid_argument("mode is ro, rw, rwc or memory in a URI of SQLite");
}

/// What is put together at the end, whatever the order of the parameters.
struct Asked {
    bool shared_cache = false;
    bool immutable = false;
    bool memory_files = false;
};

void read_parameter(SqliteName& name, std::string_view parameter, Asked& asked) {
    const auto equals = parameter.find('=');
    const std::string key = decoded(parameter.substr(0, equals));
    const std::string value =
        equals == std::string_view::npos ? std::string() : decoded(parameter.substr(equals + 1));
    if (key == "mode") {
        set_mode(name, value);
    } else if (key == "cache") {
        asked.shared_cache = value == "shared";
        if (!asked.shared_cache && value != "private") {
            throw std::invalid_argument("cache is shared or private in a URI of SQLite");
        }
    } else if (!key.empty()) {
        asked.immutable = asked.immutable || (key == "immutable" && is_true(value));
        asked.memory_files = asked.memory_files || (key == "vfs" && value == "memdb");
        append(name.parameters, parameter);
    }
}

SqliteName parse_uri(std::string_view uri) {
    const Parts parts = split(uri);
    if (!parts.authority.empty() && parts.authority != "localhost") {
        throw std::invalid_argument(
            "a URI of SQLite has no host: file:FILE, or file:///FOLDER/FILE with three slashes"
        );
    }
    SqliteName name;
    name.path = decoded(parts.path);
    Asked asked;
    for (std::string_view rest = parts.query; !rest.empty();) {
        const std::string_view parameter = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(parameter.size() + 1, rest.size()));
        read_parameter(name, parameter, asked);
    }
    name.in_memory = name.in_memory || name.path == memory || asked.memory_files;
    name.read_only = name.read_only || asked.immutable;
    name.may_create = name.may_create && !asked.immutable;
    if (name.in_memory) {
        append(name.parameters, "mode=memory");
        append(name.parameters, asked.shared_cache ? "cache=shared" : "cache=private");
    } else if (name.path.empty()) {
        throw std::invalid_argument("the URI of SQLite names no file");
    }
    return name;
}

} // namespace

SqliteName parse_sqlite_name(std::string_view name) {
    if (name.starts_with(scheme)) {
        return parse_uri(name);
    }
    SqliteName plain;
    plain.path = name;
    plain.in_memory = name == memory;
    return plain;
}

std::string with_sqlite_path(std::string_view name, std::string_view path) {
    if (!name.starts_with(scheme)) {
        return std::string(path);
    }
    const std::string_view query = split(name).query;
    return std::string(scheme) + text::percent_encode(path, "/") +
           (query.empty() ? "" : "?" + std::string(query));
}

bool is_in_memory(const DatabaseSettings& database) {
    return database_vendor(database.engine) == DatabaseVendor::sqlite &&
           parse_sqlite_name(database.name).in_memory;
}

} // namespace drf_messages
