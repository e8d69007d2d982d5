// SPDX-License-Identifier: MIT
#include "admin/changelist_page.hpp"

#include "admin/changelist_columns.hpp"
#include "admin/changelist_links.hpp"
#include "admin/object_pages.hpp"
#include "html/escape.hpp"
#include "messages/level_tag.hpp"
#include "text/plural.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

/// The orders that a column's head leads to: `first` with it in front, `without` it, and `turned`.
struct NextOrders {
    std::vector<ColumnOrder> first;
    std::vector<ColumnOrder> without;
    std::vector<ColumnOrder> turned;
};

NextOrders next_orders(const std::vector<ColumnOrder>& order, std::int64_t column) {
    NextOrders next;
    ColumnOrder own{column, false};
    for (const ColumnOrder& one : order) {
        if (one.column == column) {
            own.descending = !one.descending;
            next.turned.push_back(own);
        } else {
            next.first.push_back(one);
            next.turned.push_back(one);
            next.without.push_back(one);
        }
    }
    next.first.insert(next.first.begin(), own);
    return next;
}

std::string name_of(const ListResults& results, const UserId& user) {
    const auto found =
        std::find_if(results.users.begin(), results.users.end(), [&](const auto& named) {
            return named.first == user;
        });
    return found == results.users.end() ? "-" : found->second;
}

/// The numbers of pages that have links; 0 for those that are left out. Django: core/paginator.py,
/// get_elided_page_range.
std::vector<std::int64_t> numbers_around(std::int64_t number, std::int64_t last) {
    constexpr std::int64_t on_each_side = 3;
    constexpr std::int64_t on_ends = 2;
    std::vector<std::int64_t> numbers;
    const auto add = [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i <= end; ++i) {
            numbers.push_back(i);
        }
    };
    if (last <= (on_each_side + on_ends) * 2) {
        add(1, last);
        return numbers;
    }
    if (number > on_each_side + on_ends + 2) {
        add(1, on_ends);
        numbers.push_back(0);
        add(number - on_each_side, number);
    } else {
        add(1, number);
    }
    if (number < last - on_each_side - on_ends - 1) {
        add(number + 1, number + on_each_side);
        numbers.push_back(0);
        add(last - on_ends + 1, last);
    } else {
        add(number + 1, last);
    }
    return numbers;
}

} // namespace

std::string with_separators(const Page& page, std::int64_t number) {
    std::string text = fmt::format("{}", number);
    const char separator = page.texts.code().starts_with("de") ? '.' : ',';
    constexpr std::ptrdiff_t group = 3;
    for (auto at = std::ssize(text) - group; at > 0; at -= group) {
        text.insert(static_cast<std::size_t>(at), 1, separator);
    }
    return text;
}

json::array list_headers(const ChangeListUrl& url, std::int64_t first_column) {
    const auto order = url.order().value_or(std::vector<ColumnOrder>());
    json::array headers;
    std::int64_t column = first_column;
    const auto sorted_columns = std::count_if(order.begin(), order.end(), [&](const auto& one) {
        return one.column >= first_column && one.column < first_column + std::ssize(list_columns());
    });
    for (const ListColumn& shown : list_columns()) {
        const auto place = std::find_if(order.begin(), order.end(), [&](const ColumnOrder& one) {
            return one.column == column;
        });
        const NextOrders next = next_orders(order, column);
        json::object header{
            {"name", shown.name},
            {"label", shown.label},
            {"url", url.ordered_by(next.first)},
            {"order", ""},
            {"aria_sort", ""},
            {"priority", ""},
            {"remove_url", ""},
            {"toggle_url", ""}};
        if (place != order.end()) {
            const std::string_view word = place->descending ? "descending" : "ascending";
            header["order"] = word;
            header["aria_sort"] = place == order.begin() ? word : std::string_view();
            if (sorted_columns > 1) {
                header["priority"] = fmt::format("{}", place - order.begin() + 1);
            }
            header["remove_url"] = url.ordered_by(next.without);
            header["toggle_url"] = url.ordered_by(next.turned);
        }
        headers.push_back(std::move(header));
        ++column;
    }
    return headers;
}

json::array list_rows(const Page& page, const ChangeListUrl& url, const ListResults& results) {
    const auto& settings = page.request.site.settings;
    const auto& users = page.request.site.users.table();
    const bool dash_for_empty =
        page.request.site.differences.has(model::Difference::admin_dash_for_empty);
    const auto cell = [&](std::string_view text) {
        return text.empty() && dash_for_empty ? "-" : html::visible(text);
    };
    json::array rows;
    for (const Message& message : results.rows) {
        const auto tag = messages::level_tag(settings, message.level);
        const std::string user_key = users.key_text(message.user);
        const std::array<std::string_view, 1> other_users{"user"};
        const std::array<ChangeListUrl::Change, 1> this_user{{{"user__id__exact", user_key}}};
        rows.push_back(json::object{
            {"id", fmt::format("{}", message.id.value)},
            {"url", with_list_filters(message_url(page, message.id), url)},
            {"link_label",
             message.session ? std::string()
                             : fmt::format("{} {}", page.say("Message"), message.id.value)},
            {"session",
             message.session ? html::visible(masked_session_key(*message.session)) : "-"},
            {"message", cell(message.message)},
            {"level", fmt::format("{}", message.level)},
            {"level_tag", cell(tag)},
            {"read_at", message.read_at ? page.when(*message.read_at) : "-"},
            {"created", page.when(message.created)},
            {"user", html::visible(name_of(results, message.user))},
            {"user_url", url.with(this_user, other_users)}});
    }
    return rows;
}

std::string count_text(const Page& page, const ListResults& results) {
    if (results.more_than_count) {
        const std::array count{with_separators(page, results.count)};
        return fmt::format("{} messages", page.say("more than {}", count));
    }
    return fmt::format("{} message{}", results.count, text::plural(results.count));
}

json::value list_pages(const Page& page, const ChangeListUrl& url, const ListResults& results) {
    if (results.shows_all || !results.has_pages()) {
        return nullptr;
    }
    const auto link = [&](std::int64_t number) { return url.with("p", fmt::format("{}", number)); };
    const std::int64_t current = url.page_number().value_or(1);
    json::array numbers;
    for (const std::int64_t number : numbers_around(current, results.page_count())) {
        numbers.push_back(json::object{
            {"number", fmt::format("{}", number)},
            {"url", number == 0 ? "" : link(number)},
            {"is_gap", number == 0},
            {"is_current", number == current}});
    }
    return json::object{
        {"numbers", std::move(numbers)},
        {"label", page.say("Pages")},
        {"previous_url", current > 1 ? link(current - 1) : ""},
        {"next_url", current < results.page_count() ? link(current + 1) : ""}};
}

} // namespace drf_messages::admin
