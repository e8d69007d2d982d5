// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <type_traits>

namespace drf_messages::sql {

/// What those who want connections know of a database, so that one that is down is spared: after a
/// failure one of them tries again after a pause, and after each that fails another one after a
/// pause that grows up to a second; the others fail at once with the last error. Thread safe.
///
/// An attempt that others have overtaken says nothing when it fails: since it began the database
/// was reached, or was not and is being tried again.
class Reachability {
public:
    /// What `open` returns, which throws sql::Error.
    template<class Open>
    std::invoke_result_t<const Open&> attempt(const Open& open) {
        const std::uint64_t began = enter();
        try {
            auto opened = open();
            reached();
            return opened;
        } catch (const Error& error) {
            failed(error, began);
            throw;
        } catch (...) {
            left(began);
            throw;
        }
    }

private:
    std::uint64_t enter();
    void reached();
    void failed(const Error& error, std::uint64_t began);
    void left(std::uint64_t began);

    std::mutex mutex_;
    std::uint64_t knowledge_ = 0; ///< grows with each change of what is known
    std::optional<Error> last_error_;
    bool probing_ = false;
    std::chrono::milliseconds pause_{0}; ///< before the last probe
    std::chrono::steady_clock::time_point next_probe_{};
};

} // namespace drf_messages::sql
