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
    {"home", "Home"},
    {"view_site", "View site"},
    {"welcome", "Welcome,"},
    {"breadcrumbs", "Breadcrumbs"},
    {"user_tools", "User tools"},
    {"notices", "Notices"},
    {"correct_error", "Please correct the error below."},
    {"correct_errors", "Please correct the errors below."},
    // the index
    {"add", "Add"},
    {"change", "Change"},
    {"view", "View"},
    {"no_permission", "You don’t have permission to view or edit anything."},
    {"recent_actions", "Recent actions"},
    {"my_actions", "My actions"},
    {"none_available", "None available"},
    {"unknown_content", "Unknown content"},
    {"models_in", "Models in the {} application"},
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
    // after a log-out
    {"thanks", "Thanks for spending some quality time with the Web site today."},
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
