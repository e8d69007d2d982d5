// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"
#include "cache/make_cache.hpp"
#include "support/database.hpp"
#include "support/raw_stores.hpp"

#include <drf_messages/settings.hpp>

#include <boost/json/value.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::accounts {

/// tests/compat/sessions.json: what a real Django 3.2.25 site stored and read.
const boost::json::value& session_vectors();

std::string text_of(const boost::json::value& object, std::string_view name);

/// A vector's settings as settings.toml gives them to us, with the placeholders filled in.
Settings settings_of(const boost::json::value& vector, const std::string& session_folder);

/// The stores of a vector, on real servers, in a real folder and table, and the engine that its
/// settings make; all of it empty at first.
class VectorStores {
public:
    explicit VectorStores(const boost::json::value& played);

    /// Puts the vector's entries where Django left them.
    void fill();
    void empty();

    /// What stands where the vector has an entry; bytes as base64. Absent: nothing.
    std::optional<std::string> found(const boost::json::value& entry);

    test::Given given;
    test::TempFolder folder;
    const boost::json::value& vector;
    Settings settings;
    std::unique_ptr<cache::Cache> cache;
    std::unique_ptr<SessionEngine> engine;

private:
    test::RawRedis& redis(const boost::json::value& entry);

    std::map<std::int64_t, std::unique_ptr<test::RawRedis>> redis_;
    test::RawMemcached memcached_;
};

} // namespace drf_messages::accounts
