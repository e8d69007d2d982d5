// SPDX-License-Identifier: MIT
#pragma once

#include "admin/bulk_change.hpp"
#include "admin/message_form.hpp"
#include "admin/message_form_page.hpp"
#include "admin/page.hpp"
#include "http/message.hpp"

#include <boost/json/object.hpp>

#include <optional>

// One message for each of many users: of those who are named, or of all who are active. It is
// written in transactions of a few users each. What one request has no time for, the next goes on
// with: its form says where.

namespace drf_messages::admin {

/// Whether a form is for more than one user.
bool is_for_many_users(const FormValues& posted);

/// What the part for many users of the form shows.
boost::json::object many_users_part(const FormValues& values, const FieldErrors& errors);

/// What is still to be done.
struct ManyUsers {
    bool all = false;                ///< who are active
    std::vector<UserId> users{};     ///< else these, in the order of their keys
    std::optional<UserId> reached{}; ///< up to this one all is done
    std::int64_t done = 0;           ///< how many messages
    Timestamp started{};             ///< the time of all entries of the log
    bool goes_on = false;            ///< something may have been done already
    bool is_finished = false;
};

/// Whom the form names, and what earlier requests have done.
Cleaned<ManyUsers> clean_many_users(Page& page, const FormValues& posted);

/// Writes messages until all is done or the time is over.
void add_for_many_users(
    Page& page, const MessageForm& form, ManyUsers& to, const BulkLimits& limits = {}
);

/// Says how many there are so far, and goes on at the press of a button.
http::Response many_users_progress(Page& page, const FormValues& posted, const ManyUsers& to);

} // namespace drf_messages::admin
