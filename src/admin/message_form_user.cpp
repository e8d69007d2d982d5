// SPDX-License-Identifier: MIT
#include "admin/message_form_user.hpp"

#include "text/python_text.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <span>

namespace drf_messages::admin {
namespace {

constexpr int most_found_users = 20;
constexpr std::size_t longest_search = 150; ///< characters: Django's longest name

const store::UserStore& users_of(const Page& page) {
    return page.request.site.users;
}

std::optional<UserId> user_by_key(Page& page, std::string_view posted) {
    const store::UserTable& table = users_of(page).table();
    std::string key(text::strip(posted));
    if (table.key_kind == store::KeyKind::integer) {
        key = text::parse_integer(key).value_or("");
    }
    if (key.find('\0') != std::string::npos) {
        return std::nullopt;
    }
    const auto id = table.parse_key(key);
    const auto user = id ? users_of(page).select_user(page.request.database(), *id) : std::nullopt;
    return user ? std::optional(user->id) : std::nullopt;
}

std::optional<UserId> user_by_name(Page& page, std::string_view name) {
    if (name.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    sql::Connection& connection = page.request.database();
    auto user = users_of(page).select_user_by_name(connection, name);
    if (!user && text::strip(name) != name) {
        user = users_of(page).select_user_by_name(connection, text::strip(name));
    }
    return user ? std::optional(user->id) : std::nullopt;
}

} // namespace

UserField user_field(Page& page, std::string_view search) {
    sql::Connection& connection = page.request.database();
    UserField field;
    field.users = store::first_users(connection, users_of(page), most_selectable_users + 1);
    field.is_select = field.users.size() <= most_selectable_users;
    if (!field.is_select) {
        field.users.clear();
        field.searched = text::strip(search);
        if (!field.searched.empty() && field.searched.find('\0') == std::string::npos &&
            text::utf8_length(field.searched) <= longest_search) {
            field.users =
                store::search_users(connection, users_of(page), field.searched, most_found_users);
        }
    }
    std::sort(field.users.begin(), field.users.end(), [](const auto& one, const auto& other) {
        return one.second < other.second;
    });
    return field;
}

Cleaned<std::optional<UserId>> clean_user(Page& page, const FormValues& posted) {
    const std::string_view key = value_of(posted, "user");
    const std::string_view name = value_of(posted, "user_search");
    const bool by_key = !key.empty() && (text::strip(name).empty() ||
                                         text::strip(name) == value_of(posted, "user_searched"));
    if (!by_key && text::strip(name).empty()) {
        return {{}, {page.say("This field is required.")}};
    }
    Cleaned<std::optional<UserId>> cleaned;
    cleaned.value = by_key ? user_by_key(page, key) : user_by_name(page, name);
    if (!cleaned.value) {
        cleaned.errors.push_back(page.say(unavailable_choice));
    }
    return cleaned;
}

std::string user_key_text(const Page& page, const UserId& user) {
    return users_of(page).table().key_text(user);
}

std::string user_name(Page& page, const UserId& user) {
    const auto names =
        store::select_user_names(page.request.database(), users_of(page), std::span(&user, 1));
    return names.empty() ? std::string() : names.front().second;
}

} // namespace drf_messages::admin
