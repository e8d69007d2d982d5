// SPDX-License-Identifier: MIT
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <type_traits>

namespace drf_messages {

/// Why the data was refused. One function in `api` maps these to a status and DRF's `detail`.
enum class errc {
    not_found = 1,
    text_too_long,
    tag_too_long,
    view_too_long,
    invalid_utf8,
    contains_nul,
    unread_not_deletable,
    already_exists,
};

const boost::system::error_category& error_category() noexcept;

inline boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

/// A value, or an `errc` that names why there is none. What the world does to us (a lost
/// connection) is thrown instead.
template<class T>
using Result = boost::system::result<T>;

} // namespace drf_messages

template<>
struct boost::system::is_error_code_enum<drf_messages::errc> : std::true_type {};
