// SPDX-License-Identifier: MIT
#include "sql/postgresql/wait.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace drf_messages::sql::postgresql {

Deadline statement_deadline(
    std::chrono::milliseconds statement_timeout, std::chrono::steady_clock::time_point begin
) {
    constexpr std::chrono::seconds grace{5};
    if (statement_timeout.count() <= 0) {
        return std::nullopt;
    }
    return begin + statement_timeout + grace;
}

bool wait_for_socket(int socket, bool to_write, Deadline deadline, int alarm) {
    pollfd descriptors[2] = {
        {socket, static_cast<short>(POLLIN | (to_write ? POLLOUT : 0)), 0}, {alarm, POLLIN, 0}};
    if (fibers::Scheduler* const scheduler = fibers::Scheduler::current()) {
        scheduler->wait_for(descriptors, deadline);
        return !deadline || std::chrono::steady_clock::now() < *deadline || is_readable(socket);
    }
    for (;;) {
        int left = -1;
        if (deadline) {
            const auto rest = std::chrono::ceil<std::chrono::milliseconds>(
                *deadline - std::chrono::steady_clock::now()
            );
            left = static_cast<int>(std::clamp<std::int64_t>(rest.count(), 0, 60'000));
        }
        const int ready = poll(descriptors, 2, left);
        if (ready > 0 || (ready < 0 && errno != EINTR)) {
            return true;
        }
        if (deadline && std::chrono::steady_clock::now() >= *deadline) {
            return false;
        }
    }
}

bool is_readable(int socket) {
    pollfd descriptor = {socket, POLLIN, 0};
    return poll(&descriptor, 1, 0) > 0;
}

} // namespace drf_messages::sql::postgresql
