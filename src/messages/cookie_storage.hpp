// SPDX-License-Identifier: MIT
#pragma once

#include "messages/django_storage.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::messages {

/// Messages in a signed cookie: django.contrib.messages.storage.cookie.CookieStorage.
class CookieStorage final : public DjangoStorage {
public:
    static constexpr std::string_view cookie_name = "messages";
    static constexpr std::size_t max_cookie_size_bytes = 2048;

    /// - cookie: the value of the request's cookie of that name.
    CookieStorage(DatabaseAccess& database, std::optional<std::string> cookie)
        : DjangoStorage(database), cookie_(std::move(cookie)) {}

    /// A cookie that our keys have not signed counts as used, so that update() deletes it.
    KeptMessages load() override;
    /// Without a response the cookie stays as it is, and nothing fits.
    std::vector<DjangoMessage> store(
        std::vector<DjangoMessage> messages, http::Response* response, bool remove_oldest
    ) override;

private:
    std::optional<std::string> cookie_;
};

} // namespace drf_messages::messages
