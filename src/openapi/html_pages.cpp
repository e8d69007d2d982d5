// SPDX-License-Identifier: MIT
#include "openapi/html_pages.hpp"

#include "openapi/answers.hpp"
#include "openapi/views.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace drf_messages::openapi {
namespace {

Value text() {
    return Value::object({{"type", "string"}});
}

Value page(std::string_view description) {
    return Value::object(
        {{"description", description},
         {"content", Value::object({{"text/html", Value::object({{"schema", text()}})}})}}
    );
}

bool is_login(const Endpoint& endpoint) {
    return endpoint.route->name == "login";
}

/// A form that needs the CSRF cookie and a token beside it.
Value form(const Endpoint& endpoint) {
    auto fields = Value::object({{"csrfmiddlewaretoken", text()}, {"next", text()}});
    auto required = Value::array({"csrfmiddlewaretoken"});
    if (is_login(endpoint)) {
        for (const char* field : {"username", "password"}) {
            fields[field] = text();
            required.append(field);
        }
    }
    return Value::object(
        {{"required", true},
         {"content",
          Value::object(
              {{"application/x-www-form-urlencoded",
                Value::object(
                    {{"schema",
                      Value::object(
                          {{"type", "object"},
                           {"properties", std::move(fields)},
                           {"required", std::move(required)}}
                      )}}
                )}}
          )}}
    );
}

} // namespace

std::vector<std::string> page_methods(const Endpoint& endpoint) {
    if (!endpoint.routed->reads_body) {
        return {"GET"};
    }
    return is_login(endpoint) ? std::vector<std::string>{"GET", "POST"}
                              : std::vector<std::string>{"POST"};
}

std::string page_description(const Endpoint& endpoint, const std::string& method) {
    if (method == "GET") {
        return is_login(endpoint)                         ? "The page with the form to log in."
               : endpoint.routed->make == &reference_view ? "This document as a page."
                                                          : "An HTML page.";
    }
    return is_login(endpoint) ? "Logs in by name and password, and leads on. A browser gets its "
                                "session cookie here."
                              : "Logs out: ends the session.";
}

void complete_page(
    const Settings& settings, const Endpoint& endpoint, const std::string& method, Value& operation
) {
    operation["security"] = Value::array({Value::Object{}});
    Value responses{Value::Object{}};
    if (method == "GET") {
        responses["200"] = page("The page.");
        if (!is_login(endpoint)) { // whose page nobody may keep
            for (auto& [status, answer] : conditional_answers(settings)) {
                responses[fmt::format("{}", status)] = std::move(answer);
            }
        }
        operation["responses"] = std::move(responses);
        return;
    }
    operation["requestBody"] = form(endpoint);
    responses["200"] =
        page(is_login(endpoint) ? "The form again, with what is wrong." : "The session has ended.");
    responses["302"] = Value::object(
        {{"description", "It is done; Location leads on."},
         {"headers", Value::object({{"Location", Value::object({{"schema", text()}})}})}}
    );
    responses["403"] = page("The CSRF cookie or token is missing or wrong.");
    if (is_login(endpoint)) {
        auto throttled = page("Too many wrong passwords.");
        throttled["headers"]["Retry-After"]["schema"] = Value::object({{"type", "integer"}});
        responses["429"] = std::move(throttled);
    }
    operation["responses"] = std::move(responses);
}

} // namespace drf_messages::openapi
