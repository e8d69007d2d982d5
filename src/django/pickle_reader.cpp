// SPDX-License-Identifier: MIT
#include "django/pickle.hpp"

std::optional<boost::json::value> drf_messages::django::read_pickle(std::string_view) {
    return std::nullopt;
}
