// SPDX-License-Identifier: MIT
#pragma once

#include "http/query_dict.hpp"
#include "middleware/http_request.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::middleware {

/// The form of a request's body, urlencoded or multipart: Django's request.POST, without files.
class PostedForm {
public:
    /// - request: must outlive the form.
    /// Throws BadRequest for a body larger than DATA_UPLOAD_MAX_MEMORY_SIZE or with more fields
    /// than DATA_UPLOAD_MAX_NUMBER_FIELDS.
    explicit PostedForm(HttpRequest& request);

    /// UTF-8; absent when the form has no such field, or the body is not a form. Throws BadRequest
    /// for a multipart form of too many fields.
    std::optional<std::string> get(std::string_view name) const;
    /// Every value of that name, in the order sent. Throws as get() does.
    std::vector<std::string> getlist(std::string_view name) const;
    /// Every field with its value, in the order sent; a name may come several times. Throws as
    /// get().
    std::vector<std::pair<std::string, std::string>> items() const;

private:
    const http::Request& wire_;
    std::string content_type_;
    text::Charset charset_;
    std::optional<std::size_t> most_fields_;
    bool multipart_ = false;
    std::optional<http::QueryDict> fields_;
};

} // namespace drf_messages::middleware
