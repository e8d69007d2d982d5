// SPDX-License-Identifier: MIT
#pragma once

#include "http/query_dict.hpp"
#include "middleware/http_request.hpp"

#include <string>

namespace drf_messages::middleware {

/// What a request must have where its answer depends on it. Each throws BadRequest, Django's plain
/// page, where the request has none that is allowed.

/// HttpRequest::host(). Django: HttpRequest.get_host, DisallowedHost.
const std::string& required_host(HttpRequest& request);
/// HttpRequest::query(). Django: HttpRequest.GET, TooManyFieldsSent.
const http::QueryDict& required_query(HttpRequest& request);
/// The body as `application/x-www-form-urlencoded` in its charset, whatever its type. Django:
/// HttpRequest.POST, TooManyFieldsSent.
http::QueryDict required_form(const HttpRequest& request);
/// A urlencoded form in UTF-8, from Django 5.0 on: HttpRequest.POST. REST framework reads forms in
/// any charset.
void require_form_charset(const HttpRequest& request);

} // namespace drf_messages::middleware
