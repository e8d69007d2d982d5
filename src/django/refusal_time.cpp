// SPDX-License-Identifier: MIT
#include "django/refusal_time.hpp"

#include "crypto/digest.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <ctime>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace drf_messages::django {
namespace {

constexpr std::string_view any_password = "a password";
constexpr std::string_view any_salt = "abcdefghijklmnopqrstuu";

/// Of so many measurements the middle one counts.
constexpr std::size_t remembered = 15;
/// So many there are before the clock is relied upon.
constexpr std::size_t enough = 3;
/// Bytes of a password that take no time to speak of.
constexpr std::size_t short_password = 1024;

RefusalTime::Time thread_time() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// Some fifteen microseconds.
void some_iterations() {
    crypto::pbkdf2(crypto::Hash::sha256, any_password, any_salt, 64, 32);
}

} // namespace

/// The most expensive hash that is known of one hasher.
struct RefusalTime::Kind {
    const PasswordHasher* hasher = nullptr;
    double cost = 0.0;
    std::string encoded; ///< one of them; empty: a new one
    std::vector<Time> measured;

    void add(Time time) {
        if (measured.size() == remembered) {
            measured.erase(measured.begin());
        }
        measured.push_back(time);
    }
    Time time() const {
        if (measured.empty()) {
            return Time(0);
        }
        auto sorted = measured;
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
        std::nth_element(sorted.begin(), middle, sorted.end());
        return *middle;
    }
};

/// The kinds of all hashers, as one process has measured them.
class RefusalTime::Known {
public:
    explicit Known(std::vector<Kind> kinds) : kinds_(std::move(kinds)) {}

    std::atomic<bool> has_rows{false};

    void learn(const PasswordHasher& hasher, std::string_view encoded, double cost) {
        const std::lock_guard lock(mutex_);
        Kind* const kind = find(hasher);
        if (kind != nullptr && cost > kind->cost) {
            *kind = Kind{&hasher, cost, std::string(encoded), {}};
        }
    }

    void add(const PasswordHasher& hasher, double cost, Time time) {
        const std::lock_guard lock(mutex_);
        Kind* const kind = find(hasher);
        if (kind != nullptr && kind->cost == cost) {
            kind->add(time);
        }
    }

    Kind longest() const {
        const std::lock_guard lock(mutex_);
        return *find_longest();
    }

    /// One whose time has not been measured, or the longest if that has not been as often.
    std::optional<Kind> unmeasured(std::size_t of_longest) const {
        const std::lock_guard lock(mutex_);
        for (const Kind& kind : kinds_) {
            if (kind.measured.empty()) {
                return kind;
            }
        }
        const Kind& longest = *find_longest();
        return longest.measured.size() < of_longest ? std::optional(longest) : std::nullopt;
    }

private:
    Kind* find(const PasswordHasher& hasher) {
        const auto found = std::find_if(kinds_.begin(), kinds_.end(), [&](const Kind& kind) {
            return kind.hasher == &hasher;
        });
        return found == kinds_.end() ? nullptr : &*found;
    }

    std::vector<Kind>::const_iterator find_longest() const {
        return std::max_element(kinds_.begin(), kinds_.end(), [](const Kind& a, const Kind& b) {
            return a.time() < b.time();
        });
    }

    mutable std::mutex mutex_;
    std::vector<Kind> kinds_;
};

RefusalTime::RefusalTime(const Hashers& hashers, Machine machine) : machine_(std::move(machine)) {
    std::vector<Kind> kinds;
    for (const auto& hasher : hashers) {
        kinds.push_back({hasher.get(), hasher->cost_of_new(), {}, {}});
    }
    known_ = std::make_unique<PerProcess<Known>>([kinds = std::move(kinds)](Known*) {
        return std::make_unique<Known>(kinds);
    });
}

RefusalTime::~RefusalTime() = default;

RefusalTime::Machine RefusalTime::this_machine() {
    return {thread_time, some_iterations, std::chrono::microseconds(8)};
}

void RefusalTime::learn(const PasswordHasher& hasher, std::string_view encoded) {
    known_->get().learn(hasher, encoded, hasher.cost(encoded));
}

bool RefusalTime::wants_rows() const {
    return !known_->get().has_rows;
}

void RefusalTime::has_rows() {
    known_->get().has_rows = true;
}

RefusalTime::Time RefusalTime::compute(const Kind& kind, std::string_view password) const {
    const Time began = machine_.now();
    try {
        if (kind.encoded.empty()) {
            kind.hasher->encode(password, any_salt);
        } else {
            kind.hasher->verify(password, kind.encoded);
        }
    } catch (const std::exception&) {
        // There is not enough memory for it, for nobody.
    }
    return machine_.now() - began;
}

void RefusalTime::measure(std::size_t of_longest) {
    while (const auto kind = known_->get().unmeasured(of_longest)) {
        known_->get().add(*kind->hasher, kind->cost, compute(*kind, any_password));
    }
}

void RefusalTime::Attempt::refuse(const PasswordHasher* hasher, std::string_view encoded) const {
    const auto now = [this] { return times_.machine_.now(); };
    const Time spent = now() - began_;
    const double cost = hasher != nullptr ? hasher->cost(encoded) : 0.0;
    // What reading a long password takes is no measure of the others.
    const bool is_short = password_.size() <= short_password;
    Known& known = times_.known_->get();
    if (cost > 0.0) {
        known.learn(*hasher, encoded, cost);
        if (is_short) {
            known.add(*hasher, cost, spent);
        }
    }
    times_.measure(1);
    Kind longest = known.longest();
    if (cost == 0.0) {
        const Time time = times_.compute(longest, password_);
        if (is_short) {
            known.add(*longest.hasher, longest.cost, time);
        }
        return;
    }
    if (hasher == longest.hasher && cost == longest.cost) {
        return;
    }
    times_.measure(enough);
    longest = known.longest();
    Time until = now() + longest.time() - spent - times_.machine_.shortest;
    if (!is_short) {
        // The longest one would have taken its time to read it too.
        const Time before = now();
        crypto::digest(crypto::Hash::sha256, password_);
        until += now() - before;
    }
    while (now() < until) {
        times_.machine_.step();
    }
}

} // namespace drf_messages::django
