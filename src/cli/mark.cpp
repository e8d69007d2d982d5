// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "messages/marking.hpp"
#include "text/plural.hpp"

#include <drf_messages/field.hpp>
#include <drf_messages/message_manager.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <vector>

namespace drf_messages::cli {
namespace {

messages::Marking marking_of(const MarkArguments& arguments) {
    const auto& ids = arguments.read.empty() ? arguments.unread : arguments.read;
    if ((arguments.all ? 1 : 0) + (arguments.read.empty() ? 0 : 1) +
            (arguments.unread.empty() ? 0 : 1) !=
        1) {
        throw Failure("say which messages: one of --all, --read ID and --unread ID");
    }
    messages::Marking marking{.read = arguments.unread.empty()};
    if (!arguments.all) {
        marking.ids.emplace();
        std::transform(ids.begin(), ids.end(), std::back_inserter(*marking.ids), [](auto id) {
            return MessageId{id};
        });
    }
    return marking;
}

} // namespace

int mark(Context& context, const MarkArguments& arguments) {
    const auto marking = marking_of(arguments);
    Site site = ready_site(context);
    const MessageQuerySet set =
        MessageManager(site).all().filter(field::user == find_user(site, arguments.name));
    const auto marked = messages::mark(set, marking).value();
    context.world.out << fmt::format(
        "{} message{} marked as {}.\n",
        marked.size(),
        text::plural(static_cast<std::int64_t>(marked.size())),
        marking.read ? "read" : "unread"
    );
    return 0;
}

} // namespace drf_messages::cli
