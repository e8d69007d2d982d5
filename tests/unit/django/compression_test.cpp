// SPDX-License-Identifier: MIT
#include "django/compression.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace {

using namespace drf_messages::django;
using Outcome = Decompressed::Outcome;

const std::string text(10'000, 'x');

} // namespace

TEST(Compression, EndsExactlyAtTheLimit) {
    for (const auto format : {Compression::zlib, Compression::gzip}) {
        const auto packed = compress(text, format);
        EXPECT_LT(packed.size(), 100U);
        const auto whole = decompress(packed, text.size(), format);
        EXPECT_EQ(whole.outcome, Outcome::complete);
        EXPECT_EQ(whole.bytes, text);
        EXPECT_EQ(decompress(packed, text.size() - 1, format).outcome, Outcome::too_large);
        EXPECT_EQ(decompress(packed, packed.size() - 1, format).outcome, Outcome::too_large);
    }
}

TEST(Compression, IgnoresWhatFollowsTheEnd) {
    const auto packed = compress(text, Compression::zlib) + "more";
    EXPECT_EQ(decompress(packed, text.size(), Compression::zlib).bytes, text);
}

TEST(Compression, IsNotDisturbedByWhatWasBrokenBefore) {
    const auto packed = compress(text, Compression::zlib);
    for (const std::string& broken :
         {std::string(),
          std::string("x"),
          packed.substr(0, packed.size() - 1),
          packed.substr(0, packed.size() / 2),
          "x" + packed}) {
        EXPECT_EQ(decompress(broken, 100'000, Compression::zlib).outcome, Outcome::broken);
        EXPECT_EQ(decompress(packed, 100'000, Compression::zlib).bytes, text);
    }
    EXPECT_EQ(decompress(packed, 100, Compression::zlib).outcome, Outcome::too_large);
    EXPECT_EQ(decompress(packed, 100'000, Compression::zlib).bytes, text);
    EXPECT_EQ(decompress(packed, 100'000, Compression::gzip).outcome, Outcome::broken);
}

TEST(Compression, OfEmptyTextIsEmptyText) {
    const auto packed = compress({}, Compression::zlib);
    EXPECT_EQ(decompress(packed, 100, Compression::zlib).outcome, Outcome::complete);
    EXPECT_EQ(decompress(packed, 100, Compression::zlib).bytes, "");
}

TEST(Compression, RunsInSeveralThreadsAtOnce) {
    const auto work = [] {
        for (int i = 0; i < 100; ++i) {
            const auto packed = compress(text, Compression::zlib);
            EXPECT_EQ(decompress(packed, text.size(), Compression::zlib).bytes, text);
        }
    };
    std::thread other(work);
    work();
    other.join();
}
