// SPDX-License-Identifier: MIT
#include "accounts/session.hpp"

#include "text/utf8.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace drf_messages::accounts {
namespace {

constexpr std::string_view expiry_name = "_session_expiry";
constexpr std::string_view session_key_characters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t session_key_length = 32;
constexpr std::size_t shortest_key = 8; // characters

/// Ten thousand years: what a wrong `_session_expiry` may ask for without leaving the range of the
/// clock.
constexpr double longest_expiry_seconds = 3.0e11;

/// The number of seconds of `_session_expiry`; absent when it is missing or something else.
std::optional<std::chrono::seconds> expiry_seconds(const boost::json::value* value) {
    if (value == nullptr) {
        return std::nullopt;
    }
    double seconds = 0;
    if (value->is_bool()) {
        seconds = value->get_bool() ? 1 : 0;
    } else if (value->is_int64()) {
        seconds = static_cast<double>(value->get_int64());
    } else if (value->is_uint64()) {
        seconds = static_cast<double>(value->get_uint64());
    } else if (value->is_double() && std::isfinite(value->get_double())) {
        seconds = value->get_double();
    } else {
        return std::nullopt;
    }
    seconds = std::clamp(seconds, -longest_expiry_seconds, longest_expiry_seconds);
    return std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

} // namespace

SessionInterrupted::SessionInterrupted()
    : std::runtime_error("the session was deleted before the request completed") {}

Session::Session(
    SessionEngine& engine,
    const Settings& settings,
    Clock clock,
    crypto::RandomBytes random,
    ConnectionSource connection,
    std::optional<std::string> key
)
    : engine_(engine), settings_(settings), clock_(std::move(clock)), random_(std::move(random)),
      connection_(std::move(connection)) {
    if (key && text::utf8_length(*key) >= shortest_key) {
        key_ = std::move(key);
    }
}

boost::json::object& Session::data() {
    accessed_ = true;
    if (!data_) {
        if (key_) {
            data_ = engine_.load(connection_, *key_);
            if (!data_) {
                key_.reset();
            }
        }
        if (!data_) {
            data_.emplace();
        }
    }
    return *data_;
}

const boost::json::value* Session::find(std::string_view name) {
    return data().if_contains(name);
}

void Session::set(std::string_view name, boost::json::value value) {
    data().insert_or_assign(name, std::move(value));
    modified_ = true;
}

void Session::erase(std::string_view name) {
    if (data().erase(name) > 0) {
        modified_ = true;
    }
}

std::optional<std::string_view> Session::find_text(std::string_view name) {
    const boost::json::value* value = find(name);
    if (value == nullptr || !value->is_string()) {
        return std::nullopt;
    }
    return std::string_view(value->get_string());
}

void Session::set_text(std::string_view name, std::string_view value) {
    set(name, boost::json::value(value));
}

void Session::flush() {
    data_.emplace();
    accessed_ = true;
    modified_ = true;
    if (key_) {
        engine_.remove(connection_, *key_);
        key_.reset();
    }
}

void Session::save() {
    if (!key_) {
        create();
        return;
    }
    const boost::json::object& content = data();
    if (!key_) {
        create();
        return;
    }
    if (!engine_.save(connection_, *key_, content, expiry_date(), false)) {
        throw SessionInterrupted();
    }
}

void Session::create() {
    const Timestamp expires = expiry_date();
    do {
        key_ = crypto::random_string(random_, session_key_length, session_key_characters);
    } while (!engine_.save(connection_, *key_, *data_, expires, true));
    modified_ = true;
}

std::chrono::seconds Session::get_expiry_age() {
    const auto seconds = expiry_seconds(find(expiry_name));
    return seconds && seconds->count() != 0 ? *seconds : settings_.session_cookie_age;
}

Timestamp Session::expiry_date() {
    // The last second that Django's datetime and every database can hold.
    constexpr Timestamp end_of_time{std::chrono::seconds(253'402'300'799)};
    constexpr Timestamp begin_of_time{std::chrono::seconds(-62'135'596'800)};
    const Timestamp expires = clock_() + get_expiry_age();
    return std::clamp(expires, begin_of_time, end_of_time);
}

bool Session::get_expire_at_browser_close() {
    const boost::json::value* value = find(expiry_name);
    if (value == nullptr || value->is_null()) {
        return settings_.session_expire_at_browser_close;
    }
    const auto seconds = expiry_seconds(value);
    return seconds && seconds->count() == 0;
}

} // namespace drf_messages::accounts
