// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/page_parts.hpp"
#include "http/query_dict.hpp"

#include <drf_messages/settings.hpp>

#include <string>

namespace drf_messages::api {

/// The fields of message_filters, with what the query has in them.
/// - django_filters: rest_framework/backends.py, DjangoFilterBackend.to_html.
FormPart filter_form(const http::QueryDict& query, const Settings& settings);

/// - REST framework: filters.py, SearchFilter.to_html and OrderingFilter.to_html.
FormPart search_form(const http::QueryDict& query, std::string parameter, std::string title);
FormPart ordering_form(const http::QueryDict& query, std::string parameter, std::string title);

} // namespace drf_messages::api
