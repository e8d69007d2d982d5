// SPDX-License-Identifier: MIT
// A form of several parts: the first byte is the charset's, the first line the Content-Type. What
// is read is text, and its values are read again once they are written.
#include "middleware/multipart.hpp"

#include "charsets.hpp"
#include "fuzz.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace drf_messages;

namespace {

constexpr std::string_view boundary = "of-the-fuzzer-alone";

void write_again(const std::vector<std::string>& values) {
    std::string body;
    for (const auto& value : values) {
        if (value.find(boundary) != std::string::npos) {
            return;
        }
        body.append("--").append(boundary);
        body.append("\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n").append(value);
        body.append("\r\n");
    }
    body.append("--").append(boundary).append("--\r\n");
    const auto type = "multipart/form-data; boundary=" + std::string(boundary);
    const auto again = middleware::multipart_fields(type, body);
    fuzz::require(again.size() == values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        fuzz::require(!again[i].is_file && again[i].name == "a" && again[i].value == values[i]);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const auto charset = fuzz::charset(data[0]);
    const auto input = fuzz::text(data + 1, size - 1);
    const auto line = std::min(input.find('\n'), input.size());
    const auto type = input.substr(0, line);
    const auto body = input.substr(std::min(line + 1, input.size()));
    static_cast<void>(middleware::media_type_of(type));

    std::vector<std::string> values;
    const auto fields = middleware::multipart_fields(type, body, charset);
    for (const auto& field : fields) {
        fuzz::require(text::is_valid_utf8(field.name) && text::is_valid_utf8(field.value));
        if (field.is_file) {
            fuzz::require(field.value.empty());
            continue;
        }
        values.push_back(field.value);
        const auto last = std::find_if(fields.rbegin(), fields.rend(), [&](const auto& other) {
            return other.name == field.name && !other.is_file;
        });
        fuzz::require(middleware::multipart_field(type, body, field.name, charset) == last->value);
    }
    write_again(values);
    return 0;
}
