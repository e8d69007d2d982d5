// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/page_parts.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace drf_messages::api {

/// The links to some of the pages 1 to `final`: the first, the last, those around `current`, and
/// gaps.
/// - REST framework: rest_framework/pagination.py, _get_displayed_page_numbers.
std::vector<NumberLink> number_links(
    std::int64_t current,
    std::int64_t final,
    const std::function<std::string(std::int64_t number)>& url_of
);

} // namespace drf_messages::api
