// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session.hpp"

#include <string>
#include <vector>

namespace drf_messages::accounts {

/// Sessions in the table django_session: django.contrib.sessions.backends.db.
class DatabaseSessionEngine final : public SessionEngine {
public:
    /// - secret_keys: the first one signs, each of them may have signed.
    DatabaseSessionEngine(std::vector<std::string> secret_keys, Clock clock);

    std::optional<boost::json::object>
    load(const ConnectionSource& connection, std::string_view key) override;
    bool save(
        const ConnectionSource& connection,
        std::string_view key,
        const boost::json::object& data,
        Timestamp expires,
        bool must_create
    ) override;
    void remove(const ConnectionSource& connection, std::string_view key) override;

private:
    std::vector<std::string> secret_keys_;
    Clock clock_;
};

} // namespace drf_messages::accounts
