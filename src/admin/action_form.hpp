// SPDX-License-Identifier: MIT
#pragma once

#include "admin/confirmation.hpp"
#include "middleware/posted_form.hpp"
#include "store/admin_list.hpp"

#include <drf_messages/ids.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::admin {

/// What the form of a list says, or that of a page which follows it. Django:
/// contrib/admin/helpers.py, ActionForm.
struct ActionForm {
    explicit ActionForm(const middleware::PostedForm& form);

    bool is_action = false; ///< whether it asks for one at all
    std::string action;     ///< its name; empty without
    bool is_any_selected = false;
    std::vector<MessageId> ids; ///< what is selected; the id of no message is left out
    bool across = false;        ///< all that the list's filters let through instead
    bool is_confirmed = false;

    // what an earlier page has decided
    std::optional<MessageId> through;      ///< the highest id at that time
    std::optional<store::WindowEdge> edge; ///< of the window at that time, if there was one

    // of one that goes on with what an earlier one began
    MessageId after;          ///< up to which all is done
    std::int64_t changed = 0; ///< how many so far
};

/// What a page says of all that the list's filters let through, so that the action reaches no
/// others, however often its form is sent.
HiddenFields bounds_of_all(MessageId through, const std::optional<store::WindowEdge>& edge);

/// What is left for the next form to say.
struct ActionRest {
    std::optional<std::vector<MessageId>> ids{}; ///< absent: all that the filters let through
    MessageId after{};
    MessageId through{};
    std::optional<store::WindowEdge> edge{};
    std::int64_t changed = 0;
};

HiddenFields next_form(const std::string& action, const ActionRest& rest);

} // namespace drf_messages::admin
