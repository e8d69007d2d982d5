// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

namespace drf_messages::sql {

/// A parameter that is kept; nothing of ours asks the same moment twice.
using KeptValue = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

Value value_of(const KeptValue& kept);

/// A question that requests of one kind ask, and where its parameters come from.
struct ForeseenQuestion {
    enum class Source {
        constant,
        user,   ///< whoever the credential was found to be
        first,  ///< the text parameter of the first question at `index`
        number, ///< Foretold::Kind::number
    };
    struct Parameter {
        Source source = Source::constant;
        KeptValue constant{};
        std::size_t index = 0;

        bool operator==(const Parameter&) const = default;
    };
    std::string name;
    std::string text;
    std::vector<Parameter> parameters;

    bool operator==(const ForeseenQuestion&) const = default;
};

/// What a request of one kind has asked behind its first question.
struct Future {
    explicit Future(std::vector<ForeseenQuestion> asked, int wrong_before = 0, int requests = 0)
        : questions(std::move(asked)), wrong(wrong_before), rest(requests) {}

    const std::vector<ForeseenQuestion> questions;
    /// Requests in a row that wanted less of it, and that wanted something else.
    mutable std::atomic<int> unused{0};
    mutable std::atomic<int> wrong;
    mutable std::atomic<int> rest; ///< requests until anything is learned again
};

/// What a process remembers of requests, so that the next one's questions can travel together: what
/// each kind of request asks, and whose each credential was. It is only guessed with; what a
/// request believes it has read itself. Of bounded size, and nobody waits for another: what is in
/// use is passed over, as if it were not known. Thread safe, also over fork().
class Foresight {
public:
    Foresight();
    Foresight(const Foresight&) = delete;
    Foresight& operator=(const Foresight&) = delete;
    ~Foresight();

    /// Null when nothing is known.
    std::shared_ptr<const Future> future(std::uint64_t kind);
    void learn(std::uint64_t kind, std::shared_ptr<const Future> future);

    /// Null (std::monostate) when nobody is known.
    KeptValue user_of(std::uint64_t credential);
    void learn_user(std::uint64_t credential, const KeptValue& user);
    void forget_user(std::uint64_t credential);

private:
    static constexpr std::size_t kinds = 128;
    static constexpr std::size_t shards = 64;
    static constexpr std::size_t users_of_shard = 64;

    struct Kind {
        std::mutex mutex;
        std::uint64_t hash = 0;
        std::shared_ptr<const Future> future;
        bool is_in_use = false; ///< since another kind wanted the place
    };
    struct User {
        std::uint64_t credential = 0;
        KeptValue user;
    };
    struct Shard {
        std::mutex mutex;
        std::array<User, users_of_shard> users;
    };

    User& place_of(Shard& shard, std::uint64_t credential) const;

    std::array<Kind, kinds> kinds_;
    std::array<Shard, shards> shards_;
};

} // namespace drf_messages::sql
