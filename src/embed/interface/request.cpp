// SPDX-License-Identifier: MIT
#include "embed/site_parts.hpp"
#include "messages/make_storage.hpp"
#include "messages/request_state.hpp"
#include "middleware/names.hpp"

#include <drf_messages/request.hpp>
#include <drf_messages/site.hpp>
#include <drf_messages/transaction.hpp>

#include <utility>

namespace drf_messages {
namespace {

Viewer viewer_of(const RequestContext& context) {
    Viewer viewer;
    viewer.user = context.user;
    viewer.session_key =
        context.session != nullptr ? context.session->session_key() : context.session_key;
    viewer.has_session = context.session != nullptr || viewer.session_key.has_value();
    return viewer;
}

std::shared_ptr<messages::RequestState>
make_state(std::shared_ptr<messages::DatabaseAccess> database, const RequestContext& context) {
    auto state = std::make_shared<messages::RequestState>();
    state->database = std::move(database);
    state->viewer = viewer_of(context);
    state->view_name = context.view_name;
    if (middleware::is_installed(state->database->settings(), middleware::names::messages)) {
        messages::StorageSources sources{state->viewer, state->view_name};
        sources.session = context.session;
        if (context.http != nullptr) {
            sources.cookie = messages::message_cookie(*context.http);
        }
        state->owned_storage = messages::make_storage(*state->database, std::move(sources));
        state->storage = state->owned_storage.get();
    }
    return state;
}

} // namespace

Request::Request(Site& site, const RequestContext& context)
    : Request(make_state(embed::database_of(site.shared_parts()), context)) {}

Request::Request(Transaction& transaction, const RequestContext& context)
    : Request(make_state(transaction.database(), context)) {}

} // namespace drf_messages
