// SPDX-License-Identifier: MIT
#include "accounts/session.hpp"

#include "accounts/session_expiry.hpp"
#include "django/pickle.hpp"
#include "model/site_time.hpp"
#include "text/datetime.hpp"
#include "text/utf8.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace drf_messages::accounts {
namespace {

constexpr std::string_view session_key_characters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t session_key_length = 32;

/// A store that says of this many new keys that they are taken is broken.
constexpr int creation_attempts = 100;

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
    if (key && text::utf8_length(*key) >= shortest_session_key) {
        key_ = std::move(key);
    }
}

SessionContent& Session::data() {
    accessed_ = true;
    if (data_) {
        return *data_;
    }
    if (!key_) {
        return data_.emplace();
    }
    std::optional<LoadedSession> loaded = engine_.load(connection_, *key_);
    if (!loaded) {
        key_.reset();
        return data_.emplace();
    }
    data_ = std::move(loaded->data);
    if (loaded->begin_anew) {
        create();
    }
    return *data_;
}

const boost::json::value* Session::find(std::string_view name) {
    return data().read().if_contains(name);
}

bool Session::writable() {
    data();
    return skipped_classes().empty();
}

std::string Session::skipped_classes() const {
    return data_ ? django::skipped_classes(data_->read()) : std::string();
}

bool Session::is_too_large_to_read() const {
    return data_ && django::is_too_large_to_read(data_->read());
}

std::string Session::why_not_written() const {
    return fmt::format("the session holds {}, which writing it would lose", skipped_classes());
}

void Session::refuse(std::string what) {
    what = fmt::format("{}: {}", what, why_not_written());
    if (std::find(refusals_.begin(), refusals_.end(), what) == refusals_.end()) {
        refusals_.push_back(std::move(what));
    }
}

void Session::set(std::string_view name, boost::json::value value) {
    if (!writable()) {
        refuse(fmt::format("{} is not stored", name));
        return;
    }
    data().write().insert_or_assign(name, std::move(value));
    modified_ = true;
}

void Session::erase(std::string_view name) {
    if (data().read().contains(name)) {
        if (!writable()) {
            refuse(fmt::format("{} is not removed", name));
            return;
        }
        data_->write().erase(name);
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

void Session::begin_anew() {
    if (!writable()) {
        refuse("a new session begins, and the old one stays as it is stored");
    }
    data_.emplace();
    accessed_ = true;
    modified_ = true;
    key_.reset();
}

void Session::cycle_key() {
    if (!writable()) {
        refuse("the key stays");
        return;
    }
    const std::optional<std::string> old = key_;
    create();
    if (old) {
        engine_.remove(connection_, *old, *key_);
    }
}

void Session::save() {
    if (!key_) {
        create();
        return;
    }
    const boost::json::object& content = data().read();
    if (!key_) {
        create();
        return;
    }
    if (!writable()) {
        key_ = engine_.touch(connection_, *key_, expiry());
    } else {
        key_ = engine_.save(connection_, *key_, content, expiry(), false);
    }
    if (!key_) {
        throw SessionInterrupted();
    }
}

void Session::create() {
    const SessionExpiry expiry = this->expiry();
    modified_ = true;
    for (int attempt = 0; attempt < creation_attempts; ++attempt) {
        key_ = engine_.save(
            connection_,
            crypto::random_string(random_, session_key_length, session_key_characters),
            data_->read(),
            expiry,
            true
        );
        if (key_) {
            return;
        }
    }
    throw SessionStoreError("no new session can be stored");
}

void Session::set_expiry(std::chrono::seconds age) {
    set(session_expiry_name, age.count());
}

void Session::set_expiry(Timestamp moment) {
    // isoformat() of the datetime that Django has there: without USE_TZ a naive one.
    std::string text;
    if (settings_.use_tz) {
        text = text::format_python_utc(moment);
        text[text.find(' ')] = 'T';
    } else {
        text = text::format_iso8601(moment, site_time_zone(settings_), text::Offset::absent);
    }
    set(session_expiry_name, boost::json::value(text));
}

void Session::reset_expiry() {
    erase(session_expiry_name);
}

SessionExpiry Session::expiry() {
    // The last second that Django's datetime and every database can hold.
    constexpr Timestamp end_of_time{std::chrono::seconds(253'402'300'799)};
    constexpr Timestamp begin_of_time{std::chrono::seconds(-62'135'596'800)};
    const Timestamp now = clock_();
    const AskedExpiry asked = asked_expiry(data().read(), settings_);
    if (const auto* moment = std::get_if<Timestamp>(&asked)) {
        return {seconds_until(*moment, now), std::clamp(*moment, begin_of_time, end_of_time)};
    }
    const auto* seconds = std::get_if<std::chrono::seconds>(&asked);
    const std::chrono::seconds age =
        seconds != nullptr && seconds->count() != 0 ? *seconds : settings_.session_cookie_age;
    return {age, std::clamp(later(now, age, settings_), begin_of_time, end_of_time)};
}

bool Session::knows_its_expiry() {
    return !std::holds_alternative<NotReadHere>(asked_expiry(data().read(), settings_));
}

std::chrono::seconds Session::get_expiry_age() {
    return expiry().age;
}

Timestamp Session::get_expiry_date() {
    return expiry().date;
}

bool Session::get_expire_at_browser_close() {
    const boost::json::value* value = find(session_expiry_name);
    if (value == nullptr || value->is_null()) {
        return settings_.session_expire_at_browser_close;
    }
    const AskedExpiry asked = asked_expiry(data().read(), settings_);
    const auto* seconds = std::get_if<std::chrono::seconds>(&asked);
    return seconds != nullptr && seconds->count() == 0;
}

} // namespace drf_messages::accounts
