// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/errors.hpp"
#include "api/exchange/query_parameter.hpp"
#include "api/wire/datetime_field.hpp"
#include "http/query_dict.hpp"
#include "model/message_query.hpp"
#include "model/releases.hpp"

#include <drf_messages/settings.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// The query parameters of message_filters as a condition. Any other parameter is none of its
/// business. Throws ApiError 400 with every filter's errors, worded as Django's forms do.
/// - Django: drf_messages/filters.py; django_filters 23.1; forms/fields.py.
Condition filter_condition(
    const http::QueryDict& query, const Settings& settings, const MomentReading& reading
);

/// The parameters that filter_condition() reads.
std::vector<QueryParameter> filter_parameters(const Settings& settings);

/// What a parameter that is true or false asks for; absent when it asks for nothing.
std::optional<bool> wanted_boolean(const http::QueryDict& query, std::string_view name);
/// The least level that `?level_tag=` asks for; absent when it asks for nothing. Throws ApiError
/// 400 as filter_condition() does.
std::optional<Level> wanted_level(const http::QueryDict& query, const Settings& settings);
/// What `?unread=` asks for; absent when it asks for nothing.
std::optional<bool> wanted_unread(const http::QueryDict& query);

/// rest_framework.filters.SearchFilter over `message`: every word of `parameter` must occur in it.
/// Throws ApiError 400 for too many of them, and, where REST framework does, for a null character.
Condition search_condition(
    const http::QueryDict& query, std::string_view parameter, const model::Differences& differences
);

QueryParameter search_parameter(
    std::string name, std::string_view description, const model::Differences& differences
);

/// The fields that OrderingFilter knows, by name.
std::vector<std::string_view> ordering_names();

/// rest_framework.filters.OrderingFilter over level, read_at and created; the model's order when
/// nothing valid is asked.
std::vector<OrderBy> ordering(const http::QueryDict& query, std::string_view parameter);
/// The same; empty when nothing valid is asked.
std::vector<OrderBy> asked_ordering(const http::QueryDict& query, std::string_view parameter);
QueryParameter ordering_parameter(std::string name, std::string_view description);

} // namespace drf_messages::api
