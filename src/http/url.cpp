// SPDX-License-Identifier: MIT
#include "http/url.hpp"

#include "http/query_dict.hpp"
#include "text/ascii.hpp"
#include "text/percent.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

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

struct UrlParts {
    std::string_view scheme; ///< as written
    std::string_view netloc;
    std::string_view path;
    std::string_view query;
    std::string_view fragment;
};

/// The text without what urlsplit drops; `memory` holds it if that was not just the text's end.
std::string_view cleaned(std::string_view text, std::string& memory) {
    const auto dropped = [](char c) { return c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') {
        text.remove_prefix(1);
    }
    if (std::none_of(text.begin(), text.end(), dropped)) {
        return text;
    }
    std::remove_copy_if(text.begin(), text.end(), std::back_inserter(memory), dropped);
    return memory;
}

/// - rest: cleaned.
UrlParts parts_of(std::string_view rest) {
    UrlParts parts;
    const auto colon = rest.find(':');
    if (colon != std::string_view::npos && colon > 0 && text::is_letter(rest.front()) &&
        std::all_of(
            rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(colon), is_scheme_character
        )) {
        parts.scheme = rest.substr(0, colon);
        rest.remove_prefix(colon + 1);
    }
    if (rest.substr(0, 2) == "//") {
        rest.remove_prefix(2);
        const auto end = std::find_if(rest.begin(), rest.end(), [](char c) {
            return c == '/' || c == '?' || c == '#';
        });
        parts.netloc = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
        rest.remove_prefix(parts.netloc.size());
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

std::string joined(const UrlParts& parts) {
    const std::string scheme = text::lowered(parts.scheme);
    std::string url;
    url.reserve(
        scheme.size() + parts.netloc.size() + parts.path.size() + parts.query.size() +
        parts.fragment.size() + 8
    );
    if (!scheme.empty()) {
        url += scheme;
        url += ':';
    }
    const bool path_has_netloc = parts.path.substr(0, 2) == "//";
    if (!parts.netloc.empty() || (!scheme.empty() && uses_netloc(scheme) && !path_has_netloc)) {
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

} // namespace

SplitUrl split_url(std::string_view text) {
    std::string memory;
    const UrlParts parts = parts_of(cleaned(text, memory));
    return {
        text::lowered(parts.scheme),
        std::string(parts.netloc),
        std::string(parts.path),
        std::string(parts.query),
        std::string(parts.fragment)};
}

std::string unsplit_url(const SplitUrl& parts) {
    return joined({parts.scheme, parts.netloc, parts.path, parts.query, parts.fragment});
}

std::string change_query(std::string_view url, std::initializer_list<QueryChange> changes) {
    std::string memory;
    UrlParts parts = parts_of(cleaned(url, memory));
    auto parameters = QueryDict::parse(parts.query, std::nullopt)->items();
    for (const QueryChange& change : changes) {
        std::erase_if(parameters, [&](const auto& known) { return known.first == change.name; });
        if (change.value) {
            parameters.emplace_back(change.name, *change.value);
        }
    }
    // the values of one name keep their order, as parse_qs collects them under it
    const auto by_name = [](const auto& a, const auto& b) { return a.first < b.first; };
    if (!std::is_sorted(parameters.begin(), parameters.end(), by_name)) {
        std::stable_sort(parameters.begin(), parameters.end(), by_name);
    }
    std::string query;
    for (const auto& [name, value] : parameters) {
        if (!query.empty()) {
            query += '&';
        }
        query += text::percent_encode_plus(name);
        query += '=';
        query += text::percent_encode_plus(value);
    }
    parts.query = query;
    return joined(parts);
}

std::string
replace_query_param(std::string_view url, std::string_view name, std::string_view value) {
    return change_query(url, {{name, value}});
}

std::string remove_query_param(std::string_view url, std::string_view name) {
    return change_query(url, {{name, std::nullopt}});
}

std::string iri_to_uri(std::string_view iri) {
    std::string uri;
    uri.reserve(iri.size() + iri.size() / 4);
    append_as_uri(uri, iri);
    return uri;
}

void append_as_uri(std::string& to, std::string_view iri) {
    static constexpr text::SafeBytes safe("/#%[]=:;$&()+,!?*@'~");
    text::append_percent_encoded(to, iri, safe);
}

std::string escape_leading_slashes(std::string url) {
    return url.starts_with("//") ? url.replace(1, 1, "%2F") : url;
}

std::string escape_uri_path(std::string_view path) {
    static constexpr text::SafeBytes safe("/:@&+$,-_.!~*'()");
    return text::percent_encode(path, safe);
}

} // namespace drf_messages::http
