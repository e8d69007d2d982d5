// SPDX-License-Identifier: MIT
#include "admin/admin_texts.hpp"

#include <string_view>
#include <utility>

namespace drf_messages::admin {
namespace {

constexpr std::pair<std::string_view, std::string_view> names[] = {
    // all pages
    {"site_name", "Django administration"},
    {"site_title", "Django site admin"},
    {"view_site", "View site"},
    {"welcome", "Welcome,"},
    {"breadcrumbs", "Breadcrumbs"},
    {"notices", "Notices"},
    // the index
    {"add", "Add"},
    {"change", "Change"},
    {"view", "View"},
    {"no_permission", "You don’t have permission to view or edit anything."},
    {"recent_actions", "Recent actions"},
    {"my_actions", "My actions"},
    {"none_available", "None available"},
    // the list
    {"filter", "Filter"},
    {"clear_filters", "Clear all filters"},
    {"remove_filter", "Remove this filter"},
    {"empty", "Empty"},
    {"search", "Search"},
    {"search_hint", "Search texts and usernames"},
    {"action_label", "Action:"},
    {"run_action", "Run the selected action"},
    {"go", "Go"},
    {"select_all", "Select all messages on this page"},
    {"select_one", "Select message"},
    {"remove_sorting", "Remove from sorting"},
    {"toggle_sorting", "Toggle sorting"},
    {"show_all", "Show all"},
    {"look_further", "Look further back"},
    {"database_is_wrong",
     "Something’s wrong with your database installation. Make sure the appropriate database tables "
     "have been created, and make sure the database is readable by the appropriate user."},
    // the form
    {"history", "History"},
    {"save", "Save"},
    {"save_and_add", "Save and add another"},
    {"save_and_continue", "Save and continue editing"},
    {"save_and_view", "Save and view"},
    {"close", "Close"},
    {"delete", "Delete"},
    {"date", "Date"},
    {"time", "Time"},
    {"message_tag", "Message tag"},
    {"message_tags", "Message tags"},
    {"search_user", "Search"},
    {"no_user_found", "No user’s name begins so."},
    {"many_users", "For many users"},
    {"user_names", "Usernames"},
    {"user_names_help", "One a line: these users get the message, in place of the user above."},
    {"all_users", "All active users get the message."},
    // deleting, and other actions
    {"summary", "Summary"},
    {"objects", "Objects"},
    {"yes_sure", "Yes, I’m sure"},
    {"take_me_back", "No, take me back"},
    {"go_on", "Go on"},
    {"stop_here", "Stop here"},
    // the history
    {"date_time", "Date/time"},
    {"user", "User"},
    {"action", "Action"},
    {"no_history",
     "This object doesn’t have a change history. It probably wasn’t added via this admin site."},
};

} // namespace

boost::json::object admin_texts(const pages::PageTexts& texts) {
    boost::json::object named;
    for (const auto& [name, words] : names) {
        named[name] = texts.say(words);
    }
    return named;
}

} // namespace drf_messages::admin
