// SPDX-License-Identifier: MIT
#include "accounts/session_engine.hpp"
#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "embed/site_parts.hpp"
#include "text/plural.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <ostream>

namespace drf_messages::cli {

int clear_sessions(Context& context, const ClearSessionsArguments& arguments) {
    Site site = ready_site(context, SiteUse::sessions);
    const sql::Pool::Lease database = site.parts().resources.database->acquire();
    const accounts::ConnectionSource connection = [&]() -> sql::Connection& { return *database; };
    accounts::SessionEngine& sessions = *site.parts().resources.session_engine;
    const std::optional<std::int64_t> expired = sessions.count_expired(connection);
    if (!expired) {
        context.world.out << fmt::format(
            "Nothing to do: sessions of \"{}\" vanish by themselves.\n",
            context.settings.session_engine
        );
        return 0;
    }
    std::int64_t deleted = 0;
    {
        Progress progress(context.world, "Deleting sessions", *expired);
        deleted = sessions.clear_expired(connection, arguments.batch, [&](std::int64_t done) {
            progress.show(done);
        });
    }
    context.world.out << fmt::format(
        "{} expired session{} deleted.\n", deleted, text::plural(deleted)
    );
    return 0;
}

} // namespace drf_messages::cli
