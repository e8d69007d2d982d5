// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "embed/site_parts.hpp"
#include "messages/retention.hpp"
#include "model/site_time.hpp"
#include "text/plural.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ostream>

namespace drf_messages::cli {
namespace {

/// "30d": a number and s, m, h, d or w.
std::chrono::seconds parse_age(const std::string& text) {
    constexpr std::int64_t longest_seconds = 100LL * 366 * 86'400;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    const std::int64_t seconds = unit == "s"   ? 1
                                 : unit == "m" ? 60
                                 : unit == "h" ? 3600
                                 : unit == "d" ? 86'400
                                 : unit == "w" ? 604'800
                                               : 0;
    if (error != std::errc() || seconds == 0 || number < 0 || number > longest_seconds / seconds) {
        throw Failure(fmt::format(
            "--older-than: \"{}\" is no age; write 45s, 90m, 12h, 30d or 2w, at most 100 years",
            text
        ));
    }
    return std::chrono::seconds(number * seconds);
}

} // namespace

int prune(Context& context, const PruneArguments& arguments) {
    if (!arguments.read && arguments.older_than.empty()) {
        throw Failure(
            "prune would delete every message of every user; say --read, --older-than AGE, or both"
        );
    }
    messages::Retention retention{context.world.clock(), arguments.read};
    if (!arguments.older_than.empty()) {
        // Where the clock on the wall is set forward or back meanwhile, and the columns hold its
        // readings, what counts is the longer time.
        const auto age = parse_age(arguments.older_than);
        const Timestamp now = retention.created_before;
        retention.created_before = std::min(now - age, later(now, -age, context.settings));
    }
    Site site = ready_site(context);
    messages::DatabaseAccess& database = *site.parts().database;
    const std::int64_t total = messages::count_old_messages(database, retention);
    if (arguments.dry_run) {
        context.world.out << fmt::format(
            "{} message{} would be deleted.\n", total, text::plural(total)
        );
        return 0;
    }
    std::int64_t deleted = 0;
    {
        Progress progress(context.world, "Deleting messages", total);
        deleted = messages::delete_old_messages(
            database, retention, arguments.batch, [&](std::int64_t gone) { progress.show(gone); }
        );
    }
    context.world.out << fmt::format("{} message{} deleted.\n", deleted, text::plural(deleted));
    return 0;
}

} // namespace drf_messages::cli
