// SPDX-License-Identifier: MIT
#include "openapi/operation_ids.hpp"

#include "text/ascii.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace drf_messages::openapi {
namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        const auto slash = path.find('/');
        if (slash != 0) {
            parts.emplace_back(path.substr(0, slash));
        }
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    return parts;
}

/// Without "{id}" and the like.
std::string without_arguments(std::string text) {
    for (auto open = text.find('{'); open != std::string::npos; open = text.find('{')) {
        text.erase(open, text.find('}', open) + 1 - open);
    }
    return text;
}

/// What drf-spectacular tells classes of views apart by; empty for what it does not look at.
std::string class_of(const Endpoint& endpoint) {
    if (!endpoint.view || endpoint.route->has_suffix) {
        return {};
    }
    if (endpoint.routed->registration != nullptr) {
        return endpoint.routed->registration->viewset;
    }
    return endpoint.view->options().name == "Api Root" ? "" : endpoint.view->options().name;
}

std::string action_of(const Endpoint& endpoint, std::string_view method) {
    if (method == "GET") {
        const auto* row = endpoint.routed->endpoint;
        return row != nullptr && !row->detail && !row->is_extra_action() ? "list" : "retrieve";
    }
    return method == "POST" ? "create" : "destroy";
}

} // namespace

OperationIds::OperationIds(const std::vector<Endpoint>& endpoints) {
    std::set<std::string> classes;
    std::optional<std::vector<std::string>> shared;
    for (const auto& endpoint : endpoints) {
        auto name = class_of(endpoint);
        if (name.empty()) {
            continue;
        }
        classes.insert(std::move(name));
        const auto parts = split(endpoint.path);
        if (!shared) {
            shared = parts;
        }
        const auto end = std::mismatch(shared->begin(), shared->end(), parts.begin(), parts.end());
        shared->erase(end.first, shared->end());
    }
    shared_words_ = shared && classes.size() > 1 ? shared->size() : 0;
}

std::vector<std::string> OperationIds::words(const Endpoint& endpoint) const {
    auto parts = split(endpoint.path);
    if (parts.size() >= shared_words_) {
        parts.erase(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(shared_words_));
    }
    std::vector<std::string> words;
    for (auto& part : parts) {
        auto word = without_arguments(std::move(part));
        if (endpoint.route->has_suffix && word.ends_with('.')) {
            word.pop_back(); // what stood before the format
        }
        if (!word.empty()) {
            words.push_back(std::move(word));
        }
    }
    return words;
}

std::string OperationIds::tag(const Endpoint& endpoint) const {
    const auto all = words(endpoint);
    return all.empty() ? std::string() : all.front();
}

std::string OperationIds::of(const Endpoint& endpoint, std::string_view method) {
    auto all = words(endpoint);
    if (all.empty()) {
        all.emplace_back("root");
    }
    if (endpoint.route->has_suffix) {
        all.emplace_back("formatted");
    }
    const bool beside = method == "HEAD" || method == "OPTIONS";
    const bool has_get = endpoint.view && endpoint.view->answers("GET");
    all.push_back(action_of(endpoint, beside ? (has_get ? "GET" : "POST") : method));
    if (beside) {
        all.emplace_back(method == "HEAD" ? "head" : "options");
    }
    auto id = fmt::format("{}", fmt::join(all, "_"));
    std::replace_if(
        id.begin(), id.end(), [](char c) { return !text::is_alphanumeric(c) && c != '.'; }, '_'
    );
    auto unique = id;
    for (int number = 2; !used_.insert(unique).second; ++number) {
        unique = fmt::format("{}_{}", id, number);
    }
    return unique;
}

} // namespace drf_messages::openapi
