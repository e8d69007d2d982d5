// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <type_traits>

namespace drf_messages::sql {

/// What those who want connections know of a database, so that one that is down is spared: after a
/// failure one of them at a time tries again, after a pause that grows up to a second; the others
/// fail at once with the last error. Thread safe.
class Reachability {
public:
    /// What `open` returns, which throws sql::Error.
    template<class Open>
    std::invoke_result_t<const Open&> attempt(const Open& open) {
        enter();
        try {
            auto opened = open();
            reached();
            return opened;
        } catch (const Error& error) {
            failed(error);
            throw;
        } catch (...) {
            left();
            throw;
        }
    }

private:
    void enter();
    void reached();
    void failed(const Error& error);
    void left();

    std::mutex mutex_;
    std::optional<Error> last_error_;
    bool probing_ = false;
    std::chrono::milliseconds pause_{0}; ///< before the last probe
    std::chrono::steady_clock::time_point next_probe_{};
};

} // namespace drf_messages::sql
