// SPDX-License-Identifier: MIT
#include "django/refusal_time.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::django {
namespace {

using Time = RefusalTime::Time;

/// Hashes like "slow$20", of which each unit of cost takes a time of its own.
class TimedHasher final : public PasswordHasher {
public:
    TimedHasher(std::string name, int new_cost, int unit, Time& clock)
        : name_(std::move(name)), new_cost_(new_cost), unit_(unit), clock_(clock) {}

    std::string_view algorithm() const override { return name_; }
    std::string encode(std::string_view, std::string_view) const override {
        clock_ += Time(new_cost_ * unit_ * slowness);
        return {};
    }
    bool verify(std::string_view, std::string_view encoded) const override {
        clock_ += Time(number(encoded) * unit_ * slowness);
        return false;
    }
    bool differs_from_new(std::string_view) const override { return false; }
    double cost(std::string_view encoded) const override { return number(encoded); }
    double cost_of_new() const override { return new_cost_; }

    int slowness = 1;

private:
    static int number(std::string_view encoded) {
        const auto digits = encoded.substr(encoded.find('$') + 1);
        int value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }

    std::string name_;
    int new_cost_;
    int unit_;
    Time& clock_;
};

class RefusalTimes : public testing::Test {
protected:
    RefusalTimes() {
        auto slow = std::make_unique<TimedHasher>("slow", 100, 10, clock);
        auto quick = std::make_unique<TimedHasher>("quick", 200, 3, clock);
        slow_hasher = slow.get();
        quick_hasher = quick.get();
        hashers.push_back(std::move(quick));
        hashers.push_back(std::move(slow));
        times.emplace(
            hashers,
            RefusalTime::Machine{[this] { return clock; }, [this] { clock += Time(1); }, Time(0)}
        );
    }

    /// How long it takes to refuse who has this hash.
    Time refuse(const TimedHasher* hasher, std::string_view encoded) {
        const Time began = clock;
        const RefusalTime::Attempt attempt(*times, "x");
        if (hasher != nullptr) {
            hasher->verify("x", encoded);
        }
        attempt.refuse(hasher, encoded);
        return clock - began;
    }

    void expect_equal_times(Time time) {
        refuse(quick_hasher, "quick$1"); // for which the clock must be known well
        EXPECT_EQ(refuse(nullptr, ""), time);
        EXPECT_EQ(refuse(slow_hasher, "slow$100"), time);
        EXPECT_EQ(refuse(slow_hasher, "slow$1"), time);
        EXPECT_EQ(refuse(slow_hasher, "slow$malformed"), time);
        EXPECT_EQ(refuse(quick_hasher, "quick$200"), time);
        EXPECT_EQ(refuse(quick_hasher, "quick$7"), time);
    }

    Time clock{0};
    RefusalTime::Hashers hashers;
    TimedHasher* slow_hasher = nullptr;
    TimedHasher* quick_hasher = nullptr;
    std::optional<RefusalTime> times;
};

TEST_F(RefusalTimes, AreThoseOfTheMostExpensiveHashThatAListedHasherMakes) {
    EXPECT_GT(refuse(nullptr, ""), Time(1000)) << "the first one measures what there is";
    expect_equal_times(Time(1000));
}

TEST_F(RefusalTimes, AreThoseOfTheMostExpensiveRowThatHasBeenSeen) {
    times->learn(*quick_hasher, "quick$1500");
    times->learn(*quick_hasher, "quick$malformed");
    times->learn(*quick_hasher, "quick$900");
    refuse(nullptr, "");
    expect_equal_times(Time(4500));

    refuse(slow_hasher, "slow$800");
    expect_equal_times(Time(8000));
}

TEST_F(RefusalTimes, FollowTheMachine) {
    refuse(nullptr, "");
    slow_hasher->slowness = 2;
    for (int i = 0; i < 10; ++i) {
        refuse(nullptr, "");
    }
    expect_equal_times(Time(2000));
}

TEST_F(RefusalTimes, WantToSeeTheRowsOnce) {
    EXPECT_TRUE(times->wants_rows());
    times->has_rows();
    EXPECT_FALSE(times->wants_rows());
}

} // namespace
} // namespace drf_messages::django
