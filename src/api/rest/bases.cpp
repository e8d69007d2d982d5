// SPDX-License-Identifier: MIT
#include "api/exchange/value.hpp"
#include "api/policies/throttling.hpp"
#include "http/url.hpp"

#include <drf_messages/rest.hpp>

#include <utility>

// What a class of an application has when it does not say otherwise.

namespace drf_messages::rest {

Authentication::~Authentication() = default;
Permission::~Permission() = default;
FilterBackend::~FilterBackend() = default;
Pagination::~Pagination() = default;
Throttle::~Throttle() = default;
Renderer::~Renderer() = default;

std::optional<std::string> Authentication::authenticate_header() const {
    return std::nullopt;
}

bool Permission::has_permission(const Request&) const {
    return true;
}

bool Permission::has_object_permission(const Request&, const Message&) const {
    return true;
}

std::optional<std::string> Permission::message() const {
    return std::nullopt;
}

Value Pagination::get_paginated_response(const Request&, const Page& page, Value results) const {
    const auto link = [](const std::optional<std::string>& url) {
        return url ? Value(*url) : Value();
    };
    Value answer{Value::Object{}};
    if (page.count) {
        answer["count"] = *page.count;
    }
    answer["next"] = link(page.next);
    answer["previous"] = link(page.previous);
    answer["results"] = std::move(results);
    return answer;
}

Value FilterBackend::get_schema_operation_parameters() const {
    return Value::Array{};
}

Value Pagination::get_schema_operation_parameters() const {
    return Value::Array{};
}

Value Pagination::get_paginated_response_schema(Value) const {
    return Value::Object{};
}

std::optional<std::chrono::seconds> Throttle::wait(const Request&) const {
    return std::nullopt;
}

std::string Throttle::get_ident(const Request& request) {
    return api::throttle_identity(request.state());
}

std::optional<std::string> Renderer::charset() const {
    return "utf-8";
}

Response::Response(Value data, int status)
    : status_(status), data_(api::data_of(std::move(data))) {}

Response Response::no_content() {
    return {Writer(), 204};
}

Value Response::data() const {
    return api::value_of(data_);
}

void Response::set_data(Value data) {
    data_ = api::data_of(std::move(data));
}

std::string
replace_query_param(std::string_view url, std::string_view name, std::string_view value) {
    return http::replace_query_param(url, name, value);
}

std::string remove_query_param(std::string_view url, std::string_view name) {
    return http::remove_query_param(url, name);
}

} // namespace drf_messages::rest
