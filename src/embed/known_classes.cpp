// SPDX-License-Identifier: MIT
#include "embed/known_classes.hpp"

#include "accounts/session_engine.hpp"
#include "api/classes/known_classes.hpp"
#include "django/password.hpp"
#include "django/session_codec.hpp"
#include "urls/url_conf.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::embed {
namespace {

using Kind = api::UrlModule::Kind;
using Names = std::vector<std::string>;

/// A setting whose names are no classes of the API, and the table that has them.
struct Row {
    std::string_view setting;
    const Names& (*names)();
};

constexpr std::array rows{
    Row{"SESSION_ENGINE", accounts::known_session_engines},
    Row{"SESSION_SERIALIZER", django::known_session_serializers},
    Row{"PASSWORD_HASHERS", django::known_password_hashers},
    Row{"include", []() -> const Names& { return urls::known_modules(Kind::include); }},
    Row{"view", []() -> const Names& { return urls::known_modules(Kind::view); }},
    Row{"router", []() -> const Names& { return urls::known_modules(Kind::router); }},
};

const Names& names_of(std::string_view setting) {
    const auto* const row = std::find_if(rows.begin(), rows.end(), [&](const Row& one) {
        return one.setting == setting;
    });
    return row == rows.end() ? api::known_classes(setting) : row->names();
}

} // namespace

config::KnownClasses known_classes() {
    return {names_of, api::base_classes()};
}

} // namespace drf_messages::embed
