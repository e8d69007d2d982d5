// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::http {

/// The five parts of a URL; an absent one and an empty one are the same.
struct SplitUrl {
    std::string scheme; ///< lower case
    std::string netloc; ///< host and port as sent
    std::string path;
    std::string query;
    std::string fragment;
};

/// Python's urllib.parse.urlsplit, which is more lenient than RFC 3986 (and so than Boost.URL);
/// brackets in the netloc are ignored.
SplitUrl split_url(std::string_view text);
/// Python's urlunsplit.
std::string unsplit_url(const SplitUrl& parts);

/// A query parameter and its one new value; absent: remove it.
struct QueryChange {
    std::string_view name;
    std::optional<std::string_view> value;
};

/// `url` with its query changed, one after the other. The parameters come out sorted and
/// re-encoded, blank ones kept.
/// - REST framework: rest_framework/utils/urls.py, replace_query_param and remove_query_param
///   (Python's urlsplit, parse_qs, urlencode).
std::string change_query(std::string_view url, std::initializer_list<QueryChange> changes);

/// `url` with its query parameter `name` set to `value`.
std::string
replace_query_param(std::string_view url, std::string_view name, std::string_view value);

/// `url` without its query parameter `name`.
std::string remove_query_param(std::string_view url, std::string_view name);

/// A relative reference as Location and links carry it: non-ASCII and unsafe bytes become percent
/// escapes, what is already escaped stays. Django: django/utils/encoding.py, iri_to_uri.
std::string iri_to_uri(std::string_view iri);
void append_as_uri(std::string& to, std::string_view iri);

/// Path text for a URL: Django's django/utils/encoding.py, escape_uri_path.
std::string escape_uri_path(std::string_view path);

/// "//host/" as a path of this site, "/%2Fhost/". Django: django/utils/http.py,
/// escape_leading_slashes.
std::string escape_leading_slashes(std::string url);

} // namespace drf_messages::http
