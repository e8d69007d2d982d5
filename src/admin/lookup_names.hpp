// SPDX-License-Identifier: MIT
#pragma once

#include "store/user_table.hpp"

#include <drf_messages/condition.hpp>

#include <optional>
#include <string_view>

namespace drf_messages::admin {

enum class FieldKind { integer, user, session, text, moment, tag };

/// A name by which a lookup begins.
struct NamedField {
    std::string_view name;
    Field field;
    FieldKind kind;
    bool relation = false; ///< to another table, whose key may be named too
};

/// What a parameter's name says.
struct LookupName {
    const NamedField* field = nullptr;
    bool relation = false;   ///< the related row itself, not its key
    std::string_view part{}; ///< of a moment
    std::optional<Lookup> lookup = Lookup::exact;
    std::string_view regex{}; ///< or this in place of a lookup: "regex", "iregex"
};

/// A lookup of our own: what a tag says, where there are too many tags to choose one.
inline constexpr std::string_view tag_text_name = "_tag";

/// exact, gt, gte, lt, lte.
bool is_comparison(Lookup lookup);
/// exact, in.
bool is_exact(Lookup lookup);

/// Absent for an unknown name. Throws middleware::BadRequest for a column of another table.
std::optional<LookupName> read_name(std::string_view text, const store::UserTable& users);

/// Whether such a field is compared so.
bool is_possible(const LookupName& name);

} // namespace drf_messages::admin
