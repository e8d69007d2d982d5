// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"

#include <string>
#include <string_view>

struct sqlite3;

/// What both ways of copying a database have in common.
namespace drf_messages::sql::sqlite {

inline constexpr std::string_view copy_name = "copy the database";

/// Throws sql::Error, as all of these.
void run_to_copy(sqlite3* database, const char* text);

/// The first column of the first row, as text.
std::string first_text(sqlite3* database, const char* text);

/// Of a write into the copy that failed with this number.
Error write_error(int system_error);

/// Waits until the disk has what was written, so that a writer's sync does not find it to write.
void push_to_disk(int descriptor) noexcept;

} // namespace drf_messages::sql::sqlite
