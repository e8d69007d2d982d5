// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::middleware {

/// "multipart/form-data; boundary=x" -> "multipart/form-data", in lower case and without
/// parameters.
std::string media_type_of(std::string_view content_type);

struct MultipartField {
    std::string name;
    std::string_view value; ///< as sent
    bool is_file = false;
};

/// `boundary` of a multipart Content-Type; absent when it has none.
std::optional<std::string> multipart_boundary(std::string_view content_type);

/// The fields of a multipart/form-data body, in order, up to where it is malformed. They point into
/// `body`.
std::vector<MultipartField> multipart_fields(std::string_view content_type, std::string_view body);

/// The value of the first field of that name in a multipart/form-data body, as sent; files do not
/// count. Absent when there is none or the body is malformed before it.
std::optional<std::string>
multipart_field(std::string_view content_type, std::string_view body, std::string_view name);

} // namespace drf_messages::middleware
