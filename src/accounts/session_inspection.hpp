// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"
#include "cache/cache.hpp"
#include "store/user_store.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/settings.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::accounts {

/// What was found on the way from a session key to a user. The texts contain no keys, signatures,
/// hashes or passwords.
class InspectionSteps {
public:
    enum class Kind {
        found, ///< as it should be
        note,  ///< what may be the reason for something
        stop,  ///< the way ends here
    };
    struct Step {
        Kind kind;
        std::string text;
    };

    void found(std::string text) { steps_.push_back({Kind::found, std::move(text)}); }
    void note(std::string text) { steps_.push_back({Kind::note, std::move(text)}); }
    void stop(std::string text) { steps_.push_back({Kind::stop, std::move(text)}); }
    const std::vector<Step>& list() const noexcept { return steps_; }

private:
    std::vector<Step> steps_;
};

/// The parts of a running site that inspecting sessions needs.
struct InspectedSite {
    const Settings& settings;
    const store::UserStore& users;
    cache::Cache* cache = nullptr; ///< CACHES[SESSION_CACHE_ALIAS]
    Clock clock;
    ConnectionSource connection;
};

/// Follows a session key to its user and says what it found at each step; the last step is a stop
/// when there is no user. user_of_session decides whether there is one, as in a request; the steps
/// only explain it. Changes nothing: no session ends and none is saved. Throws as the engine does
/// when the database does not respond.
std::optional<User>
inspect_session(const InspectedSite& site, const std::string& key, InspectionSteps& steps);

} // namespace drf_messages::accounts
