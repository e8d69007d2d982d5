// SPDX-License-Identifier: MIT
// JSON of a body, in the charset of the first byte: what is read is read the same once it is
// written, and what is refused is refused in words.
#include "charsets.hpp"
#include "django/python_json.hpp"
#include "fuzz.hpp"
#include "text/utf8.hpp"

#include <string>

using namespace drf_messages;

namespace {

void play(std::string_view text) {
    const auto strict = django::read_python_json(text, django::NonFinite::refused);
    const auto read = django::read_python_json(text, django::NonFinite::taken);
    if (read.error) {
        fuzz::require(strict.error.has_value());
        fuzz::require(text::is_valid_utf8(read.error->message(text)));
        return;
    }
    // Text, since NaN does not equal itself.
    const auto written = django::write_spaced_python_json(read.value);
    if (!strict.error) {
        fuzz::require(django::write_spaced_python_json(strict.value) == written);
    }
    const auto again = django::parse_python_json(written);
    fuzz::require(again && django::write_spaced_python_json(*again) == written);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    std::string kept;
    const text::Decoder decoder(fuzz::charset(data[0]));
    const auto [text, error] = decoder.read(fuzz::text(data + 1, size - 1), kept);
    if (error.empty()) {
        fuzz::require(text::is_valid_utf8(text));
        play(text);
    }
    return 0;
}
