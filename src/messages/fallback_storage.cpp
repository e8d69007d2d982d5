// SPDX-License-Identifier: MIT
#include "messages/fallback_storage.hpp"

#include <iterator>
#include <utility>

namespace drf_messages::messages {

KeptMessages FallbackStorage::load() {
    KeptMessages all;
    for (Place& place : places_) {
        KeptMessages kept = place.storage->load();
        all.all_retrieved = kept.all_retrieved;
        if (!kept.present) {
            break;
        }
        all.present = true;
        place.in_use = !kept.messages.empty();
        all.messages.insert(
            all.messages.end(),
            std::make_move_iterator(kept.messages.begin()),
            std::make_move_iterator(kept.messages.end())
        );
        if (kept.all_retrieved) {
            break;
        }
    }
    return all;
}

std::vector<DjangoMessage> FallbackStorage::store(
    std::vector<DjangoMessage> messages, http::Response* response, bool /*remove_oldest*/
) {
    for (Place& place : places_) {
        if (!messages.empty()) {
            messages = place.storage->store(std::move(messages), response, false);
        } else if (place.in_use) {
            // Its messages were shown, or are now in the place before it.
            place.storage->store({}, response, false);
            place.in_use = false;
        }
    }
    return messages;
}

} // namespace drf_messages::messages
