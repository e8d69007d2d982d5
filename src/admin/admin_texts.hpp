// SPDX-License-Identifier: MIT
#pragma once

#include "pages/page_texts.hpp"

#include <boost/json/object.hpp>

namespace drf_messages::admin {

/// The words that the admin's templates have beside those of all pages, by names: {{a.home}}.
boost::json::object admin_texts(const pages::PageTexts& texts);

} // namespace drf_messages::admin
