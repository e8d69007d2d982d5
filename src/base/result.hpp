// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/errors.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <type_traits>

namespace drf_messages {

const boost::system::error_category& error_category() noexcept;

inline boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

/// A value, or an `errc` that says why there is none: one function in `api` maps it to a status and
/// DRF's `detail`. Failures of the outside world (a lost connection) are thrown instead.
template<class T>
using Result = boost::system::result<T>;

} // namespace drf_messages

template<>
struct boost::system::is_error_code_enum<drf_messages::errc> : std::true_type {};
