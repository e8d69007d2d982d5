// SPDX-License-Identifier: MIT
#include "sql/client_library.hpp"
#include "sql/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drf_messages::sql {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ClientLibrary, FindsAFunction) {
    const ClientLibrary library("libm.so.6", "libc6");
    double (*floor)(double) = nullptr;
    library.find(floor, "floor");
    EXPECT_EQ(floor(1.5), 1.0);
}

TEST(ClientLibrary, ThatIsNotInstalledIsNamedWithItsPackage) {
    EXPECT_THAT(
        [] { ClientLibrary("libno-such-database.so.7", "libno-such-database7"); },
        ThrowsMessage<Error>(AllOf(
            HasSubstr("libno-such-database.so.7"), HasSubstr("package is libno-such-database7")
        ))
    );
}

TEST(ClientLibrary, ThatIsTooOldSaysWhatItLacks) {
    const ClientLibrary library("libm.so.6", "libc6");
    double (*function)(double) = nullptr;
    EXPECT_THAT(
        [&] { library.find(function, "floor_of_2050"); },
        ThrowsMessage<Error>(HasSubstr("libm.so.6 has no function floor_of_2050"))
    );
}

} // namespace
} // namespace drf_messages::sql
