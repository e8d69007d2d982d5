// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "store/admin_list.hpp"

#include <drf_messages/condition.hpp>
#include <drf_messages/ids.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::admin {

/// An id, and the text for the log.
using SelectedMessage = std::pair<MessageId, std::string>;

std::vector<MessageId> ids_of(const std::vector<SelectedMessage>& messages);

/// What an action's messages have in common.
struct Wanted {
    Condition where;
    std::vector<store::RowTest> tests; ///< what is asked of each, beside that
};

/// The messages that an action is for, as they are found one after the other, by rising id.
class Selection {
public:
    /// - after, through: of those that are wanted, the ones behind an id, up to another.
    Selection(Wanted wanted, MessageId after, MessageId through);
    /// Some messages, as far as they are wanted.
    Selection(Wanted wanted, const std::vector<MessageId>& ids);

    const Condition& where() const noexcept { return wanted_.where; }
    /// Behind this one they are still to be found.
    MessageId reached() const noexcept { return after_; }
    MessageId through() const noexcept { return through_; }
    bool is_done() const noexcept { return after_.value >= through_.value; }

    /// Finds up to `most` more of them. There may be none among the rows that it looks at, which
    /// are not more than can be read in a moment: ask until is_done().
    std::vector<SelectedMessage> next(sql::Connection& connection, int most);
    /// Finds what lies behind an id once more.
    void go_back_to(MessageId after) { after_ = after; }

private:
    Wanted wanted_;
    MessageId after_;
    MessageId through_;
    std::uint64_t span_; ///< how many ids are looked at next
};

} // namespace drf_messages::admin
