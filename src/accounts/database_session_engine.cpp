// SPDX-License-Identifier: MIT
#include "accounts/database_session_engine.hpp"

#include "django/session_codec.hpp"
#include "sql/transaction.hpp"
#include "store/session_store.hpp"
#include "text/utf8.hpp"

#include <chrono>
#include <cstddef>
#include <utility>

namespace drf_messages::accounts {
namespace {

/// What django_session's column can hold; anything else can not be there, and need not be asked
/// for.
constexpr std::size_t key_column_characters = 40;

bool fits_the_column(std::string_view key) {
    return key.find('\0') == std::string_view::npos &&
           text::utf8_length(key) <= key_column_characters;
}

} // namespace

DatabaseSessionEngine::DatabaseSessionEngine(std::vector<std::string> secret_keys, Clock clock)
    : secret_keys_(std::move(secret_keys)), clock_(std::move(clock)) {}

std::optional<boost::json::object>
DatabaseSessionEngine::load(const ConnectionSource& connection, std::string_view key) {
    if (!fits_the_column(key)) {
        return std::nullopt;
    }
    const std::optional<std::string> stored = store::select_session(connection(), key, clock_());
    if (!stored) {
        return std::nullopt;
    }
    for (const std::string& secret_key : secret_keys_) {
        if (auto session = django::decode_session(*stored, secret_key)) {
            return session;
        }
    }
    return boost::json::object();
}

bool DatabaseSessionEngine::save(
    const ConnectionSource& connection,
    std::string_view key,
    const boost::json::object& data,
    Timestamp expires,
    bool must_create
) {
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_());
    const std::string encoded = django::encode_session(data, secret_keys_.front(), now);
    return must_create ? store::insert_session(connection(), key, encoded, expires)
                       : store::update_session(connection(), key, encoded, expires);
}

void DatabaseSessionEngine::remove(const ConnectionSource& connection, std::string_view key) {
    if (!fits_the_column(key)) {
        return;
    }
    sql::transact(connection(), [&] { store::delete_session(connection(), key); });
}

} // namespace drf_messages::accounts
