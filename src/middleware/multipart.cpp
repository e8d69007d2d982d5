// SPDX-License-Identifier: MIT
#include "middleware/multipart.hpp"

#include "middleware/bad_request.hpp"
#include "text/ascii.hpp"
#include "text/base64.hpp"

#include <algorithm>
#include <utility>

namespace drf_messages::middleware {
namespace {

constexpr std::size_t longest_boundary = 70; // RFC 2046

/// The parameter of a header like `form-data; name="a;b"`; quotes protect semicolons.
std::optional<std::string> parameter(std::string_view header, std::string_view wanted) {
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= header.size(); ++at) {
        if (at < header.size() && header[at] == '"') {
            quoted = !quoted;
        }
        if (at < header.size() && (header[at] != ';' || quoted)) {
            continue;
        }
        const std::string_view item = header.substr(begin, at - begin);
        begin = at + 1;
        const std::size_t equals = item.find('=');
        if (equals == std::string_view::npos ||
            text::lowered(text::trimmed(item.substr(0, equals))) != wanted) {
            continue;
        }
        std::string_view value = text::trimmed(item.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        return std::string(value);
    }
    return std::nullopt;
}

/// The last header of that name among a part's, without the name; absent when it has none.
std::optional<std::string_view> part_header(std::string_view headers, std::string_view name) {
    std::optional<std::string_view> value;
    while (!headers.empty()) {
        const std::size_t end = std::min(headers.size(), headers.find("\r\n"));
        const std::string_view line = headers.substr(0, end);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos &&
            text::lowered(text::trimmed(line.substr(0, colon))) == name) {
            value = line.substr(colon + 1);
        }
        headers.remove_prefix(std::min(headers.size(), end + 2));
    }
    return value;
}

/// The bytes of a field, in base64 only if that is right.
std::string part_value(std::string_view headers, std::string_view body) {
    const auto encoding = part_header(headers, "content-transfer-encoding");
    if (encoding &&
        text::lowered(text::trimmed(encoding->substr(0, encoding->find(';')))) == "base64") {
        if (auto decoded = text::base64_decode(body)) {
            return std::move(*decoded);
        }
    }
    return std::string(body);
}

} // namespace

std::string media_type_of(std::string_view content_type) {
    return text::lowered(text::trimmed(content_type.substr(0, content_type.find(';'))));
}

std::optional<std::string> multipart_boundary(std::string_view content_type) {
    return parameter(content_type, "boundary");
}

std::vector<MultipartField> multipart_fields(
    std::string_view content_type,
    std::string_view body,
    text::Charset charset,
    std::optional<std::size_t> most
) {
    std::vector<MultipartField> fields;
    const text::Decoder decoder(charset);
    const std::optional<std::string> boundary = multipart_boundary(content_type);
    if (!boundary || boundary->empty() || boundary->size() > longest_boundary) {
        return fields;
    }
    const std::string opening = "--" + *boundary;
    const std::string closing = "\r\n" + opening;
    std::size_t at = 0;
    if (!body.starts_with(opening)) {
        at = body.find(closing);
        if (at == std::string_view::npos) {
            return fields;
        }
        at += 2;
    }
    while (true) {
        at += opening.size();
        if (body.substr(at, 2) != "\r\n") {
            return fields;
        }
        const std::size_t headers_begin = at + 2;
        const std::size_t headers_end = body.find("\r\n\r\n", headers_begin);
        if (headers_end == std::string_view::npos) {
            return fields;
        }
        const std::size_t value_begin = headers_end + 4;
        const std::size_t value_end = body.find(closing, value_begin);
        if (value_end == std::string_view::npos) {
            return fields;
        }
        const std::string_view headers = body.substr(headers_begin, headers_end - headers_begin);
        const std::string_view header =
            part_header(headers, "content-disposition").value_or(std::string_view());
        if (const auto name = parameter(header, "name")) {
            if (most && fields.size() == *most) {
                throw BadRequest("the form exceeds DATA_UPLOAD_MAX_NUMBER_FIELDS");
            }
            MultipartField field{decoder.replaced(text::trimmed(*name)), {}};
            field.is_file = !parameter(header, "filename").value_or("").empty();
            if (!field.is_file) {
                field.value = decoder.replaced(
                    part_value(headers, body.substr(value_begin, value_end - value_begin))
                );
            }
            fields.push_back(std::move(field));
        }
        at = value_end + 2;
    }
}

std::optional<std::string> multipart_field(
    std::string_view content_type,
    std::string_view body,
    std::string_view name,
    text::Charset charset,
    std::optional<std::size_t> most
) {
    auto fields = multipart_fields(content_type, body, charset, most);
    const auto last = std::find_if(fields.rbegin(), fields.rend(), [name](const auto& field) {
        return field.name == name && !field.is_file;
    });
    return last == fields.rend() ? std::nullopt : std::optional(std::move(last->value));
}

} // namespace drf_messages::middleware
