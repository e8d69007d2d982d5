// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "sql/transaction.hpp"
#include "store/session_store.hpp"

#include <fmt/format.h>

#include <ostream>

namespace drf_messages::cli {

int clear_sessions(Context& context, const ClearSessionsArguments& arguments) {
    const auto connection = open_ready_database(context);
    const Timestamp now = context.world.clock();
    std::int64_t deleted = 0;
    {
        Progress progress(
            context.world, "Deleting sessions", store::count_expired_sessions(*connection, now)
        );
        while (true) {
            const std::int64_t gone = sql::transact(*connection, [&] {
                return store::delete_expired_sessions(*connection, now, arguments.batch);
            });
            if (gone == 0) {
                break;
            }
            deleted += gone;
            progress.show(deleted);
        }
    }
    context.world.out << fmt::format(
        "{} expired session{} deleted.\n", deleted, deleted == 1 ? "" : "s"
    );
    return 0;
}

} // namespace drf_messages::cli
