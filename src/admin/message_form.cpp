// SPDX-License-Identifier: MIT
#include "admin/message_form.hpp"

#include "admin/admin_site.hpp"
#include "admin/message_form_user.hpp"
#include "api/wire/datetime_field.hpp"
#include "middleware/posted_form.hpp"
#include "middleware/required.hpp"
#include "store/admin_messages.hpp"
#include "text/datetime.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace drf_messages::admin {
namespace {

constexpr std::string_view widgets[] = {
    "user",
    "user_search",
    "user_searched",
    "user_names",
    "all_users",
    "session_key",
    "view",
    "message",
    "level",
    "read_at_0",
    "read_at_1"};

/// "two\r\nlines" as "two\nlines": a form sends the former for both.
std::string with_plain_line_ends(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r' || text.substr(i + 1, 1) != "\n") {
            plain += text[i];
        }
    }
    return plain;
}

/// The day and the time that the form of a message shows for `read_at`.
std::pair<std::string, std::string>
shown_read_at(const Page& page, const std::optional<Timestamp>& read_at) {
    if (!read_at) {
        return {};
    }
    const auto format = [&](std::string_view in) {
        return text::format_strftime(in, *read_at, page.site.time_zone, text::Offset::absent);
    };
    return {format(page.request.language().day_forms->shown), format("%H:%M:%S")};
}

/// Whether the year is one that a database has, in UTC too.
bool is_in_calendar(Timestamp moment) {
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(moment)};
    return day.year() >= std::chrono::year(1) && day.year() <= std::chrono::year(9999);
}

/// Cleans what was posted.
class Reader {
public:
    Reader(Page& page, const FormSubject& subject, const FormValues& posted)
        : page_(page), before_(subject.message ? &*subject.message : nullptr), subject_(subject),
          posted_(posted) {
        for (const std::string_view name : widgets) {
            if (const auto value = find_value(posted, name)) {
                form_.shown.emplace(name, *value);
            }
        }
    }

    MessageForm read(bool one_user) {
        if (one_user) {
            read_user();
        }
        read_session_key();
        read_view();
        read_message();
        read_level();
        read_read_at();
        return std::move(form_);
    }

private:
    void add_errors(std::string_view field, FieldErrors errors) {
        if (!errors.empty()) {
            form_.errors.emplace(field, std::move(errors));
        }
    }

    void read_user() {
        auto user = clean_user(page_, posted_);
        add_errors("user", std::move(user.errors));
        if (!user.value) {
            return;
        }
        form_.cleaned.user = *user.value;
        if (before_ == nullptr || before_->user != *user.value) {
            form_.changed.emplace_back("User");
        }
    }

    void read_view() {
        auto view = clean_text(value_of(posted_, "view"), view_max_length, page_.texts);
        add_errors("view", std::move(view.errors));
        if (view.value != (before_ ? before_->view : "")) {
            form_.changed.emplace_back("View");
        }
        form_.cleaned.view = std::move(view.value);
    }

    void read_session_key() {
        const std::string before = before_ ? before_->session_key.value_or("") : std::string();
        auto key =
            clean_text(value_of(posted_, "session_key"), session_key_max_length, page_.texts);
        add_errors("session_key", std::move(key.errors));
        if (key.value == masked_session_key(before)) {
            key.value = before;
        }
        if (key.value != before) {
            form_.changed.emplace_back("Session key");
        }
        form_.cleaned.session_key =
            key.value.empty() ? std::nullopt : std::optional(std::move(key.value));
    }

    void read_message() {
        auto text = clean_text(value_of(posted_, "message"), message_max_length, page_.texts);
        add_errors("message", std::move(text.errors));
        if (before_ != nullptr &&
            with_plain_line_ends(text.value) == with_plain_line_ends(before_->message)) {
            text.value = before_->message;
        } else if (before_ != nullptr || !text.value.empty()) {
            form_.changed.emplace_back("Message");
        }
        form_.cleaned.message = std::move(text.value);
    }

    void read_level() {
        const std::string_view posted = value_of(posted_, "level");
        if (posted.empty()) {
            add_errors("level", {page_.say("This field is required.")});
            return;
        }
        const auto choices = level_choices(page_, subject_);
        const auto choice = std::find_if(choices.begin(), choices.end(), [&](const auto& one) {
            return fmt::format("{}", one.first) == posted;
        });
        if (choice == choices.end()) {
            add_errors(
                "level",
                {page_.say(
                    "Select a valid choice. {} is not one of the available choices.",
                    std::array{std::string(posted)}
                )}
            );
            return;
        }
        form_.cleaned.level = choice->first;
        if (before_ == nullptr || before_->level != choice->first) {
            form_.changed.emplace_back("level"); // as Django's log has it, in lower case
        }
    }

    void read_read_at() {
        const auto read = [&](std::string_view day, std::string_view time) {
            return clean_day_and_time(day, time, *page_.request.language().day_forms, page_.texts);
        };
        auto posted = read(value_of(posted_, "read_at_0"), value_of(posted_, "read_at_1"));
        if (!posted.errors.empty()) {
            add_errors("read_at", std::move(posted.errors));
            return;
        }
        const auto before = before_ ? before_->read_at : std::nullopt;
        const auto [day, time] = shown_read_at(page_, before);
        if (posted.value == read(day, time).value) {
            form_.cleaned.read_at = before; // with its microseconds
            return;
        }
        form_.changed.emplace_back("Read at");
        if (!posted.value) {
            return;
        }
        const auto moment =
            api::moment_of(*posted.value, page_.site.time_zone, page_.request.site.settings.use_tz);
        form_.cleaned.read_at = moment.value;
        if (!moment.error.empty()) {
            add_errors("read_at", {page_.say(moment.error.english, moment.error.arguments)});
        } else if (!is_in_calendar(*moment.value)) {
            add_errors("read_at", {page_.say("Enter a valid date.")});
        }
    }

    Page& page_;
    const Message* before_;
    const FormSubject& subject_;
    const FormValues& posted_;
    MessageForm form_;
};

FormValues last_of_each(const std::vector<std::pair<std::string, std::string>>& items) {
    FormValues values;
    for (const auto& [name, value] : items) {
        values.insert_or_assign(name, value);
    }
    return values;
}

} // namespace

std::vector<std::pair<Level, std::string>>
level_choices(const Page& page, const FormSubject& subject) {
    auto choices = page.request.site.settings.level_tags;
    if (subject.message) {
        const Level own = subject.message->level;
        const bool is_known = std::any_of(choices.begin(), choices.end(), [&](const auto& choice) {
            return choice.first == own;
        });
        if (!is_known) {
            choices.emplace_back(own, fmt::format("{}", own));
        }
    }
    return choices;
}

MessageForm new_form(const FormSubject& subject, const FormValues& query) {
    MessageForm form;
    for (const std::string_view name : widgets) {
        if (const auto value = find_value(query, name)) {
            form.shown.emplace(name, *value);
        }
    }
    if (const auto read_at = find_value(query, "read_at")) {
        const std::size_t end_of_day = std::min(read_at->find_first_of(" T"), read_at->size());
        form.shown.emplace("read_at_0", read_at->substr(0, end_of_day));
        form.shown.emplace("read_at_1", read_at->substr(std::min(end_of_day + 1, read_at->size())));
    }
    form.tags = shown_tag_forms(subject.access, subject.tags);
    return form;
}

MessageForm stored_form(Page& page, const FormSubject& subject) {
    const Message& message = subject.message.value();
    MessageForm form;
    form.shown = {
        {"user", user_key_text(page, message.user)},
        {"session_key", masked_session_key(message.session_key.value_or(""))},
        {"view", message.view},
        {"message", message.message},
        {"level", fmt::format("{}", message.level)}};
    std::tie(form.shown["read_at_0"], form.shown["read_at_1"]) =
        shown_read_at(page, message.read_at);
    form.tags = shown_tag_forms(subject.access, subject.tags);
    return form;
}

MessageForm
posted_form(Page& page, const FormSubject& subject, const FormValues& posted, bool one_user) {
    MessageForm form = Reader(page, subject, posted).read(one_user);
    if (subject.access.has_forms) {
        const auto exists = [&](MessageTagId tag) {
            return store::has_tag(page.request.database(), tag);
        };
        form.tags = posted_tag_forms(
            subject.access, subject.tags, subject.id(), posted, exists, page.texts
        );
    }
    return form;
}

MessageForm form_again(Page& page, const FormSubject& subject, const FormValues& posted) {
    MessageForm form = posted_form(page, subject, posted);
    form.errors.clear();
    form.tags.forget_errors();
    if (posted.contains("_add_tag")) {
        form.tags.add_empty_form();
    }
    return form;
}

FormValues posted_values(Page& page) {
    return last_of_each(middleware::PostedForm(page.request).items());
}

FormValues query_values(Page& page) {
    return last_of_each(middleware::required_query(page.request).items());
}

} // namespace drf_messages::admin
