// SPDX-License-Identifier: MIT
#pragma once

#include "cli/commands.hpp"

namespace drf_messages::cli {

// For a database on a server, whose own programs copy it better than we could. Both print what they
// are to be told. Return the exit status; without --print throw Failure behind what they have
// printed, since nobody may take that for a backup.
int print_backup_commands(Context& context, const BackupArguments& arguments);
int print_restore_commands(Context& context, const RestoreArguments& arguments);

} // namespace drf_messages::cli
