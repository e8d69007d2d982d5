// SPDX-License-Identifier: MIT
#include "model/epoch.hpp"

#include <drf_messages/message_state.hpp>

#include <algorithm>
#include <charconv>
#include <ostream>
#include <system_error>

namespace drf_messages {
namespace {

constexpr std::size_t longest_epoch = 16;

} // namespace

bool is_epoch(std::string_view text) noexcept {
    return !text.empty() && text.size() <= longest_epoch &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
           });
}

std::string MessageState::str() const {
    return epoch + '-' + std::to_string(position);
}

std::optional<MessageState> MessageState::parse(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos || !is_epoch(text.substr(0, dash))) {
        return std::nullopt;
    }
    MessageState state{std::string(text.substr(0, dash)), 0};
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + dash + 1, end, state.position);
    if (error != std::errc() || rest != end || state.position < 0 || state.str() != text) {
        return std::nullopt;
    }
    return state;
}

std::ostream& operator<<(std::ostream& stream, const MessageState& state) {
    return stream << state.epoch << '-' << state.position;
}

} // namespace drf_messages
