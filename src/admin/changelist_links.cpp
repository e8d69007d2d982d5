// SPDX-License-Identifier: MIT
#include "admin/changelist_links.hpp"

#include "admin/admin_site.hpp"
#include "admin/lookup_values.hpp"
#include "html/escape.hpp"
#include "locale/date_text.hpp"
#include "store/admin_list.hpp"
#include "store/admin_users.hpp"
#include "text/percent.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr std::string_view year_name = "created__year";
constexpr std::string_view month_name = "created__month";
constexpr std::string_view day_name = "created__day";
/// Years beyond these have no links: a clock has been wrong.
constexpr int most_years = 100;

class Hierarchy {
public:
    Hierarchy(const Page& page, const ChangeListUrl& url, local_days first, local_days last)
        : page_(page), url_(url), first_(first), last_(last) {}

    json::value links() {
        const auto year = asked(year_name, 1, 9999);
        const auto month = year ? asked(month_name, 1, 12) : std::nullopt;
        const auto day = month ? asked(day_name, 1, 31) : std::nullopt;
        if (!year) {
            return unasked();
        }
        const std::chrono::year asked_year(*year);
        if (!month) {
            back_ = json::object{
                {"text", page_.say("All dates")},
                {"url", url_.with({}, std::array<std::string_view, 1>{"created__"})}};
            add_months(asked_year);
            return done();
        }
        const year_month asked_month = asked_year / std::chrono::month(unsigned(*month));
        if (!day) {
            back_ = link(asked_year);
            add_days(asked_month);
            return done();
        }
        back_ = link(asked_month);
        json::object current = link(asked_month / std::chrono::day(unsigned(*day)));
        current["url"] = "";
        links_.push_back(std::move(current));
        return done();
    }

private:
    std::optional<int> asked(std::string_view name, int least, int most) const {
        const auto number = read_integer(url_.get(name).value_or(""));
        return number && number->value && *number->value >= least && *number->value <= most
                   ? std::optional(static_cast<int>(*number->value))
                   : std::nullopt;
    }

    /// The widest part within which there is a choice.
    json::value unasked() {
        const year_month_day first(first_);
        const year_month_day last(last_);
        if (first.year() != last.year()) {
            const auto oldest =
                std::max(first.year(), last.year() - std::chrono::years(most_years));
            for (auto year = oldest; year <= last.year(); ++year) {
                links_.push_back(link(year));
            }
        } else if (first.month() != last.month()) {
            add_months(first.year());
        } else {
            add_days(first.year() / first.month());
        }
        return done();
    }

    void add_months(std::chrono::year year) {
        const year_month_day first(first_);
        const year_month_day last(last_);
        auto month = year / std::chrono::January;
        for (int i = 0; i < 12; ++i, month += std::chrono::months(1)) {
            if (month >= first.year() / first.month() && month <= last.year() / last.month()) {
                links_.push_back(link(month));
            }
        }
    }

    void add_days(year_month month) {
        const auto begin = std::max(local_days(month / 1), first_);
        const auto end = std::min(local_days(month / std::chrono::last), last_);
        for (auto day = begin; day <= end; day += days(1)) {
            links_.push_back(link(year_month_day(day)));
        }
    }

    json::object link(std::chrono::year year) const {
        const int number = static_cast<int>(year);
        return linked(fmt::format("{}", number), number, {}, {});
    }
    json::object link(year_month month) const {
        return linked(
            locale::year_month_text(month, page_.texts.language()),
            static_cast<int>(month.year()),
            static_cast<unsigned>(month.month()),
            {}
        );
    }
    json::object link(year_month_day day) const {
        return linked(
            locale::month_day_text(day.month() / day.day(), page_.texts.language()),
            static_cast<int>(day.year()),
            static_cast<unsigned>(day.month()),
            static_cast<unsigned>(day.day())
        );
    }

    json::object linked(
        std::string text, int year, std::optional<unsigned> month, std::optional<unsigned> day
    ) const {
        std::vector<std::pair<std::string_view, std::string>> terms{
            {year_name, fmt::format("{}", year)}};
        if (month) {
            terms.emplace_back(month_name, fmt::format("{}", *month));
        }
        if (day) {
            terms.emplace_back(day_name, fmt::format("{}", *day));
        }
        const std::vector<ChangeListUrl::Change> changes(terms.begin(), terms.end());
        return {
            {"text", std::move(text)},
            {"url", url_.with(changes, std::array<std::string_view, 1>{"created__"})}};
    }

    json::value done() {
        return json::object{
            {"label", page_.say("Dates")},
            {"back", std::move(back_)},
            {"links", std::move(links_)}};
    }

    const Page& page_;
    const ChangeListUrl& url_;
    local_days first_;
    local_days last_;
    json::value back_;
    json::array links_;
};

/// Whether a choice of a filter, other than that for all, is selected and asks for the parameter.
bool is_shown(const json::array& filters, std::string_view parameter) {
    return std::any_of(filters.begin(), filters.end(), [&](const json::value& filter) {
        const auto& fields = filter.at("fields").as_array();
        const auto& choices = filter.at("choices").as_array();
        return std::any_of(
                   fields.begin(),
                   fields.end(),
                   [&](const json::value& field) {
                       return parameter.starts_with(std::string_view(field.as_string()));
                   }
               ) &&
               std::any_of(choices.begin() + 1, choices.end(), [](const json::value& choice) {
                   return choice.at("selected").as_bool();
               });
    });
}

/// What is asked, in words that show no session key and, of one user, the name.
std::string shown_value(Page& page, const Parameter& parameter, std::string_view value) {
    if (parameter.name.starts_with("session") && !parameter.name.ends_with("__isnull")) {
        return masked_session_key(value);
    }
    const auto& users = page.request.site.users;
    if (parameter.name == "user__id__exact") {
        if (const auto key = users.table().parse_key(value)) {
            const auto names =
                store::select_user_names(page.request.database(), users, std::array{*key});
            return names.empty() ? std::string(value) : names.front().second;
        }
    }
    return std::string(value);
}

} // namespace

std::string with_list_filters(std::string_view address, const ChangeListUrl& url) {
    std::string whole(address);
    if (!url.whole().empty()) {
        whole += "?_changelist_filters=" + text::percent_encode_plus(url.whole());
        whole += url.is_popup() ? "&_popup=1" : "";
        const auto to_field = url.get("_to_field").value_or("");
        whole += to_field.empty() ? "" : "&_to_field=" + text::percent_encode_plus(to_field);
    }
    return whole;
}

json::value date_hierarchy(Page& page, const ChangeListUrl& url, const ListResults& results) {
    const auto range = store::select_created_range(page.request.database(), results.newest);
    if (!range) {
        return nullptr;
    }
    const auto& zone = page.site.time_zone;
    const auto first = std::chrono::floor<days>(zone.local_at(range->first));
    const auto last = std::chrono::floor<days>(zone.local_at(range->second));
    return Hierarchy(page, url, first, last).links();
}

json::array other_lookups(Page& page, const ChangeListUrl& url, const json::array& filters) {
    json::array lookups;
    for (const Parameter& parameter : url.lookups()) {
        if (parameter.name == year_name || parameter.name == month_name ||
            parameter.name == day_name || is_shown(filters, parameter.name)) {
            continue;
        }
        std::string values;
        for (const std::string& value : parameter.values) {
            values += values.empty() ? "" : ", ";
            values += shown_value(page, parameter, value);
        }
        const bool is_user = parameter.name == "user__id__exact";
        lookups.push_back(json::object{
            {"name", is_user ? page.say("User") : html::visible(parameter.name)},
            {"value", html::visible(values)},
            {"url", url.without(parameter.name)}});
    }
    return lookups;
}

} // namespace drf_messages::admin
