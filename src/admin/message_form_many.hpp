// SPDX-License-Identifier: MIT
#pragma once

#include "admin/bulk_change.hpp"
#include "admin/message_form.hpp"
#include "admin/message_form_page.hpp"
#include "admin/page.hpp"
#include "http/message.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <vector>

// One message for each of many users: of those who are named, or of all who are active. It is
// written in transactions of a few users each. What one request has no time for, the next goes on
// with: the log says where.

namespace drf_messages::admin {

/// Whether a form is for more than one user.
bool is_for_many_users(const FormValues& posted);

/// What the part for many users of the form shows.
boost::json::object
many_users_part(Page& page, const FormValues& values, const FieldErrors& errors);

/// What is to be done. How much of it is done stands in the log.
struct ManyUsers {
    bool all = false;            ///< who are active
    std::vector<UserId> users{}; ///< else these, in the order of their keys
    std::string form{};          ///< tells the form from others: it can be sent twice
    std::string identity{};      ///< of the form and what is in it, as the log names it
    std::int64_t since = 0;      ///< the log's entries up to this one tell nothing of it
    std::int64_t done = 0;       ///< how many messages, after add_for_many_users()
    std::int64_t last = 0;       ///< how many of them the last transaction has left
    bool is_finished = false;
};

/// Whom the form names. An error too for a form that is too old for it to be known what it has
/// done.
Cleaned<ManyUsers> clean_many_users(Page& page, const FormValues& posted);

/// Writes messages until all is done or the time is over. Begins where earlier requests with the
/// same form have come to; does nothing where that is the end.
void add_for_many_users(
    Page& page, const MessageForm& form, ManyUsers& to, const BulkLimits& limits = {}
);

/// Says how many there are so far, and goes on at the press of a button.
http::Response many_users_progress(Page& page, const FormValues& posted, const ManyUsers& to);

} // namespace drf_messages::admin
