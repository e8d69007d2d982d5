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

/// What tests/compat/formats.json has of one of its vectors in newer releases.
struct ReleaseVector {
    std::string release; ///< "4.2.30"
    std::string name;
    boost::json::value value;         ///< in place of what the vector has
    const boost::json::value& vector; ///< as Django 3.2.25 has it
};

/// - part: "written" or "read". Those that a release has otherwise than 3.2.25.
std::vector<ReleaseVector> release_vectors(std::string_view part);

std::string text_of(const boost::json::value& object, std::string_view name);

/// A vector's settings as settings.toml gives them to us, with the placeholders filled in.
/// - django_version: empty for 3.2.
Settings settings_of(
    const boost::json::value& vector,
    const std::string& session_folder,
    const std::string& django_version
);

/// The stores of a vector, on real servers, in a real folder and table, and the engine that its
/// settings make; all of it empty at first.
class VectorStores {
public:
    explicit VectorStores(const boost::json::value& played, const std::string& django_version = {});

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
