// SPDX-License-Identifier: MIT
#include "admin/list_filters.hpp"

#include "admin/admin_site.hpp"
#include "admin/lookup_names.hpp"
#include "html/escape.hpp"
#include "messages/level_tag.hpp"
#include "store/admin_list.hpp"
#include "store/message_row.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <initializer_list>
#include <optional>
#include <set>
#include <utility>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::months;
using std::chrono::year_month_day;
using std::chrono::years;

constexpr std::uint64_t window_of_choices = most_counted;
constexpr std::size_t most_choices = 100;

/// The parameters of a choice.
using Terms = std::vector<std::pair<std::string, std::string>>;

class Filter {
public:
    /// - fields: how its parameters begin.
    Filter(
        const Page& page,
        const ChangeListUrl& url,
        std::string_view label,
        std::initializer_list<std::string_view> fields
    )
        : page_(page), url_(url) {
        filter_["title"] = page.say("By {}", std::array{std::string(label)});
        filter_["fields"] = json::array(fields.begin(), fields.end());
        filter_["hint"] = "";
    }

    /// - hint: what stands behind the text, for who points at it.
    void
    add(std::string_view text, const std::string& address, bool selected, std::string_view hint = {}
    ) {
        choices_.push_back(json::object{
            {"text", html::visible(text)},
            {"url", address},
            {"selected", selected},
            {"hint", html::visible(hint)}});
    }

    /// Says that there are more than the choices.
    void add_hint(std::string_view text) { filter_["hint"] = page_.say(text); }

    std::size_t size() const { return choices_.size(); }
    json::object done() {
        filter_["choices"] = std::move(choices_);
        return std::move(filter_);
    }

    /// What is asked by a name; absent where it is not asked.
    std::optional<std::string_view> asked(std::string_view name) const { return url_.get(name); }
    bool is_asked(std::string_view name, std::string_view value) const {
        const auto& all = url_.parameters();
        return std::any_of(all.begin(), all.end(), [&](const Parameter& parameter) {
            return parameter.name == name &&
                   std::find(parameter.values.begin(), parameter.values.end(), value) !=
                       parameter.values.end();
        });
    }
    const Page& page() const { return page_; }
    const ChangeListUrl& url() const { return url_; }

private:
    const Page& page_;
    const ChangeListUrl& url_;
    json::object filter_;
    json::array choices_;
};

/// As Python writes the moment at which a day begins: "2024-01-06 00:00:00+01:00".
std::string begin_of(local_days day, const Settings& settings, const text::TimeZone& zone) {
    const year_month_day date(day);
    std::string text = fmt::format(
        "{:04}-{:02}-{:02} 00:00:00",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day())
    );
    if (settings.use_tz) {
        const auto offset = zone.offset_at(zone.nearest_moment(text::TimeZone::LocalTime(day)));
        const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
        constexpr auto hour = 60;
        text += fmt::format(
            "{}{:02}:{:02}",
            minutes < 0 ? '-' : '+',
            std::abs(minutes) / hour,
            std::abs(minutes) % hour
        );
    }
    return text;
}

/// The choices of Django's DateFieldListFilter.
json::object date_filter(
    const Page& page,
    const ChangeListUrl& url,
    std::string_view field,
    std::string_view name,
    bool nullable
) {
    Filter filter(page, url, name, {field});
    const auto& site = page.request.site;
    const auto& zone = page.site.time_zone;
    const std::string generic = fmt::format("{}__", field);
    std::set<std::pair<std::string, std::string>> asked;
    for (const Parameter& parameter : url.parameters()) {
        if (parameter.name.starts_with(generic)) {
            asked.emplace(parameter.name, parameter.values.back());
        }
    }
    const auto add = [&](std::string_view text, const Terms& terms) {
        const std::array<std::string_view, 1> removed{generic};
        const std::vector<ChangeListUrl::Change> changes(terms.begin(), terms.end());
        const std::set<std::pair<std::string, std::string>> wanted(terms.begin(), terms.end());
        filter.add(page.say(text), url.with(changes, removed), wanted == asked);
    };
    const auto span = [&](local_days begin, local_days end) {
        return Terms{
            {generic + "gte", begin_of(begin, site.settings, zone)},
            {generic + "lt", begin_of(end, site.settings, zone)}};
    };
    const auto today = std::chrono::floor<days>(zone.local_at(site.clock()));
    const auto tomorrow = today + days(1);
    const year_month_day date(today);
    const auto first_of_month = date.year() / date.month() / 1;
    const auto first_of_year = date.year() / std::chrono::January / 1;
    add("Any date", {});
    add("Today", span(today, tomorrow));
    add("Past 7 days", span(today - days(7), tomorrow));
    add("This month", span(local_days(first_of_month), local_days(first_of_month + months(1))));
    add("This year", span(local_days(first_of_year), local_days(first_of_year + years(1))));
    if (nullable) {
        add("No date", {{generic + "isnull", "True"}});
        add("Has date", {{generic + "isnull", "False"}});
    }
    return filter.done();
}

/// The choice that asks for nothing: without all lookups of the field that begin so.
void add_all(Filter& filter, std::initializer_list<std::string_view> names) {
    filter.add(
        filter.page().say("All"),
        filter.url().with({}, names),
        std::ranges::none_of(
            names, [&](std::string_view name) { return filter.asked(name).has_value(); }
        )
    );
}

/// A choice that asks for one value.
void add_value(
    Filter& filter,
    std::string_view text,
    std::string_view name,
    std::string_view null_name,
    std::string_view value,
    std::string_view hint = {}
) {
    const std::array<ChangeListUrl::Change, 2> changes{{{name, value}, {null_name, std::nullopt}}};
    filter.add(text, filter.url().with(changes), filter.is_asked(name, value), hint);
}

/// A text of tags, and the rows that have it.
struct TagChoice {
    std::string_view text;
    std::vector<std::string> ids;
};

std::vector<TagChoice> tag_choices(const store::ListChoices& choices) {
    std::vector<TagChoice> found;
    for (const std::string& text : choices.tag_texts) {
        found.push_back({text, {}});
    }
    for (const auto& [id, text] : choices.tags) {
        auto same = std::ranges::find(found, text, &TagChoice::text);
        if (same == found.end()) {
            same = found.insert(same, {text, {}});
        }
        same->ids.push_back(fmt::format("{}", id));
    }
    return found;
}

/// One choice for each text: by the id of the row where there is only one, as in Django, else by
/// the text.
json::object
tag_filter(const Page& page, const ChangeListUrl& url, const store::ListChoices& choices) {
    constexpr std::string_view id_name = "extra_tags__id__exact";
    constexpr std::string_view null_name = "extra_tags__isnull";
    Filter filter(page, url, "message tag", {"extra_tags", tag_text_name});
    const auto asks = [&](std::optional<std::string_view> id,
                          std::optional<std::string_view> text,
                          std::optional<std::string_view> none) {
        return url.with(std::array<ChangeListUrl::Change, 3>{
            {{id_name, id}, {tag_text_name, text}, {null_name, none}}});
    };
    add_all(filter, {id_name, tag_text_name, null_name});
    for (const TagChoice& choice : tag_choices(choices)) {
        const bool by_id = choice.ids.size() == 1;
        filter.add(
            choice.text,
            by_id ? asks(choice.ids.front(), {}, {}) : asks({}, choice.text, {}),
            filter.is_asked(tag_text_name, choice.text) ||
                std::ranges::any_of(
                    choice.ids, [&](const std::string& id) { return filter.is_asked(id_name, id); }
                )
        );
    }
    filter.add("-", asks({}, {}, "True"), filter.asked(null_name).has_value());
    if (!choices.tag_texts.empty()) {
        filter.add_hint(choices.more_tag_texts ? "There are more." : "The newest of them.");
    }
    return filter.done();
}

json::object
level_filter(const Page& page, const ChangeListUrl& url, const store::ListChoices& choices) {
    constexpr std::string_view name = "level";
    constexpr std::string_view null_name = "level__isnull";
    Filter filter(page, url, "level", {"level"});
    const auto& settings = page.request.site.settings;
    std::set<std::int64_t> levels(choices.levels.begin(), choices.levels.end());
    if (choices.more_messages) {
        // Those that are further back are not known.
        for (const auto& [level, tag] : settings.level_tags) {
            levels.insert(level);
        }
    }
    add_all(filter, {name, null_name});
    for (const std::int64_t level : levels) {
        const std::string number = fmt::format("{}", level);
        const auto tag = messages::level_tag(settings, store::level_of(level));
        add_value(filter, number, name, null_name, number, tag);
    }
    return filter.done();
}

json::object
view_filter(const Page& page, const ChangeListUrl& url, const store::ListChoices& choices) {
    constexpr std::string_view name = "view";
    constexpr std::string_view null_name = "view__isnull";
    Filter filter(page, url, "view", {"view"});
    add_all(filter, {name, null_name});
    for (const std::string& view : choices.views) {
        add_value(filter, view, name, null_name, view);
    }
    if (choices.more_views) {
        filter.add_hint("There are more.");
    } else if (choices.more_messages) {
        filter.add_hint("Those of the newest messages.");
    }
    return filter.done();
}

/// Without the keys, which open the sessions.
json::object session_filter(const Page& page, const ChangeListUrl& url) {
    constexpr std::string_view name = "session__session_key__exact";
    constexpr std::string_view null_name = "session__isnull";
    Filter filter(page, url, "session", {"session"});
    add_all(filter, {name, null_name});
    const auto add = [&](std::string_view text, std::string_view value) {
        const std::array<ChangeListUrl::Change, 2> changes{
            {{name, std::nullopt}, {null_name, value}}};
        filter.add(page.say(text), url.with(changes), filter.is_asked(null_name, value));
    };
    add("Has session", "False");
    add("No session", "True");
    return filter.done();
}

} // namespace

json::array list_filters(Page& page, const ChangeListUrl& url, const ListResults& results) {
    const auto choices = store::select_list_choices(
        page.request.database(), results.newest, window_of_choices, most_choices
    );
    json::array filters;
    filters.push_back(date_filter(page, url, "created", "created", false));
    if (!choices.tags.empty() || !choices.tag_texts.empty()) {
        filters.push_back(tag_filter(page, url, choices));
    }
    filters.push_back(level_filter(page, url, choices));
    filters.push_back(date_filter(page, url, "read_at", "read at", true));
    filters.push_back(view_filter(page, url, choices));
    filters.push_back(session_filter(page, url));
    return filters;
}

} // namespace drf_messages::admin
