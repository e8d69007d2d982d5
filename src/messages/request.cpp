// SPDX-License-Identifier: MIT
#include "messages/db_storage.hpp"
#include "messages/request_state.hpp"

#include <drf_messages/message_storage.hpp>
#include <drf_messages/request.hpp>
#include <drf_messages/transaction.hpp>

#include <memory>
#include <stdexcept>
#include <utility>

namespace drf_messages {
namespace {

void refuse_moved(const std::shared_ptr<messages::RequestState>& state) {
    if (!state) {
        throw std::logic_error("the request was moved from");
    }
}

/// The same visitor on another way to the database.
std::shared_ptr<messages::RequestState> make_inner_state(
    std::shared_ptr<messages::DatabaseAccess> database,
    const std::shared_ptr<messages::RequestState>& shared
) {
    refuse_moved(shared);
    const messages::RequestState& outer = *shared;
    outer.refuse_ended();
    auto state = std::make_shared<messages::RequestState>();
    state->database = std::move(database);
    state->outer = shared;
    state->viewer = outer.viewer;
    state->view_name = outer.view_name;
    state->storage = outer.storage;
    const auto* stored = dynamic_cast<const messages::DBStorage*>(outer.storage);
    if (stored != nullptr && !stored->fallback()) {
        state->owned_storage = std::make_unique<messages::DBStorage>(
            *state->database, state->viewer, state->view_name
        );
        state->owned_storage->set_level(stored->level());
        state->storage = state->owned_storage.get();
    }
    return state;
}

/// Of a request without middleware, which would have updated the storage. Says nothing of an inner
/// request: its outer one goes on.
void warn_of_losses(const messages::RequestState& state) noexcept {
    if (!state.owned_storage || state.outer) {
        return;
    }
    try {
        messages::log_losses(*state.owned_storage, *state.database, state.view_name);
    } catch (...) {
        // The log failed; there is nobody else to tell.
    }
}

} // namespace

Request::Request(Transaction& transaction, Request& outer)
    : Request(make_inner_state(transaction.database(), outer.state())) {}

Request::Request(std::shared_ptr<messages::RequestState> state) : state_(std::move(state)) {}

Request::~Request() {
    if (!state_) {
        return;
    }
    const auto& outer = state_->outer;
    if (outer && outer->storage != nullptr && state_->storage != nullptr && state_->storage->used) {
        outer->storage->rows_were_marked();
    }
    warn_of_losses(*state_);
    state_->end();
}

Request::Request(Request&&) noexcept = default;

Request& Request::operator=(Request&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
}

const Viewer& Request::viewer() const {
    refuse_moved(state_);
    return state_->viewer;
}

const std::string& Request::view_name() const {
    refuse_moved(state_);
    return state_->view_name;
}

void Request::update(http::Response& response) {
    MessageStorage(state_).update(response);
}

} // namespace drf_messages
