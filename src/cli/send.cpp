// SPDX-License-Identifier: MIT
#include "base/result.hpp"
#include "cli/commands.hpp"
#include "embed/site_parts.hpp"
#include "messages/database_access.hpp"
#include "sql/error.hpp"
#include "store/user_store.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/transaction.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <istream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

namespace drf_messages::cli {
namespace {

constexpr std::pair<std::string_view, Level> level_names[] = {
    {"debug", level::DEBUG},
    {"info", level::INFO},
    {"success", level::SUCCESS},
    {"warning", level::WARNING},
    {"error", level::ERROR},
};

/// A number, one of the five names, or a tag of MESSAGE_TAGS.
Level parse_level(const Settings& settings, const std::string& text) {
    Level level = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), level);
    if (error == std::errc() && end == text.data() + text.size()) {
        return level;
    }
    for (const auto& [name, number] : level_names) {
        if (name == text) {
            return number;
        }
    }
    for (const auto& [number, tag] : settings.level_tags) {
        if (tag == text && !tag.empty()) {
            return number;
        }
    }
    throw Failure(fmt::format(
        "--level: \"{}\" is no level; there are debug, info, success, warning, error, the tags of "
        "MESSAGE_TAGS, and numbers",
        text
    ));
}

/// All of standard input, without the line break that `echo` adds. More than a message can hold is
/// not read on.
std::string text_of_stdin(std::istream& in) {
    constexpr std::size_t longest = message_max_length * 4; // bytes
    std::string text;
    for (std::istreambuf_iterator<char> at(in), end; at != end; ++at) {
        text += *at;
        if (text.size() > longest + 1) {
            break;
        }
    }
    if (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    if (text.size() > longest) {
        throw Failure(make_error_code(errc::text_too_long).message() + "; nothing was sent");
    }
    return text;
}

/// The users of these names, each once. Throws Failure when one does not exist.
std::vector<UserId> find_recipients(
    sql::Connection& connection,
    const store::UserStore& users,
    const std::vector<std::string>& names
) {
    std::vector<UserId> found;
    std::vector<std::string> missing;
    for (const std::string& name : names) {
        const auto user = users.select_user_by_name(connection, name);
        if (!user) {
            missing.push_back("\"" + name + "\"");
        } else if (std::find(found.begin(), found.end(), user->id) == found.end()) {
            found.push_back(user->id);
        }
    }
    if (!missing.empty()) {
        throw Failure(fmt::format("there is no user {}; nothing was sent", fmt::join(missing, ", "))
        );
    }
    return found;
}

/// Leaves the message for all of them in one transaction.
std::vector<MessageId>
leave_messages(Site& site, const std::string& text, Level level, const SendArguments& arguments) {
    const auto recipients = [&](messages::DatabaseAccess& database) {
        return messages::run(database, [&](sql::Connection& connection) {
            return find_recipients(connection, site.parts().resources.users, arguments.to);
        });
    };
    try {
        return site.transaction([&](Transaction& transaction) {
            MessageManager manager(transaction);
            const std::vector<UserId> users = recipients(*transaction.database());
            std::vector<MessageId> ids;
            ids.reserve(users.size());
            for (const UserId& user : users) {
                ids.push_back(manager.create_user_message(user, text, level, arguments.tags).id);
            }
            return ids;
        });
    } catch (const Refused& refused) {
        if (refused.code() != errc::not_found) {
            throw Failure(fmt::format("{}; nothing was sent", refused.what()));
        }
    } catch (const sql::Error& error) {
        if (error.kind() != sql::ErrorKind::foreign_key) {
            throw;
        }
    }
    // A database server lets others delete a user whom the transaction has found. Say who it is.
    recipients(*site.parts().database);
    throw Failure("a user was deleted meanwhile; nothing was sent");
}

} // namespace

int send(Context& context, const SendArguments& arguments) {
    const Level level = parse_level(context.settings, arguments.level);
    const std::string text =
        arguments.text == "-" ? text_of_stdin(context.world.in) : arguments.text;
    if (text.empty()) {
        throw Failure("the message is empty; nothing was sent");
    }
    Site site = ready_site(context);
    for (const MessageId id : leave_messages(site, text, level, arguments)) {
        context.world.out << id.value << '\n';
    }
    return 0;
}

} // namespace drf_messages::cli
