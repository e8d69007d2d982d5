// SPDX-License-Identifier: MIT
#include "messages/session_storage.hpp"

#include "django/message_format.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace drf_messages::messages {

KeptMessages SessionStorage::load() {
    KeptMessages kept;
    if (const std::optional<std::string> json = session_.get(name)) {
        if (auto found = django::decode_session_messages(*json)) {
            kept.messages = *std::move(found);
            kept.present = true;
        }
    }
    return kept;
}

std::vector<DjangoMessage> SessionStorage::store(
    std::vector<DjangoMessage> messages, http::Response* /*response*/, bool /*remove_oldest*/
) {
    if (!session_.writable()) {
        // Those that are there stay, and will be shown again.
        for (const DjangoMessage& kept : load().messages) {
            const auto found = std::find_if(messages.begin(), messages.end(), [&](const auto& one) {
                return one == kept && one.extra_tags == kept.extra_tags;
            });
            if (found != messages.end()) {
                messages.erase(found);
            }
        }
        return messages;
    }
    if (messages.empty()) {
        session_.erase(name);
    } else {
        const django::MessageForms forms = django::message_forms(settings());
        session_.set(name, django::encode_session_messages(messages, forms));
    }
    return {};
}

} // namespace drf_messages::messages
