// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"
#include "middleware/http_request.hpp"
#include "model/user.hpp"
#include "pages/page_texts.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/time.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::admin {

class AdminSite;

/// Where the pages of messages are, below the index.
inline constexpr std::string_view list_path = "drf_messages/message/";
inline constexpr std::string_view add_path = "drf_messages/message/add/";

/// What a user may do with the rows of one model: Django's four permissions.
struct ModelPermissions {
    bool view = false;
    bool add = false;
    bool change = false;
    bool remove = false; ///< Django's `delete`

    bool any() const noexcept { return view || add || change || remove; }
    /// Django: ModelAdmin.has_view_or_change_permission.
    bool view_or_change() const noexcept { return view || change; }
};

struct Permissions {
    ModelPermissions messages;
    ModelPermissions tags;
};

/// A step of the path at the top of a page; the last has no URL.
struct Crumb {
    std::string text;
    std::string url{};
};

/// A request for a page of the admin by somebody who may enter it, and what all pages are made of.
/// Its CSRF token has been verified.
class Page {
public:
    /// - root: the path of the index, as request.path has it.
    Page(
        const AdminSite& site,
        middleware::HttpRequest& request,
        const User& user,
        std::string_view root
    );

    middleware::HttpRequest& request;
    const AdminSite& site;
    const User& user;
    const Permissions may;
    const pages::PageTexts texts;

    /// The text in the page's language; an admin text of the page's own is a row of
    /// admin_texts.cpp, the German one of locale/german.cpp.
    std::string say(std::string_view english, std::span<const std::string> arguments = {}) const {
        return texts.say(english, arguments);
    }
    /// A moment as the page shows it, by the site's clock.
    std::string when(Timestamp moment) const;

    /// The path to a page of the admin as links and redirects have it.
    /// - below: "", "drf_messages/message/", "drf_messages/message/3/change/".
    std::string url(std::string_view below) const;
    /// That of the form of a message.
    /// - object_id: any text; quoted here.
    std::string change_url(std::string_view object_id) const;

    /// "Home", "DRF Messages" and "Messages" with links; what follows is the view's.
    std::vector<Crumb> crumbs() const;

    /// What every template is given: besides that of site_page() `heading`, `site_title`,
    /// `site_name`, `index_url`, `site_url`, `log_out_url`, `user`, `token` (for every form),
    /// `crumbs`, `notices`, and the admin's texts as {{a.NAME}}. Shows the reader's notices, which
    /// marks them as read; call it once, when the page is certain to be shown.
    /// - title: the heading; the document's title is made of it.
    boost::json::object context(std::string_view title, const std::vector<Crumb>& path);
    /// - name: of the template: "admin_list".
    http::Response
    show(std::string_view name, const boost::json::object& context, int status = 200) const;

    http::Response redirect(std::string_view location) const;
    /// Django's plain 403 page, where the user lacks a permission.
    http::Response forbidden() const;
    /// Django's plain 404 page.
    http::Response not_found() const;
    /// 405 with Allow, where the view has no code for the method.
    http::Response only_methods(std::string_view allowed) const;
    /// A notice that there is no such message, and the way to the index.
    /// - object_id: as in the path.
    http::Response unknown_message(std::string_view object_id);

    /// Leaves the user a notice, which their next page shows; cut to what a row holds. A write: run
    /// it in the transaction of what it tells.
    void notify(Level level, std::string_view text);

private:
    http::Response uncached(http::Response response) const;

    std::string root_;
    std::vector<std::string> kept_; ///< notices that stand in memory, each once
};

/// A part of a path with what Django's admin quotes in it as it was: "_2F" is "/".
/// - Django: contrib/admin/utils.py, unquote.
std::string unquote(std::string_view object_id);

/// The other way round.
std::string quote(std::string_view object_id);

/// The id in a path or a form, as Django's admin reads it; absent for one that no message can have.
std::optional<MessageId> parse_message_id(std::string_view object_id);

/// What pages show of a session key, which opens the session to whoever knows all of it.
std::string masked_session_key(std::string_view key);

} // namespace drf_messages::admin
