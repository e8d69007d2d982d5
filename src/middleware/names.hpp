// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <algorithm>
#include <string_view>

namespace drf_messages::middleware {

/// Entries of MIDDLEWARE that not only the pipeline looks for.
namespace names {

constexpr std::string_view sessions = "django.contrib.sessions.middleware.SessionMiddleware";
constexpr std::string_view locale = "django.middleware.locale.LocaleMiddleware";
constexpr std::string_view common = "django.middleware.common.CommonMiddleware";
constexpr std::string_view conditional_get = "django.middleware.http.ConditionalGetMiddleware";
constexpr std::string_view csrf = "django.middleware.csrf.CsrfViewMiddleware";
constexpr std::string_view authentication =
    "django.contrib.auth.middleware.AuthenticationMiddleware";
constexpr std::string_view messages = "django.contrib.messages.middleware.MessageMiddleware";

} // namespace names

/// Whether MIDDLEWARE contains exactly that name.
inline bool is_installed(const Settings& settings, std::string_view name) {
    return std::find(settings.middleware.begin(), settings.middleware.end(), name) !=
           settings.middleware.end();
}

} // namespace drf_messages::middleware
