// SPDX-License-Identifier: MIT
#include "messages/message_origin.hpp"
#include "messages/new_message.hpp"
#include "messages/query_set_factory.hpp"
#include "store/message_store.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/field.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/request.hpp>
#include <drf_messages/transaction.hpp>

#include <optional>
#include <stdexcept>
#include <utility>

namespace drf_messages {
namespace {

messages::RequestState& state_of(const Request& request) {
    if (!request.state()) {
        throw std::logic_error("the request was moved from");
    }
    request.state()->refuse_ended();
    return *request.state();
}

/// The message as the database has it now.
Message created(
    const std::shared_ptr<messages::DatabaseAccess>& database,
    std::shared_ptr<messages::RequestState> request,
    const UserId& user,
    const Result<MessageId>& id
) {
    if (id.has_error()) {
        throw Refused(static_cast<errc>(id.error().value()));
    }
    store::MessageScope scope;
    scope.user = user;
    std::optional<Message> message =
        messages::make_query_set(database, {std::move(scope), std::move(request)}).get(*id);
    if (!message) {
        throw Refused(errc::not_found);
    }
    return *std::move(message);
}

} // namespace

MessageManager::MessageManager(Transaction& transaction) : database_(transaction.database()) {}

MessageManager::MessageManager(std::shared_ptr<messages::DatabaseAccess> database)
    : database_(std::move(database)) {}

Message MessageManager::create_message(
    const Request& request, std::string_view message, Level level, const ExtraTags& extra_tags
) {
    const messages::RequestState& state = state_of(request);
    const auto id = messages::create_message(
        *database_, state.viewer, state.view_name, message, level, extra_tags.list()
    );
    return created(database_, request.state(), state.viewer.user.value_or(UserId{}), id);
}

Message MessageManager::create_user_message(
    const UserId& user, std::string_view message, Level level, const ExtraTags& extra_tags
) {
    Viewer viewer;
    viewer.user = user;
    const auto id =
        messages::create_message(*database_, viewer, {}, message, level, extra_tags.list());
    return created(database_, nullptr, user, id);
}

Message MessageManager::create_user_message(
    const Request& request, std::string_view message, Level level, const ExtraTags& extra_tags
) {
    const messages::RequestState& state = state_of(request);
    if (!state.viewer.user) {
        throw Refused(errc::not_found);
    }
    return create_user_message(*state.viewer.user, message, level, extra_tags);
}

MessageQuerySet MessageManager::with_context(const Request& request) const {
    const messages::RequestState& state = state_of(request);
    const bool by_session = database_->settings().messages_use_sessions;
    return messages::make_query_set(
        database_, {store::message_scope(state.viewer, by_session), request.state()}
    );
}

MessageQuerySet MessageManager::all() const {
    store::MessageScope everybody;
    everybody.everybody = true;
    return messages::make_query_set(database_, {std::move(everybody), nullptr});
}

} // namespace drf_messages
