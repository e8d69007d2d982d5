// SPDX-License-Identifier: MIT
#include "cli/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <sstream>

namespace drf_messages::cli {
namespace {

/// A file on a disk that may be full.
class Disk : public std::stringbuf {
public:
    bool full = false;

protected:
    std::streamsize xsputn(const char* text, std::streamsize size) override {
        return full ? 0 : std::stringbuf::xsputn(text, size);
    }
};

TEST(StreamLog, GoesOnWhenTheDiskHasRoomAgain) {
    Disk disk;
    std::ostream out(&disk);
    const LogSink log = stream_log(out);
    log(LogLevel::info, "first");
    disk.full = true;
    log(LogLevel::info, "second");
    disk.full = false;
    log(LogLevel::error, "third");
    EXPECT_THAT(disk.str(), testing::MatchesRegex("[^ ]+ info first\n[^ ]+ error third\n"));
}

} // namespace
} // namespace drf_messages::cli
