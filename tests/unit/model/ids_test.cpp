// SPDX-License-Identifier: MIT
#include <drf_messages/field.hpp>
#include <drf_messages/ids.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <variant>

namespace drf_messages {
namespace {

template<class Value>
std::string written(const Value& value) {
    std::ostringstream stream;
    stream << value;
    return stream.str();
}

TEST(Ids, AreWrittenAsTheirKeys) {
    EXPECT_EQ(written(MessageId{7}), "7");
    EXPECT_EQ(written(UserId{7}), "7");
    EXPECT_EQ(written(UserId{"0b1f"}), "0b1f");
}

TEST(Moments, OfAnyResolutionAreRoundedDownWhereAFieldComparesWithThem) {
    using namespace std::chrono;
    const auto compared = [](const Condition& condition) {
        return std::get<Timestamp>(condition.values.at(0)).time_since_epoch().count();
    };
    EXPECT_EQ(compared(field::created < sys_time<nanoseconds>(nanoseconds(1999))), 1);
    EXPECT_EQ(compared(field::created < sys_time<nanoseconds>(nanoseconds(-1))), -1);
    EXPECT_EQ(compared(field::read_at >= sys_time<seconds>(seconds(2))), 2'000'000);
    EXPECT_EQ(compared(field::created == sys_days(days(1))), 86'400'000'000);
    EXPECT_EQ(
        compared(field::created > sys_time<duration<double>>(duration<double>(0.25))), 250'000
    );
    EXPECT_EQ(compared(field::created <= Timestamp(microseconds(5))), 5);
    const auto now = system_clock::now();
    EXPECT_EQ(
        compared(field::created.in({now})), floor<microseconds>(now).time_since_epoch().count()
    );
}

} // namespace
} // namespace drf_messages
