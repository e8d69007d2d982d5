// SPDX-License-Identifier: MIT
#include "http/url.hpp"

#include "http/query_dict.hpp"
#include "text/ascii.hpp"
#include "text/percent.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace drf_messages::http {

namespace {

bool is_scheme_character(char c) {
    return text::is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
}

bool uses_netloc(std::string_view scheme) {
    static constexpr std::array<std::string_view, 24> schemes = {
        "ftp",   "http",  "gopher",  "nntp",  "telnet",   "imap", "wais",    "file",
        "mms",   "https", "shttp",   "snews", "prospero", "rtsp", "rtsps",   "rtspu",
        "rsync", "svn",   "svn+ssh", "sftp",  "nfs",      "git",  "git+ssh", "ws"};
    return scheme == "wss" || std::find(schemes.begin(), schemes.end(), scheme) != schemes.end();
}

using Parameters = std::vector<std::pair<std::string, std::string>>;

template<class Change>
std::string with_parameters(std::string_view url, Change change) {
    auto parts = split_url(url);
    Parameters parameters = QueryDict::parse(parts.query, std::nullopt)->items();
    change(parameters);
    // the values of one name stay in their order, as parse_qs collects them under it
    std::stable_sort(parameters.begin(), parameters.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    parts.query.clear();
    for (const auto& [name, value] : parameters) {
        if (!parts.query.empty()) {
            parts.query += '&';
        }
        parts.query += text::percent_encode_plus(name);
        parts.query += '=';
        parts.query += text::percent_encode_plus(value);
    }
    return unsplit_url(parts);
}

void erase_name(Parameters& parameters, std::string_view name) {
    std::erase_if(parameters, [&](const auto& parameter) { return parameter.first == name; });
}

} // namespace

SplitUrl split_url(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') {
        text.remove_prefix(1);
    }
    std::string cleaned(text);
    std::erase_if(cleaned, [](char c) { return c == '\t' || c == '\r' || c == '\n'; });
    std::string_view rest = cleaned;

    SplitUrl parts;
    const auto colon = rest.find(':');
    if (colon != std::string_view::npos && colon > 0 && text::is_letter(rest.front()) &&
        std::all_of(
            rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(colon), is_scheme_character
        )) {
        parts.scheme = text::lowered(rest.substr(0, colon));
        rest.remove_prefix(colon + 1);
    }
    if (rest.substr(0, 2) == "//") {
        const auto end = std::min(rest.find_first_of("/?#", 2), rest.size());
        parts.netloc = rest.substr(2, end - 2);
        rest.remove_prefix(end);
    }
    if (const auto hash = rest.find('#'); hash != std::string_view::npos) {
        parts.fragment = rest.substr(hash + 1);
        rest = rest.substr(0, hash);
    }
    if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
        parts.query = rest.substr(mark + 1);
        rest = rest.substr(0, mark);
    }
    parts.path = rest;
    return parts;
}

std::string unsplit_url(const SplitUrl& parts) {
    std::string url;
    url.reserve(
        parts.scheme.size() + parts.netloc.size() + parts.path.size() + parts.query.size() +
        parts.fragment.size() + 8
    );
    if (!parts.scheme.empty()) {
        url += parts.scheme;
        url += ':';
    }
    const bool path_has_netloc = std::string_view(parts.path).substr(0, 2) == "//";
    if (!parts.netloc.empty() ||
        (!parts.scheme.empty() && uses_netloc(parts.scheme) && !path_has_netloc)) {
        url += "//";
        url += parts.netloc;
        if (!parts.path.empty() && parts.path.front() != '/') {
            url += '/';
        }
    }
    url += parts.path;
    if (!parts.query.empty()) {
        url += '?';
        url += parts.query;
    }
    if (!parts.fragment.empty()) {
        url += '#';
        url += parts.fragment;
    }
    return url;
}

std::string
replace_query_param(std::string_view url, std::string_view name, std::string_view value) {
    return with_parameters(url, [&](Parameters& parameters) {
        erase_name(parameters, name);
        parameters.emplace_back(name, value);
    });
}

std::string remove_query_param(std::string_view url, std::string_view name) {
    return with_parameters(url, [&](Parameters& parameters) { erase_name(parameters, name); });
}

std::string iri_to_uri(std::string_view iri) {
    return text::percent_encode(iri, "/#%[]=:;$&()+,!?*@'~");
}

std::string escape_uri_path(std::string_view path) {
    return text::percent_encode(path, "/:@&+$,-_.!~*'()");
}

} // namespace drf_messages::http
