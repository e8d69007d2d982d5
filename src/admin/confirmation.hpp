// SPDX-License-Identifier: MIT
#pragma once

#include "admin/page.hpp"

#include <drf_messages/message.hpp>

#include <boost/json/array.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::admin {

/// How many there are, or more. Above most_counted it is only said that there are more.
struct AtLeast {
    std::int64_t count = 0;
    bool more = false;
};

/// What is to be deleted. Django: contrib/admin/utils.py, get_deleted_objects.
struct Deletion {
    AtLeast messages;
    AtLeast tags;
    std::vector<Message> shown; ///< with their tags; perhaps not all
};

using HiddenFields = std::vector<std::pair<std::string, std::string>>;

/// The page that asks before something is deleted. Its form goes where the page came from.
struct Confirmation {
    std::string question;
    Deletion deletion;
    HiddenFields fields;
    std::string cancel_url;
    bool is_popup = false;
};

enum class Deletes { one, many };

/// - path: up to the page.
http::Response
ask(Page& page, Deletes deletes, std::vector<Crumb> path, const Confirmation& confirmation);

/// For a template: [{"name": "post", "value": "yes"}].
boost::json::array hidden_fields(const HiddenFields& fields);

} // namespace drf_messages::admin
