// SPDX-License-Identifier: MIT
#pragma once

#include "admin/lookup_regex.hpp"
#include "admin/page.hpp"
#include "middleware/posted_form.hpp"
#include "store/admin_list.hpp"

#include <drf_messages/condition.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::admin {

/// An action on selected messages, for those who have the permission.
struct Action {
    std::string name;  ///< "delete_selected"
    std::string label; ///< "Delete selected messages", in the page's language
};

/// The actions that the page's user may run, in the order in which the list offers them.
std::vector<Action> actions(const Page& page);

/// The list that an action is posted to: it changes nothing that is not in there.
struct ActionTarget {
    Condition where;                        ///< the messages that the list's filters let through
    std::vector<store::RowTest> tests;      ///< and what is asked of each of them
    std::shared_ptr<MatchingTime> matching; ///< what the tests may take
    /// Of the window through which the list looks; a form may have that of an earlier one.
    std::optional<store::WindowEdge> edge;
    std::string list_url; ///< with its query
};

/// Runs what the form asks for. Absent where it asks for nothing that the user may do: the list is
/// shown then.
/// - Django: ModelAdmin.changelist_view and response_action.
std::optional<http::Response>
run_action(Page& page, const middleware::PostedForm& posted, const ActionTarget& target);

} // namespace drf_messages::admin
