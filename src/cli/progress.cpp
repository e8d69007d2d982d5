// SPDX-License-Identifier: MIT
#include "cli/progress.hpp"

#include <fmt/format.h>

#include <ostream>

namespace drf_messages::cli {
namespace {

constexpr std::chrono::milliseconds patience{1000};
constexpr std::chrono::milliseconds between_updates{100};

} // namespace

Progress::Progress(World& world, std::string what, std::int64_t total)
    : world_(world), what_(std::move(what)), total_(total),
      next_(std::chrono::steady_clock::now() + patience) {}

Progress::~Progress() {
    if (shown_) {
        world_.err << "\r\033[K" << std::flush;
    }
}

void Progress::show(std::int64_t done, std::int64_t total) {
    total_ = total;
    show(done);
}

void Progress::show(std::int64_t done) {
    const auto now = std::chrono::steady_clock::now();
    if (!world_.err_is_terminal || now < next_) {
        return;
    }
    next_ = now + between_updates;
    shown_ = true;
    world_.err << fmt::format("\r{}: {} of {}\033[K", what_, done, total_) << std::flush;
}

} // namespace drf_messages::cli
