// SPDX-License-Identifier: MIT
#include "admin/message_form_page.hpp"

#include "admin/message_form_fields.hpp"
#include "admin/object_pages.hpp"
#include "admin/page_frame.hpp"
#include "html/escape.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

/// Django: templatetags/admin_modify.py, submit_row.
json::object ways_on(Page& page, const FormSubject& subject, const FormPage& shown) {
    const ModelPermissions& may = page.may.messages;
    const bool changes = subject.message.has_value();
    json::object ways{
        {"save", shown.can_save},
        {"add_another", shown.can_save && may.add && !shown.is_popup},
        {"go_on", shown.can_save && may.view_or_change() && !shown.is_popup},
        {"can_change", may.change},
        {"delete_url", ""},
        {"close_url", shown.can_save ? std::string() : filtered_list_url(page)},
        {"history_url", ""}};
    if (changes && !shown.is_popup) {
        const auto way = [&](std::string_view below) {
            return with_preserved_filters(page, message_url(page, subject.message->id, below));
        };
        ways["history_url"] = way("history/");
        ways["delete_url"] = may.remove ? way("delete/") : std::string();
    }
    return ways;
}

} // namespace

http::Response
show_form(Page& page, const FormSubject& subject, const MessageForm& form, const FormPage& shown) {
    const std::string_view title = !subject.message ? "Add {}"
                                   : shown.can_save ? "Change {}"
                                                    : "View {}";
    auto path = page.crumbs();
    const std::string heading = page.say(title, std::array{page.say("message")});
    std::string subtitle;
    if (subject.message) {
        subtitle = html::visible(subject.message->message);
        path.push_back({message_crumb(page, subject.message->id, subject.message->message).text, ""}
        );
    } else {
        path.push_back({heading, ""});
    }
    json::array fields = form_fields(page, subject, form, shown.can_save);
    json::value tags = tag_fields(page, subject, form);
    json::object context = page.context(heading, path);
    if (!subtitle.empty()) {
        context["title"] =
            fmt::format("{} | {}", subtitle, std::string_view(context["title"].get_string()));
    }
    const std::size_t errors = form.error_count() + shown.errors_of_many_users;
    if (errors > 0) {
        mark_as_error(context, page.request, page.texts);
    }
    context["subtitle"] = subtitle;
    context["error_note"] = errors == 0 ? std::string()
                                        : page.say(
                                              errors == 1 ? "Please correct the error below."
                                                          : "Please correct the errors below."
                                          );
    context["rows"] = std::move(fields);
    context["tags"] = std::move(tags);
    context["ways"] = ways_on(page, subject, shown);
    context["is_popup"] = shown.is_popup;
    context["to_field"] = shown.to_field;
    context["many_users"] =
        shown.many_users.empty() ? json::value(nullptr) : json::value(shown.many_users);
    context["add_tag"] = page.say("Add another {}", std::array{page.say("Message tag")});
    return page.show("admin_form", context);
}

} // namespace drf_messages::admin
