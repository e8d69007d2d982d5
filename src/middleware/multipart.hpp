// SPDX-License-Identifier: MIT
#pragma once

#include "text/charset.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::middleware {

/// "multipart/form-data; boundary=x" -> "multipart/form-data", in lower case and without
/// parameters.
std::string media_type_of(std::string_view content_type);

/// Name and value are UTF-8; what the body's charset does not have is U+FFFD in them.
struct MultipartField {
    std::string name;
    std::string value; ///< not of a file
    bool is_file = false;
};

/// `boundary` of a multipart Content-Type; absent when it has none.
std::optional<std::string> multipart_boundary(std::string_view content_type);

/// The fields of a multipart/form-data body, in order, up to where it is malformed. A value that
/// was sent in base64 is decoded. Throws BadRequest for more than `most` fields and files.
/// - Django: django/http/multipartparser.py, TooManyFieldsSent.
std::vector<MultipartField> multipart_fields(
    std::string_view content_type,
    std::string_view body,
    text::Charset charset = {},
    std::optional<std::size_t> most = {}
);

/// The value of the last field of that name in a multipart/form-data body; files do not count.
/// Absent when there is none or the body is malformed before it. Throws as multipart_fields.
std::optional<std::string> multipart_field(
    std::string_view content_type,
    std::string_view body,
    std::string_view name,
    text::Charset charset = {},
    std::optional<std::size_t> most = {}
);

} // namespace drf_messages::middleware
