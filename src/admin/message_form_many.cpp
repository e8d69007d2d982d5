// SPDX-License-Identifier: MIT
#include "admin/message_form_many.hpp"

#include "admin/confirmation.hpp"
#include "admin/message_form_fields.hpp"
#include "admin/message_form_saving.hpp"
#include "admin/message_form_user.hpp"
#include "admin/object_pages.hpp"
#include "admin/progress_page.hpp"
#include "fibers/wait.hpp"
#include "sql/error.hpp"
#include "sql/transaction.hpp"
#include "store/admin_log.hpp"
#include "store/admin_messages.hpp"
#include "text/python_text.hpp"

#include <drf_messages/level.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view after_name = "_after";     ///< the key of the last user who is done
constexpr std::string_view done_name = "_done";       ///< how many are
constexpr std::string_view started_name = "_started"; ///< microseconds since 1970

constexpr std::size_t most_names = 500;
constexpr std::size_t most_unknown_names = 10; ///< that are said to be unknown
constexpr std::size_t rows_of_a_batch = 600;
constexpr std::size_t most_users_of_a_batch = 200;
/// Among so many of the newest entries of the log those of an earlier request are looked for.
constexpr int looked_at_entries = 50;
constexpr int most_attempts = 3;

std::optional<std::int64_t> number(const FormValues& posted, std::string_view name) {
    const std::string_view text = value_of(posted, name);
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc() && !text.empty() && read.ptr == text.data() + text.size()
               ? std::optional(value)
               : std::nullopt;
}

bool is_before(const UserId& one, const UserId& other) {
    return one.value < other.value;
}

/// One a line, or with commas between them.
std::vector<std::string_view> split_names(std::string_view text) {
    std::vector<std::string_view> names;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n,"), text.size());
        if (const auto name = text::strip(text.substr(0, end)); !name.empty()) {
            names.push_back(name);
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

Cleaned<std::vector<UserId>> users_of_names(Page& page, std::string_view text) {
    Cleaned<std::vector<UserId>> users;
    const auto names = split_names(text);
    if (names.size() > most_names) {
        users.errors.push_back(
            page.say("Name at most {} users.", std::array{fmt::format("{}", most_names)})
        );
        return users;
    }
    for (const std::string_view name : names) {
        const auto user = clean_user(page, {{"user_search", std::string(name)}});
        if (user.value) {
            users.value.push_back(*user.value);
        } else if (users.errors.size() < most_unknown_names) {
            users.errors.push_back(page.say("There is no user “{}”.", std::array{std::string(name)})
            );
        }
    }
    std::sort(users.value.begin(), users.value.end(), is_before);
    users.value.erase(std::unique(users.value.begin(), users.value.end()), users.value.end());
    return users;
}

/// Those who are gone are left out.
std::vector<UserId> next_users(Page& page, const ManyUsers& to, std::size_t most) {
    sql::Connection& connection = page.request.database();
    const store::UserStore& users = page.request.site.users;
    if (to.all) {
        return store::next_active_users(connection, users, to.reached, static_cast<int>(most));
    }
    const auto begin =
        to.reached ? std::upper_bound(to.users.begin(), to.users.end(), *to.reached, is_before)
                   : to.users.begin();
    const auto end =
        begin + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(most), to.users.end() - begin);
    return {begin, end};
}

/// The last message that has been written for the same form: the entries of the log on them have
/// the same time.
std::optional<Message> last_message(Page& page, Timestamp started) {
    sql::Connection& connection = page.request.database();
    const store::UserStore& users = page.request.site.users;
    for (const store::AdminLogEntry& entry :
         store::select_recent_actions(connection, users, page.user.id, looked_at_entries)) {
        const auto id =
            entry.action_time == started ? parse_message_id(entry.object_id) : std::nullopt;
        if (auto message = id ? store::select_any_message(connection, users, *id) : std::nullopt) {
            return message;
        }
    }
    return std::nullopt;
}

/// The user whom it is for. Whoever goes on with the same form at the same time waits here.
std::optional<UserId> last_user(Page& page, Timestamp started) {
    auto last = last_message(page, started);
    while (last) {
        store::lock_any_message(page.request.database(), page.request.site.users, last->id);
        const auto now_last = last_message(page, started);
        if (!now_last || now_last->id == last->id) {
            return last->user;
        }
        last = now_last;
    }
    return std::nullopt;
}

/// How many users there are behind those who are done, up to one; 0 where that is not soon known.
std::int64_t count_up_to(Page& page, ManyUsers to, const UserId& last) {
    constexpr int most_steps = 100;
    constexpr std::size_t step = 1000;
    std::int64_t count = 0;
    for (int i = 0; i < most_steps; ++i) {
        const auto users = next_users(page, to, step);
        const auto found = std::find(users.begin(), users.end(), last);
        count += found - users.begin();
        if (found != users.end()) {
            return count + 1;
        }
        if (users.size() < step) {
            break;
        }
        to.reached = users.back();
    }
    return 0;
}

/// One transaction. It begins where the log says that others have come to, who could not say so:
/// a request that was cut off, or one that still runs.
ManyUsers add_batch(Page& page, const MessageForm& form, ManyUsers to, std::size_t most) {
    if (to.goes_on) {
        const auto last = last_user(page, to.started);
        if (last && last != to.reached) {
            to.done += count_up_to(page, to, *last);
            to.reached = last;
        }
    }
    to.goes_on = true;
    const Timestamp now = page.request.site.clock();
    const auto users = next_users(page, to, most);
    std::vector<store::AdminLogEntry> entries;
    entries.reserve(users.size());
    for (const UserId& user : users) {
        SavedMessage saved = save_new(page, form, user, now);
        saved.log.action_time = to.started;
        entries.push_back(std::move(saved.log));
    }
    if (!entries.empty()) {
        store::insert_admin_log(page.request.database(), entries);
        to.reached = users.back();
    }
    to.done += static_cast<std::int64_t>(users.size());
    to.is_finished = users.size() < most;
    if (to.is_finished) {
        page.notify(
            level::success, page.say("Successfully added {} {}.", counted_messages(page, to.done))
        );
    }
    return to;
}

} // namespace

bool is_for_many_users(const FormValues& posted) {
    return is_checked(posted, "all_users") || !text::strip(value_of(posted, "user_names")).empty();
}

boost::json::object many_users_part(const FormValues& values, const FieldErrors& errors) {
    return {
        {"names", value_of(values, "user_names")},
        {"all", is_checked(values, "all_users")},
        {"is_open", is_for_many_users(values)},
        {"errors", error_list(errors)}};
}

Cleaned<ManyUsers> clean_many_users(Page& page, const FormValues& posted) {
    Cleaned<ManyUsers> cleaned;
    ManyUsers& to = cleaned.value;
    to.all = is_checked(posted, "all_users");
    if (!to.all) {
        auto users = users_of_names(page, value_of(posted, "user_names"));
        to.users = std::move(users.value);
        cleaned.errors = std::move(users.errors);
    }
    const Timestamp now = page.request.site.clock();
    const auto started = number(posted, started_name);
    to.goes_on = started.has_value();
    to.started = started ? std::min(Timestamp(std::chrono::microseconds(*started)), now) : now;
    if (to.goes_on) {
        to.reached = page.request.site.users.table().parse_key(value_of(posted, after_name));
        to.done = std::max<std::int64_t>(number(posted, done_name).value_or(0), 0);
    }
    return cleaned;
}

void add_for_many_users(
    Page& page, const MessageForm& form, ManyUsers& to, const BulkLimits& limits
) {
    const auto end = SteadyClock::now() + limits.request;
    std::size_t size = std::clamp<std::size_t>(
        rows_of_a_batch / (2 + form.tags.forms.size()), 1, most_users_of_a_batch
    );
    int failed = 0;
    do {
        const auto began = SteadyClock::now();
        try {
            to = sql::transact(page.request.database(), [&] {
                return add_batch(page, form, to, size);
            });
        } catch (const sql::Error& error) {
            // A user who is gone by now is not among the next.
            if (error.kind() != sql::ErrorKind::foreign_key || ++failed == most_attempts) {
                throw;
            }
            continue;
        }
        const auto took = SteadyClock::now() - began;
        if (took > limits.transaction) {
            size = std::max<std::size_t>(size / 2, 1);
        }
        if (!to.is_finished) {
            fibers::sleep_for(took / 4); // others want to write too
        }
    } while (!to.is_finished && SteadyClock::now() < end);
}

http::Response many_users_progress(Page& page, const FormValues& posted, const ManyUsers& to) {
    HiddenFields fields;
    for (const auto& [name, value] : posted) {
        if (name != "csrfmiddlewaretoken" && name != after_name && name != done_name &&
            name != started_name) {
            fields.emplace_back(name, value);
        }
    }
    fields.emplace_back(after_name, to.reached ? user_key_text(page, *to.reached) : "");
    fields.emplace_back(done_name, fmt::format("{}", to.done));
    fields.emplace_back(started_name, fmt::format("{}", to.started.time_since_epoch().count()));
    return show_progress(
        page,
        page.say("Add {}", std::array{page.say("message")}),
        page.say("Added so far: {} {}. There may be more.", counted_messages(page, to.done)),
        fields,
        way_back(page)
    );
}

} // namespace drf_messages::admin
