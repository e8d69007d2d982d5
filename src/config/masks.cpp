// SPDX-License-Identifier: MIT
#include "config/masks.hpp"

#include "text/ascii.hpp"

#include <algorithm>
#include <string_view>
#include <variant>

namespace drf_messages::config {
namespace {

constexpr std::string_view mask = "********";

bool names_a_secret(std::string_view key) {
    const std::string lower = text::lowered(key);
    for (const std::string_view word : {"password", "passwd", "secret", "token"}) {
        if (lower.find(word) != std::string::npos) {
            return true;
        }
    }
    return false;
}

/// "redis://:password@host/1" without its password.
std::string masked_url(const std::string& url) {
    const auto start = url.find("://");
    if (start == std::string::npos || url.starts_with("file:")) { // of SQLite, which has no login
        return url.find("password=") == std::string::npos ? url : std::string(mask);
    }
    auto question = std::min(url.find('?', start), url.size());
    auto at = url.rfind('@', question);
    if (at == std::string::npos && (at = url.rfind('@')) != std::string::npos) {
        question = std::min(url.find('?', at), url.size()); // that one was in the password
    }
    std::string text = url.substr(0, question);
    const auto colon = text.find(':', start + 3);
    if (at != std::string::npos && colon < at) {
        text.replace(colon + 1, at - colon - 1, mask);
    }
    for (auto from = question; from < url.size();) {
        const auto end = std::min(url.find('&', from + 1), url.size());
        const auto equals = std::min(url.find('=', from), end);
        text += url.substr(from, equals - from);
        if (equals < end) {
            text += '=';
            text += names_a_secret(url.substr(from, equals - from))
                        ? mask
                        : std::string_view(url).substr(equals + 1, end - equals - 1);
        }
        from = end;
    }
    return text;
}

} // namespace

std::string masked_urls(const std::string& text) {
    const auto scheme = text.rfind("://");
    const auto divider =
        scheme == std::string::npos ? std::string::npos : text.find_last_of(",;", scheme);
    if (divider == std::string::npos) {
        return masked_url(text);
    }
    return masked_urls(text.substr(0, divider)) + text[divider] +
           masked_url(text.substr(divider + 1));
}

void mask_secrets(Node& node, bool secret) {
    if (auto* text = std::get_if<std::string>(&node.value)) {
        if (!text->empty()) {
            *text = secret ? std::string(mask) : masked_urls(*text);
        }
    } else if (auto* items = std::get_if<Node::Array>(&node.value)) {
        for (Node& item : *items) {
            mask_secrets(item, secret);
        }
    } else if (auto* table = std::get_if<Node::Table>(&node.value)) {
        for (Member& member : *table) {
            mask_secrets(member.node, names_a_secret(member.key));
        }
    }
}

} // namespace drf_messages::config
