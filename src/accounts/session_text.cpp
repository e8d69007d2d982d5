// SPDX-License-Identifier: MIT
#include "accounts/session_text.hpp"

#include "accounts/session_engine.hpp"
#include "accounts/session_explanation.hpp"
#include "django/signing.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <utility>

namespace drf_messages::accounts {
namespace {

/// The sessions of about a thousand visitors.
constexpr std::size_t remembered_bytes = 1024 * 1024;

std::size_t bytes_of(const boost::json::value& value);

/// Roughly what the members take.
std::size_t bytes_of(const boost::json::object& object) {
    std::size_t bytes = 0;
    for (const auto& member : object) {
        bytes += sizeof(member) + member.key().size() + bytes_of(member.value());
    }
    return bytes;
}

std::size_t bytes_of(const boost::json::value& value) {
    if (const auto* text = value.if_string()) {
        return text->size();
    }
    if (const auto* object = value.if_object()) {
        return bytes_of(*object);
    }
    std::size_t bytes = 0;
    if (const auto* array = value.if_array()) {
        for (const boost::json::value& item : *array) {
            bytes += sizeof(item) + bytes_of(item);
        }
    }
    return bytes;
}

} // namespace

SessionText::SessionText(const Settings& settings, Clock clock)
    : secret_keys_(secret_keys(settings)),
      serializer_(django::session_serializer(settings.session_serializer)),
      legacy_(django::legacy_formats(settings)), clock_(std::move(clock)),
      recent_(remembered_bytes) {}

std::string SessionText::encode(const boost::json::object& session) const {
    return django::encode_session(
        session,
        secret_keys_.front(),
        std::chrono::floor<std::chrono::seconds>(clock_()),
        django::session_store_salt,
        serializer_
    );
}

SessionContent SessionText::decode(std::string_view stored) const {
    if (auto known = recent_.find(stored)) {
        return SessionContent(std::move(known));
    }
    for (const std::string& secret_key : secret_keys_) {
        if (auto session = django::decode_session(
                stored, secret_key, django::session_store_salt, serializer_, legacy_
            )) {
            recent_.keep(stored, *session, bytes_of(*session));
            return std::move(*session);
        }
    }
    return {};
}

std::optional<boost::json::object>
SessionText::explain(std::string_view stored, InspectionSteps& steps) const {
    const std::string_view salt = django::session_store_salt;
    for (std::size_t index = 0; index < secret_keys_.size(); ++index) {
        const std::string& secret_key = secret_keys_[index];
        const bool current = django::unsign_timestamped(stored, salt, secret_key).has_value();
        auto session = django::decode_session(stored, secret_key, salt, serializer_);
        if (!current && !session) {
            continue;
        }
        if (legacy_ == django::LegacyFormats::refused &&
            !django::unsign_timestamped(stored, salt, secret_key, legacy_)) {
            steps.stop("it is in the form of Django before 3.1, which Django 4.0 and later do not "
                       "read");
            return std::nullopt;
        }
        steps.found(fmt::format(
            "signed with {}{}",
            secret_key_name(index),
            current ? "" : ", in the form of Django before 3.1"
        ));
        if (!session) {
            stop_unreadable(stored, secret_key, steps);
            return std::nullopt;
        }
        note_skew(stored, salt, secret_key, clock_(), steps);
        return session;
    }
    steps.stop(not_signed(secret_keys_.size()));
    return std::nullopt;
}

void SessionText::stop_unreadable(
    std::string_view stored, const std::string& secret_key, InspectionSteps& steps
) const {
    const bool json = serializer_ == django::SessionSerializer::json;
    const auto other = json ? django::SessionSerializer::pickle : django::SessionSerializer::json;
    if (django::decode_session(stored, secret_key, django::session_store_salt, other)) {
        steps.stop(fmt::format(
            "its content is {}: SESSION_SERIALIZER is another one where it was made",
            json ? "pickled, not JSON" : "JSON, not pickled"
        ));
        return;
    }
    steps.stop("its content cannot be read: SESSION_SERIALIZER is another one where it was made, "
               "or the content is broken, or too large");
}

} // namespace drf_messages::accounts
