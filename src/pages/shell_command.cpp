// SPDX-License-Identifier: MIT
#include "pages/shell_command.hpp"

namespace drf_messages::pages {
namespace {

/// One word of a shell, whatever is in it.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

/// How a program says who it is, by the challenge of the view's authentication.
std::string credentials(std::string_view challenge) {
    const auto scheme = challenge.substr(0, challenge.find(' '));
    if (scheme.empty()) {
        return {};
    }
    return scheme == "Basic" ? " -u USER"
                             : " -H " + quoted("Authorization: " + std::string(scheme) + " TOKEN");
}

} // namespace

std::string shell_command(const api::BrowsablePage& page, std::string_view method) {
    std::string line = "curl";
    if (method == "HEAD") {
        line += " --head";
    } else if (method != "GET") {
        line += " -X " + quoted(method);
    }
    line += credentials(page.challenge.value_or(""));
    if (page.shown != nullptr) {
        line += " -H " + quoted("Accept: " + page.shown->media_type);
    }
    return line + " " + quoted(page.request.http.build_absolute_uri());
}

} // namespace drf_messages::pages
