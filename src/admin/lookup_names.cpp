// SPDX-License-Identifier: MIT
#include "admin/lookup_names.hpp"

#include "admin/lookup_moments.hpp"
#include "middleware/bad_request.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

constexpr NamedField fields[] = {
    {"id", Field::id, FieldKind::integer},
    {"pk", Field::id, FieldKind::integer},
    {"user", Field::user, FieldKind::user, true},
    {"user_id", Field::user, FieldKind::user, true},
    {"session", Field::session, FieldKind::session, true},
    {"session_id", Field::session, FieldKind::session, true},
    {"session_key", Field::session_key, FieldKind::session},
    {"view", Field::view, FieldKind::text},
    {"message", Field::message, FieldKind::text},
    {"level", Field::level, FieldKind::integer},
    {"read_at", Field::read_at, FieldKind::moment},
    {"created", Field::created, FieldKind::moment},
    {"extra_tags", Field::tag_text, FieldKind::tag, true},
    {tag_text_name, Field::tag_text, FieldKind::text},
};

constexpr std::pair<std::string_view, Lookup> lookups[] = {
    {"exact", Lookup::exact},
    {"iexact", Lookup::iexact},
    {"gt", Lookup::gt},
    {"gte", Lookup::gte},
    {"lt", Lookup::lt},
    {"lte", Lookup::lte},
    {"in", Lookup::in},
    {"isnull", Lookup::isnull},
    {"contains", Lookup::contains},
    {"icontains", Lookup::icontains},
    {"startswith", Lookup::startswith},
    {"istartswith", Lookup::istartswith},
    {"endswith", Lookup::endswith},
    {"iendswith", Lookup::iendswith}};

/// Columns of the tables that a message points to: known, but not to be asked for.
constexpr std::string_view columns_of_users[] = {
    "password",
    "last_login",
    "is_superuser",
    "username",
    "first_name",
    "last_name",
    "email",
    "is_staff",
    "is_active",
    "date_joined",
    "groups",
    "user_permissions",
    "auth_token",
    "logentry"};
constexpr std::string_view columns_of_sessions[] = {"session_data", "expire_date"};
constexpr std::string_view columns_of_tags[] = {"text", "message", "message_id"};

std::vector<std::string_view> split_name(std::string_view name) {
    constexpr std::string_view separator = "__";
    std::vector<std::string_view> parts;
    for (std::size_t at; (at = name.find(separator)) != std::string_view::npos;) {
        parts.push_back(name.substr(0, at));
        name.remove_prefix(at + separator.size());
    }
    parts.push_back(name);
    return parts;
}

template<class Names>
bool contains(const Names& names, std::string_view name) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_key(const NamedField& field, std::string_view name, const store::UserTable& users) {
    return name == "pk" || (field.kind == FieldKind::user && name == users.primary_key) ||
           (field.kind == FieldKind::session && name == "session_key") ||
           (field.kind == FieldKind::tag && name == "id");
}

bool is_other_column(
    const NamedField& field, std::string_view name, const store::UserTable& users
) {
    switch (field.kind) {
    case FieldKind::user:
        return contains(columns_of_users, name) || name == users.username_field ||
               name == users.email_field;
    case FieldKind::session:
        return contains(columns_of_sessions, name);
    case FieldKind::tag:
        return contains(columns_of_tags, name);
    default:
        return false;
    }
}

} // namespace

bool is_comparison(Lookup lookup) {
    return lookup == Lookup::exact || lookup == Lookup::gt || lookup == Lookup::gte ||
           lookup == Lookup::lt || lookup == Lookup::lte;
}

bool is_exact(Lookup lookup) {
    return lookup == Lookup::exact || lookup == Lookup::in;
}

std::optional<LookupName> read_name(std::string_view text, const store::UserTable& users) {
    const auto parts = split_name(text);
    const auto* const found =
        std::find_if(std::begin(fields), std::end(fields), [&](const NamedField& field) {
            return field.name == parts.front();
        });
    if (found == std::end(fields)) {
        return std::nullopt;
    }
    LookupName name{.field = found, .relation = found->relation};
    std::size_t at = 1;
    if (name.relation && at < parts.size()) {
        if (is_other_column(*found, parts[at], users)) {
            throw middleware::BadRequest("a filter of the admin names a column of another table");
        }
        if (is_key(*found, parts[at], users)) {
            name.relation = false;
            ++at;
        }
    }
    if (found->kind == FieldKind::moment && at < parts.size() && is_part_of_moment(parts[at])) {
        name.part = parts[at++];
    }
    if (at == parts.size()) {
        return name;
    }
    if (at + 1 != parts.size()) {
        return std::nullopt;
    }
    if (parts[at] == "regex" || parts[at] == "iregex") {
        name.lookup.reset();
        name.regex = parts[at];
        return name;
    }
    const auto* const lookup =
        std::find_if(std::begin(lookups), std::end(lookups), [&](const auto& row) {
            return row.first == parts[at];
        });
    if (lookup == std::end(lookups)) {
        return std::nullopt;
    }
    name.lookup = lookup->second;
    return name;
}

bool is_possible(const LookupName& name) {
    if (name.field->name == tag_text_name) {
        return name.lookup == Lookup::exact;
    }
    if (!name.lookup) {
        return !name.relation && name.part.empty() && name.field->kind != FieldKind::session &&
               name.field->kind != FieldKind::tag && name.field->kind != FieldKind::moment;
    }
    const Lookup lookup = *name.lookup;
    if (lookup == Lookup::isnull) {
        return name.part.empty();
    }
    if (name.field->kind == FieldKind::session) {
        return is_exact(lookup);
    }
    const bool as_text = !is_comparison(lookup) && lookup != Lookup::in;
    return !as_text || (!name.relation && name.part.empty() && name.field->kind != FieldKind::tag);
}

} // namespace drf_messages::admin
