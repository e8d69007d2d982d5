// SPDX-License-Identifier: MIT
#pragma once

#include <string>
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

} // namespace drf_messages::accounts
