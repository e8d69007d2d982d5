// SPDX-License-Identifier: MIT
#pragma once

#include "admin/message_form.hpp"
#include "admin/page.hpp"
#include "http/message.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>

namespace drf_messages::admin {

/// What stands around a form.
struct FormPage {
    bool can_save = false;
    bool is_popup = false;
    std::string to_field{};
    /// Its part for many users, as message_form_many.hpp makes it; empty: without one.
    boost::json::object many_users{};
    std::size_t errors_of_many_users = 0;
};

/// The page with the form, and with what is wrong with it.
http::Response
show_form(Page& page, const FormSubject& subject, const MessageForm& form, const FormPage& shown);

} // namespace drf_messages::admin
