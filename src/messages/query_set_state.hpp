// SPDX-License-Identifier: MIT
#pragma once

#include "messages/message_origin.hpp"
#include "messages/query_set_factory.hpp"
#include "model/message_query.hpp"
#include "store/message_store.hpp"

#include <drf_messages/message.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace drf_messages::messages {

/// What a query set is: where it reads, whose messages, and which of them. Never changes once a set
/// has it.
struct QuerySetState {
    std::shared_ptr<const MessageOrigin> origin;
    std::optional<store::MessageScope> rows; ///< absent: nobody's
    MessageQuery query;

    bool sliced() const noexcept { return query.offset > 0 || query.limit.has_value(); }
    /// The set is empty, whatever the database contains.
    bool nothing() const noexcept { return !rows || query.limit == 0; }

    /// Whose messages, ready for a statement that returns users.
    store::MessageScope scope(sql::Connection& connection) const;
    /// The messages that `asked` selects from these rows.
    std::vector<Message> fetch(const MessageQuery& asked) const;
};

/// The condition as MessageQuerySet::filter takes it, without comparisons that no stored text can
/// meet: those with text that is not UTF-8, or contains a NUL, are false.
Condition storable(Condition condition);
/// Comparisons with a tag, including negated ones.
std::size_t count_tags(const Condition& condition);
std::size_t count_values(const Condition& condition);

} // namespace drf_messages::messages
