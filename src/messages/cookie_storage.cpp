// SPDX-License-Identifier: MIT
#include "messages/cookie_storage.hpp"

#include "django/message_format.hpp"
#include "http/cookies.hpp"

#include <chrono>
#include <iterator>

namespace drf_messages::messages {
namespace {

void delete_cookie(const Settings& settings, http::Response& response) {
    response.headers.add(
        "Set-Cookie",
        http::delete_cookie(
            CookieStorage::cookie_name,
            "/",
            settings.session_cookie_domain,
            settings.session_cookie_samesite
        )
    );
}

void set_cookie(
    const Settings& settings,
    std::string_view value,
    std::chrono::sys_seconds now,
    http::Response& response
) {
    http::CookieAttributes attributes;
    attributes.domain = settings.session_cookie_domain;
    attributes.secure = settings.session_cookie_secure;
    attributes.httponly = settings.session_cookie_httponly;
    attributes.samesite = settings.session_cookie_samesite;
    response.headers.add(
        "Set-Cookie", http::set_cookie(CookieStorage::cookie_name, value, attributes, now)
    );
}

/// The fewest messages to leave out so that the others fit; Django 3.2 tries one after the other,
/// later ones search as this does.
template<class Fits>
std::size_t fewest_left_out(std::size_t size, Fits fits) {
    std::size_t low = 0;
    std::size_t high = size;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (fits(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

} // namespace

KeptMessages CookieStorage::load() {
    KeptMessages kept;
    if (!cookie_ || cookie_->empty()) {
        return kept;
    }
    std::vector<std::string> keys{settings().secret_key};
    const std::vector<std::string>& earlier = settings().secret_key_fallbacks;
    keys.insert(keys.end(), earlier.begin(), earlier.end());
    if (auto found =
            django::decode_message_cookie(*cookie_, keys, django::message_forms(settings()))) {
        kept.messages = std::move(found->messages);
        kept.present = true;
        kept.all_retrieved = found->complete;
    } else {
        used = true;
    }
    return kept;
}

std::vector<DjangoMessage> CookieStorage::store(
    std::vector<DjangoMessage> messages, http::Response* response, bool remove_oldest
) {
    if (response == nullptr) {
        return messages;
    }
    if (messages.empty()) {
        delete_cookie(settings(), *response);
        return {};
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(database().now());
    const django::MessageForms forms = django::message_forms(settings());
    const auto encoded = [&](std::span<const DjangoMessage> part, bool complete) {
        return django::encode_message_cookie(part, complete, settings().secret_key, now, forms);
    };
    std::string value = encoded(messages, true);
    std::size_t left_out = 0;
    const std::span<const DjangoMessage> all = messages;
    const auto without = [&](std::size_t count) {
        return remove_oldest ? all.subspan(count) : all.first(all.size() - count);
    };
    // Nothing in the value needs quotes; they would count too.
    if (value.size() > max_cookie_size_bytes) {
        left_out = fewest_left_out(all.size(), [&](std::size_t count) {
            return encoded(without(count), false).size() <= max_cookie_size_bytes;
        });
        value = encoded(without(left_out), false);
    }
    set_cookie(settings(), value, now, *response);
    const auto first = remove_oldest ? messages.begin() : messages.end() - std::ptrdiff_t(left_out);
    return {
        std::make_move_iterator(first),
        std::make_move_iterator(first + static_cast<std::ptrdiff_t>(left_out))};
}

} // namespace drf_messages::messages
