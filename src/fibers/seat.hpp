// SPDX-License-Identifier: MIT
#pragma once

namespace drf_messages::fibers {

/// The place of a thread among a fixed number of those that do one job after the other. While its
/// job waits for what is done in the background another thread may have the place. One a thread, in
/// which it is made and ended.
class Seat {
public:
    Seat() noexcept;
    virtual ~Seat();
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    /// Of the thread that calls; null when it has none.
    static Seat* current() noexcept;

    /// Somebody else may have it from now on.
    virtual void leave() noexcept = 0;
    /// The job goes on; if the place is taken, there is one more at work until the job ends.
    virtual void come_back() noexcept = 0;
};

} // namespace drf_messages::fibers
