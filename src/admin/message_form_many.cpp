// SPDX-License-Identifier: MIT
#include "admin/message_form_many.hpp"

#include "admin/confirmation.hpp"
#include "admin/log_text.hpp"
#include "admin/message_form_fields.hpp"
#include "admin/message_form_saving.hpp"
#include "admin/message_form_user.hpp"
#include "admin/object_pages.hpp"
#include "admin/progress_page.hpp"
#include "crypto/digest.hpp"
#include "django/legacy_formats.hpp"
#include "django/python_json.hpp"
#include "django/signing.hpp"
#include "fibers/wait.hpp"
#include "metrics/process_metrics.hpp"
#include "sql/error.hpp"
#include "sql/transaction.hpp"
#include "store/admin_log.hpp"
#include "store/admin_users.hpp"
#include "text/base64.hpp"
#include "text/python_text.hpp"

#include <drf_messages/level.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// The field that tells a form from others, so that it can be sent twice and is saved once.
constexpr std::string_view form_name = "_form";
constexpr std::chrono::seconds oldest_form = std::chrono::hours(24);
constexpr std::size_t random_bytes = 16;
constexpr std::size_t identity_bytes = 16;

constexpr std::size_t most_names = 500;
constexpr std::size_t most_unknown_names = 10; ///< that are said to be unknown
constexpr std::size_t rows_of_a_batch = 600;
constexpr std::size_t most_users_of_a_batch = 200;
constexpr int most_attempts = 3;

/// What a form carries from the moment in which it is made.
struct FormMark {
    std::string text;       ///< signed, for one user
    std::int64_t since = 0; ///< no entry of the log up to this one tells of the form
};

std::string salt_of(const Page& page) {
    return fmt::format("drf_messages.admin.many_users.{}", user_key_text(page, page.user.id));
}

FormMark new_mark(Page& page) {
    const auto& site = page.request.site;
    const std::int64_t since = store::last_admin_log_id(page.request.database());
    return {
        django::sign_timestamped(
            fmt::format("{}.{}", since, text::base64url_encode(site.random(random_bytes))),
            salt_of(page),
            site.settings.secret_key,
            std::chrono::floor<std::chrono::seconds>(site.clock())
        ),
        since};
}

/// Absent for one that is older than a day, or not of this user's forms.
std::optional<FormMark> read_mark(const Page& page, std::string_view text) {
    const auto& site = page.request.site;
    const auto content = django::unsign_recent(
        text,
        salt_of(page),
        site.settings.secret_key,
        oldest_form,
        site.clock(),
        django::LegacyFormats::refused
    );
    if (!content) {
        return std::nullopt;
    }
    FormMark mark{std::string(text)};
    std::from_chars(content->data(), content->data() + content->size(), mark.since);
    return mark;
}

/// The same for the same form with the same in it: whoever changes a text and saves again means
/// another message. Line ends do not count; browsers write them in their own way.
std::string identity_of(const Page& page, const FormMark& mark, const FormValues& posted) {
    boost::json::object content{{form_name, mark.text}};
    for (const auto& [name, value] : posted) {
        if (!name.starts_with('_') && name != "csrfmiddlewaretoken") {
            std::string plain = value;
            std::erase(plain, '\r');
            content[name] = plain;
        }
    }
    const std::string hash = django::salted_hmac(
        "drf_messages.admin.many_users",
        boost::json::serialize(content),
        page.request.site.settings.secret_key
    );
    return crypto::hex(std::string_view(hash).substr(0, identity_bytes));
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
std::vector<UserId> next_users(
    Page& page, const ManyUsers& to, const std::optional<UserId>& reached, std::size_t most
) {
    sql::Connection& connection = page.request.database();
    const store::UserStore& users = page.request.site.users;
    if (to.all) {
        return store::next_active_users(connection, users, reached, static_cast<int>(most));
    }
    const auto begin = reached
                           ? std::upper_bound(to.users.begin(), to.users.end(), *reached, is_before)
                           : to.users.begin();
    const auto end =
        begin + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(most), to.users.end() - begin);
    return {begin, end};
}

/// How far a form has come.
struct Progress {
    std::optional<UserId> reached{}; ///< up to this one all have their message
    std::int64_t done = 0;           ///< how many messages
    bool more = true;
};

// The last entry that each batch writes into the log says how far the form has come then, beside
// what Django tells there; Django passes it over:
// [{"added": {}}, {"many": {"form": "0f…", "reached": "200", "done": 200, "more": true}}]

std::string with_progress(
    Page& page, std::string_view change_message, const ManyUsers& to, const Progress& progress
) {
    boost::json::value told = boost::json::parse(change_message);
    told.as_array().push_back(boost::json::object{
        {progress_key,
         boost::json::object{
             {"form", to.identity},
             {"reached", user_key_text(page, progress.reached.value())},
             {"done", progress.done},
             {"more", progress.more}}}});
    return django::write_spaced_python_json(told);
}

Progress read_progress(Page& page, const ManyUsers& to) {
    const auto change_message = store::select_change_message_with(
        page.request.database(), page.user.id, to.since, fmt::format(R"("form": "{}")", to.identity)
    );
    if (!change_message) {
        return {};
    }
    const boost::json::value told = boost::json::parse(*change_message);
    const boost::json::object& many =
        told.as_array().back().as_object().at(progress_key).as_object();
    const boost::json::string& reached = many.at("reached").as_string();
    return {
        page.request.site.users.table().parse_key(std::string_view(reached)),
        many.at("done").as_int64(),
        many.at("more").as_bool()};
}

/// One transaction. It goes on where the log says that others have come to: an earlier request, or
/// one for the same form that still runs.
ManyUsers add_batch(Page& page, const MessageForm& form, ManyUsers to, std::size_t most) {
    sql::Connection& connection = page.request.database();
    store::lock_admin_log_of(connection, page.request.site.users, page.user.id);
    Progress progress = read_progress(page, to);
    to.last = 0;
    if (progress.more) {
        auto users = next_users(page, to, progress.reached, most + 1);
        progress.more = users.size() > most;
        users.resize(std::min(users.size(), most));
        to.last = std::ssize(users);
        progress.done += to.last;
        const Timestamp now = page.request.site.clock();
        std::vector<store::AdminLogEntry> entries;
        entries.reserve(users.size());
        for (const UserId& user : users) {
            entries.push_back(save_new(page, form, user, now).log);
        }
        if (!entries.empty()) {
            progress.reached = users.back();
            entries.back().change_message =
                with_progress(page, entries.back().change_message, to, progress);
            store::insert_admin_log(connection, entries);
        }
        if (!progress.more) {
            page.notify(
                level::success,
                page.say("Successfully added {} {}.", counted_messages(page, progress.done))
            );
        }
    }
    to.done = progress.done;
    to.is_finished = !progress.more;
    return to;
}

} // namespace

bool is_for_many_users(const FormValues& posted) {
    return is_checked(posted, "all_users") || !text::strip(value_of(posted, "user_names")).empty();
}

boost::json::object
many_users_part(Page& page, const FormValues& values, const FieldErrors& errors) {
    const auto mark = read_mark(page, value_of(values, form_name));
    return {
        {"form", mark ? mark->text : new_mark(page).text},
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
    const std::string_view text = value_of(posted, form_name);
    const auto mark = text.empty() ? new_mark(page) : read_mark(page, text);
    if (!mark) {
        cleaned.errors.push_back(
            page.say("This form is more than a day old. Saving it again begins "
                     "anew, also for those who have its message.")
        );
        return cleaned;
    }
    to.form = mark->text;
    to.since = mark->since;
    to.identity = identity_of(page, *mark, posted);
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
        metrics::process_metrics().sent[metrics::SentVia::admin].add(
            static_cast<std::uint64_t>(to.last)
        );
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
        if (name != "csrfmiddlewaretoken" && name != form_name) {
            fields.emplace_back(name, value);
        }
    }
    fields.emplace_back(form_name, to.form);
    return show_progress(
        page,
        page.say("Add {}", std::array{page.say("message")}),
        page.say("Added so far: {} {}. There may be more.", counted_messages(page, to.done)),
        fields,
        way_back(page)
    );
}

} // namespace drf_messages::admin
