// SPDX-License-Identifier: MIT
#include "store/message_columns.hpp"

#include <algorithm>
#include <array>
#include <variant>

namespace drf_messages::store {
namespace {

struct Column {
    Field field;
    std::string_view name;
    bool nullable = false;
};

constexpr std::array columns = {
    Column{Field::id, "m.id"},
    Column{Field::user, "m.user_id"},
    Column{Field::session, "m.session_id", true},
    Column{Field::session_key, "m.session_key", true},
    Column{Field::view, "m.view"},
    Column{Field::message, "m.message"},
    Column{Field::level, "m.level"},
    Column{Field::read_at, "m.read_at", true},
    Column{Field::created, "m.created"},
    Column{Field::tag_text, "x.text"},
};

const Column& column_of(Field field) {
    const auto* found = std::find_if(columns.begin(), columns.end(), [field](const Column& column) {
        return column.field == field;
    });
    return found == columns.end() ? columns.front() : *found;
}

} // namespace

std::string_view column_name(Field field) {
    return column_of(field).name;
}

std::string_view table_name(Field field) {
    return column_name(field).starts_with("x.") ? tag_table : message_table;
}

bool is_nullable(Field field) {
    return column_of(field).nullable;
}

bool is_null(const FieldValue& value) {
    return std::holds_alternative<std::monostate>(value);
}

} // namespace drf_messages::store
