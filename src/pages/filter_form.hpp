// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/page.hpp"
#include "pages/page_texts.hpp"

#include <boost/json/value.hpp>

namespace drf_messages::pages {

/// The form for filters, search and ordering, with what is wrong with a value beside it; null where
/// there is none.
boost::json::value filter_form(const api::BrowsablePage& page, const PageTexts& texts);

} // namespace drf_messages::pages
