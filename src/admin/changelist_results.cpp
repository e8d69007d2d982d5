// SPDX-License-Identifier: MIT
#include "admin/changelist_results.hpp"

#include "admin/admin_site.hpp"
#include "admin/lookup_names.hpp"
#include "admin/lookup_regex.hpp"
#include "admin/lookups.hpp"
#include "sql/error.hpp"
#include "sql/statement_limit.hpp"
#include "store/admin_messages.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

namespace drf_messages::admin {
namespace {

/// As many as are counted: what fits in such a window needs no second look to be counted.
constexpr std::uint64_t usual_window = most_counted;
constexpr std::uint64_t next_window_factor = 10;
constexpr std::size_t most_ids_of_tags = most_counted;
constexpr std::size_t most_users_of_a_word = 1'000;
constexpr std::chrono::seconds patience{1};

void append(std::vector<Condition>& all, std::vector<Condition> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
}

/// By an index, whatever the other conditions are.
bool is_served(const std::vector<OrderBy>& order) {
    return order.front().field == Field::id ||
           (order.size() == 2 && order.front().field == Field::created && order.front().descending);
}

class Finder {
public:
    Finder(Page& page, const ChangeListUrl& url, const std::vector<OrderBy>& order)
        : page_(page), url_(url), database_(page.request.database()) {
        query_.order = order;
        query_.newest = results_.newest = store::newest_by(database_);
    }

    std::optional<ListResults> find() {
        try {
            if (!plan()) {
                return std::nullopt;
            }
            look();
        } catch (const sql::Error& error) {
            if (error.kind() != sql::ErrorKind::timed_out) {
                throw;
            }
            give_up();
        } catch (const MatchingTookTooLong&) {
            give_up();
        }
        limit_.reset();
        return std::move(results_);
    }

    /// The ids of the asked page; absent where there is no such page.
    std::optional<std::vector<FieldValue>> page_ids(ListResults& results) const {
        results.shows_all = !results.has_pages() || (url_.shows_all() && results.can_show_all());
        std::size_t begin = 0;
        std::size_t end = std::min<std::size_t>(ids_.size(), list_max_show_all);
        if (!results.shows_all) {
            const std::int64_t number = url_.page_number().value_or(0);
            if (number < 1 || number > results.page_count()) {
                return std::nullopt;
            }
            begin = static_cast<std::size_t>((number - 1) * list_per_page);
            end = std::min<std::size_t>(
                static_cast<std::size_t>(results.count), begin + list_per_page
            );
        }
        std::vector<FieldValue> ids;
        ids.reserve(end - begin);
        for (std::size_t i = begin; i < end; ++i) {
            ids.emplace_back(ids_[i].value);
        }
        return ids;
    }

private:
    /// Reads the lookups, and sees what they cost. False where one cannot be read.
    bool plan() {
        const auto& settings = page_.request.site.settings;
        const LookupContext context{
            settings,
            page_.site.time_zone,
            page_.request.site.users.table(),
            [this](Lookup lookup, std::vector<std::int64_t> ids) {
                if (!is_exact(lookup)) {
                    limit_time();
                }
                return store::select_messages_of_tags(
                    database_, lookup, std::move(ids), most_ids_of_tags
                );
            }};
        auto lookups = read_lookups(url_.lookups(), context);
        if (!lookups) {
            return false;
        }
        const bool has_index = query_.newest == store::Newest::by_created;
        if (!url_.words().empty()) {
            limit_time();
            add_search(lookups->typed);
        }
        // Without the index on created the order of the list is that of the newest by their ids.
        const bool narrowed =
            !lookups->filters.empty() || !lookups->tests.empty() ||
            (!has_index && (!lookups->by_created.empty() || is_served(query_.order)));
        may_take_long_ = !lookups->typed.empty() || !is_served(query_.order);
        auto served = std::move(lookups->served);
        auto rest = std::move(lookups->filters);
        append(has_index ? served : rest, std::move(lookups->by_created));
        append(rest, std::move(lookups->typed));
        query_.served = Condition::all_of(std::move(served));
        query_.rest = Condition::all_of(std::move(rest));
        query_.tests = std::move(lookups->tests);
        results_.tests = query_.tests;
        results_.matching = std::move(lookups->matching);
        results_.where = query_.served && query_.rest;
        if (may_take_long_ || url_.window()) {
            limit_time();
        }
        if (narrowed) {
            look_through_the_newest();
        }
        return true;
    }

    /// Each word is in the text, or in the name of the user.
    void add_search(std::vector<Condition>& conditions) {
        for (const std::string& word : url_.words()) {
            if (word.find('\0') != std::string::npos) {
                conditions.push_back(Condition::nothing());
                continue;
            }
            auto users = store::select_users_with_name_like(
                database_, page_.request.site.users, word, most_users_of_a_word
            );
            auto in_text = Condition::compare(Field::message, Lookup::icontains, word);
            conditions.push_back(
                users.empty() ? std::move(in_text)
                              : (std::move(in_text) || Condition::in(Field::user, std::move(users)))
            );
        }
    }

    /// Not for all lists: PostgreSQL runs what has a limit of its own in a connection of its own.
    void limit_time() {
        if (!limit_) {
            limit_.emplace(database_, patience);
        }
    }

    void look_through_the_newest() {
        const std::uint64_t window = std::max(url_.window().value_or(0), usual_window);
        results_.edge = store::select_window_edge(database_, query_.served, query_.newest, window);
        if (!results_.edge) {
            return;
        }
        query_.window = results_.window = window;
        if (window < std::numeric_limits<std::uint64_t>::max() / next_window_factor / 2) {
            results_.next_window = window * next_window_factor;
        }
        may_take_long_ = false;
    }

    void look() {
        if (!may_take_long_) {
            ids_of_first(most_counted + 1);
            count_found();
            return;
        }
        // The page first: counting may take all of the time that is left.
        const std::int64_t number = std::clamp<std::int64_t>(
            url_.page_number().value_or(1), 1, most_counted / list_per_page - 1
        );
        const auto wanted =
            static_cast<std::uint64_t>(std::max(number * list_per_page, list_max_show_all) + 1);
        ids_of_first(wanted);
        const bool may_be_more = ids_.size() == wanted;
        count_found();
        results_.more_than_count = may_be_more;
        if (may_be_more) {
            count_more();
        }
    }

    void count_more() {
        auto page = ids_;
        try {
            ids_of_first(most_counted + 1);
            count_found();
        } catch (const sql::Error& error) {
            if (error.kind() != sql::ErrorKind::timed_out) {
                throw;
            }
            ids_ = std::move(page);
            results_.count = std::ssize(ids_) - 1;
        }
    }

    void ids_of_first(std::uint64_t limit) {
        query_.limit = limit;
        ids_ = store::select_list_ids(database_, query_);
    }

    void count_found() {
        results_.more_than_count = std::ssize(ids_) > most_counted;
        results_.count = std::min<std::int64_t>(std::ssize(ids_), most_counted);
    }

    void give_up() {
        const store::Newest newest = results_.newest;
        results_ = {};
        results_.newest = newest;
        results_.took_too_long = true;
        results_.where = Condition::nothing();
        ids_.clear();
    }

    Page& page_;
    const ChangeListUrl& url_;
    sql::Connection& database_;
    store::AdminListQuery query_;
    ListResults results_;
    std::vector<MessageId> ids_;
    bool may_take_long_ = false;
    std::optional<sql::StatementLimit> limit_;
};

/// The messages of these ids, in their order; those that are gone are left out.
std::vector<Message> rows_of(Page& page, const std::vector<FieldValue>& ids) {
    if (ids.empty()) {
        return {};
    }
    const auto& site = page.request.site;
    const auto everybody = store::everybodys_messages(site.users);
    MessageQuery query;
    query.where = Condition::in(Field::id, ids);
    query.order = {{Field::id, false}};
    auto found = store::select_messages(page.request.database(), everybody, query, site.log);
    std::map<FieldValue, std::size_t> places;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        places[ids[i]] = i;
    }
    std::sort(found.begin(), found.end(), [&](const Message& left, const Message& right) {
        return places[left.id.value] < places[right.id.value];
    });
    return found;
}

std::vector<store::UserName> users_of(Page& page, const std::vector<Message>& rows) {
    std::vector<UserId> keys;
    keys.reserve(rows.size());
    for (const Message& message : rows) {
        keys.push_back(message.user);
    }
    std::sort(keys.begin(), keys.end(), [](const UserId& one, const UserId& other) {
        return one.value < other.value;
    });
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    if (keys.empty()) {
        return {};
    }
    return store::select_user_names(page.request.database(), page.request.site.users, keys);
}

} // namespace

std::optional<ListResults>
find_results(Page& page, const ChangeListUrl& url, const std::vector<OrderBy>& order) {
    Finder finder(page, url, order);
    auto results = finder.find();
    if (!results || results->took_too_long) {
        return results;
    }
    const auto ids = finder.page_ids(*results);
    if (!ids) {
        return std::nullopt;
    }
    results->rows = rows_of(page, *ids);
    results->users = users_of(page, results->rows);
    return results;
}

} // namespace drf_messages::admin
