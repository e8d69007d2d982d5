// SPDX-License-Identifier: MIT
#include "http/media_type.hpp"

#include "http/whitespace.hpp"
#include "text/ascii.hpp"
#include "text/percent.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace drf_messages::http {

namespace {

/// The first ";" outside double quotes, or the end.
/// - Django 3.2: http/multipartparser.py, _parse_header_params. 4.2: utils/http.py, _parseparam.
std::size_t end_of_parameter(std::string_view text, MediaTypeRules rules) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escaped = rules.escaped_quotes && i > 0 && text[i - 1] == '\\';
        if (text[i] == '"' && !escaped) {
            quoted = !quoted;
        } else if (text[i] == ';' && !quoted) {
            return i;
        }
    }
    return text.size();
}

std::string replaced(std::string_view text, std::string_view what, char by) {
    std::string result;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what)) {
        result.append(text.substr(0, at)).push_back(by);
        text.remove_prefix(at + what.size());
    }
    return result.append(text);
}

/// RFC 2231, "utf-8'en'text" with percent escapes.
std::string decode_extended(std::string_view value) {
    const auto first = value.find('\'');
    const auto second = first == std::string_view::npos ? first : value.find('\'', first + 1);
    if (second == std::string_view::npos) {
        return std::string(value);
    }
    const auto encoding = text::lowered(value.substr(0, first));
    auto bytes = text::percent_decode(value.substr(second + 1), false);
    if (encoding == "iso-8859-1" || encoding == "latin-1" || encoding == "latin1") {
        return text::latin1_to_utf8(bytes);
    }
    return text::utf8_or_replacement(bytes);
}

/// As in a dict: what comes again has the place of the first and the value of the last.
void leave_one_of_each_name(std::vector<std::pair<std::string, std::string>>& params) {
    std::map<std::string, std::size_t> places;
    std::size_t left = 0;
    for (auto& param : params) {
        const auto [known, is_new] = places.try_emplace(param.first, left);
        if (is_new) {
            std::swap(params[left++], param);
        } else {
            params[known->second].second = std::move(param.second);
        }
    }
    params.resize(left);
}

/// - Django 5.2: utils/http.py, parse_header_parameters; Python: email/message.py, get_params.
void add_parameter(MediaType& type, std::string_view parameter, MediaTypeRules rules) {
    const auto equals = parameter.find('=');
    if (equals == std::string_view::npos) {
        if (rules.bare_parameters && !parameter.empty()) {
            type.params.emplace_back(std::string(parameter), std::string());
        }
        return;
    }
    auto name = text::lowered(text::trimmed(parameter.substr(0, equals)));
    if (rules.bare_parameters && name.empty()) {
        return;
    }
    bool extended = false;
    if (!name.empty() && name.back() == '*') {
        name.pop_back();
        extended = std::count(parameter.begin(), parameter.end(), '\'') == 2;
    }
    std::string value(text::trimmed(parameter.substr(equals + 1)));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
        value = replaced(replaced(value, "\\\\", '\\'), "\\\"", '"');
    } else if (rules.bare_parameters && value.size() >= 2 && value.front() == '<' && value.back() == '>') {
        value = value.substr(1, value.size() - 2);
    }
    if (extended) {
        value = decode_extended(value);
    }
    type.params.emplace_back(std::move(name), std::move(value));
}

bool fits(std::string_view pattern, std::string_view other) {
    return pattern == "*" || other == "*" || pattern == other;
}

} // namespace

MediaType::MediaType(std::string_view text, MediaTypeRules rules) {
    auto end = end_of_parameter(text, rules);
    full_type = text::lowered(text::trimmed(text.substr(0, end)));
    while (end < text.size()) {
        text.remove_prefix(end + 1);
        end = end_of_parameter(text, rules);
        add_parameter(*this, text::trimmed(text.substr(0, end)), rules);
    }
    if (params.size() > 1) {
        leave_one_of_each_name(params);
    }
}

std::string_view MediaType::main_type() const {
    return std::string_view(full_type).substr(0, full_type.find('/'));
}

std::string_view MediaType::sub_type() const {
    const auto slash = full_type.find('/');
    return slash == std::string::npos ? std::string_view()
                                      : std::string_view(full_type).substr(slash + 1);
}

std::optional<std::string_view> MediaType::param(std::string_view name) const& {
    for (const auto& [known, value] : params) {
        if (known == name) {
            return std::string_view(value);
        }
    }
    return std::nullopt;
}

bool MediaType::match(const MediaType& other) const {
    for (const auto& [name, value] : params) {
        if (name != "q" && other.param(name) != std::string_view(value)) {
            return false;
        }
    }
    return fits(sub_type(), other.sub_type()) && fits(main_type(), other.main_type());
}

int MediaType::precedence() const {
    if (main_type() == "*") {
        return 0;
    }
    if (sub_type() == "*") {
        return 1;
    }
    if (params.empty() || (params.size() == 1 && params.front().first == "q")) {
        return 2;
    }
    return 3;
}

std::string MediaType::str() const {
    std::string result(main_type());
    result.append("/").append(sub_type());
    for (const auto& [name, value] : params) {
        result.append("; ").append(name).append("=").append(value);
    }
    return result;
}

std::vector<Accepted> accepted_types(std::string_view header, MediaTypeRules rules) {
    std::vector<Accepted> types;
    for (bool last = false; !last;) {
        const auto comma = header.find(',');
        const auto text = strip(header.substr(0, comma));
        MediaType type(text, rules);
        const int precedence = type.precedence();
        types.push_back({text, std::move(type), precedence});
        last = comma == std::string_view::npos;
        header.remove_prefix(last ? header.size() : comma + 1);
    }
    const auto special_first = [](const Accepted& a, const Accepted& b) {
        return a.precedence > b.precedence;
    };
    if (!std::is_sorted(types.begin(), types.end(), special_first)) {
        std::stable_sort(types.begin(), types.end(), special_first);
    }
    return types;
}

} // namespace drf_messages::http
