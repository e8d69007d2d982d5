// SPDX-License-Identifier: MIT
#include "http/query_dict.hpp"

#include "text/percent.hpp"
#include "text/utf8.hpp"

#include <algorithm>

namespace drf_messages::http {

namespace {

/// For more, memory is allocated only when they are found: somebody may send nothing but "&".
constexpr std::size_t usual_parameters = 16;

bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

std::string decode_utf8(std::string_view part) {
    const auto escapes = [](char c) { return c == '%' || c == '+'; };
    if (std::none_of(part.begin(), part.end(), escapes)) {
        return std::string(part);
    }
    return text::utf8_or_replacement(text::percent_decode(part, true));
}

/// What a part of the query says that had an escape in it: each run of ASCII is bytes of the
/// charset, whatever stands between is what it is. Python: urllib.parse.unquote.
std::string unquoted(std::string_view part, const text::Decoder& decoder) {
    std::string out;
    out.reserve(part.size());
    while (!part.empty()) {
        const auto* const run = std::find_if_not(part.begin(), part.end(), is_ascii);
        const auto ascii = static_cast<std::size_t>(run - part.begin());
        decoder.append_replaced(out, text::percent_decode(part.substr(0, ascii), true));
        const auto* const next = std::find_if(run, part.end(), is_ascii);
        out.append(run, next);
        part.remove_prefix(static_cast<std::size_t>(next - part.begin()));
    }
    return out;
}

std::string decode(std::string_view part, const text::Decoder& decoder) {
    if (part.find('%') != std::string_view::npos) {
        return unquoted(part, decoder);
    }
    std::string plain(part);
    std::replace(plain.begin(), plain.end(), '+', ' ');
    return plain;
}

} // namespace

std::optional<QueryDict> QueryDict::parse(
    std::string_view query, std::optional<std::size_t> max_fields, text::Charset charset
) {
    QueryDict result;
    if (query.empty()) {
        return result;
    }
    std::optional<text::Decoder> decoder;
    std::string text;
    if (!charset.is_utf8()) {
        decoder.emplace(charset);
        auto decoded = decoder->decoded(query);
        text = decoded ? std::move(*decoded) : text::latin1_to_utf8(query);
        query = text;
    } else if (!text::is_valid_utf8(query)) {
        text = text::latin1_to_utf8(query);
        query = text;
    }
    const auto fields = static_cast<std::size_t>(std::count(query.begin(), query.end(), '&')) + 1;
    if (max_fields && fields > *max_fields) {
        return std::nullopt;
    }
    const auto decode_part = [&decoder](std::string_view part) {
        return decoder ? decode(part, *decoder) : decode_utf8(part);
    };
    result.items_.reserve(std::min(fields, usual_parameters));
    while (true) {
        const auto end = query.find('&');
        const auto field = query.substr(0, end);
        if (!field.empty()) {
            const auto equals = field.find('=');
            const auto value =
                equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
            result.items_.emplace_back(decode_part(field.substr(0, equals)), decode_part(value));
        }
        if (end == std::string_view::npos) {
            return result;
        }
        query.remove_prefix(end + 1);
    }
}

std::optional<std::string_view> QueryDict::get(std::string_view name) const {
    const auto last = std::find_if(items_.rbegin(), items_.rend(), [&](const auto& item) {
        return item.first == name;
    });
    if (last == items_.rend()) {
        return std::nullopt;
    }
    return std::string_view(last->second);
}

} // namespace drf_messages::http
