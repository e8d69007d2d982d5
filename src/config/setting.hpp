// SPDX-License-Identifier: MIT
#pragma once

#include "config/codec.hpp"
#include "config/reader.hpp"
#include "config/rules.hpp"

#include <fmt/format.h>

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace drf_messages::config {

/// The texts about a setting, whatever its type.
struct SettingWords {
    std::string_view name;    ///< "SESSION_COOKIE_AGE", "REST_FRAMEWORK.PAGE_SIZE"
    std::string_view help;    ///< one sentence
    std::string_view example; ///< a value in TOML
    Rule rule = any;
    std::string_view classes{}; ///< the name by which KnownClasses knows what it may hold
    bool secret = false;
    bool none = false; ///< whether a class name may be empty: Python's None
    bool file = false; ///< a file name, resolved against the settings file's folder
};

/// One line of the table of settings.
struct Setting {
    SettingWords words;
    std::string type;
    std::function<void(const Node&, Settings&, Reader&)> read;
    std::function<Node(const Settings&)> write; ///< empty: never printed (SECRET_KEY_FILE)
};

/// Whether a number would be good as the text that its digits are: 5.2 for "5.2".
inline bool lacks_quotes(const SettingWords& words, const std::string& type, const Node& node) {
    const bool is_number = std::holds_alternative<std::int64_t>(node.value) ||
                           std::holds_alternative<double>(node.value);
    return is_number && type.starts_with(Codec<std::string>::type()) &&
           words.rule.text != nullptr && words.rule.text(to_toml(node));
}

/// "NAME: expected X (rule), found Y"
inline void
wrong_value(const SettingWords& words, const std::string& type, const Node& node, Reader& reader) {
    reader.problem(
        node.where,
        fmt::format(
            "{}: expected {}{}, found {}{}",
            words.name,
            type,
            words.rule.words.empty() ? "" : fmt::format(" ({})", words.rule.words),
            found(node, words.secret),
            // Not with the digits: of 3.10 the number is 3.1.
            lacks_quotes(words, type, node) ? "; write it in quotes" : ""
        )
    );
}

inline void check_classes(
    const SettingWords& words, const std::string& value, const Node& node, Reader& reader
) {
    if (!value.empty()) {
        reader.check_class(words.classes, value, node.where);
    } else if (!words.none) {
        wrong_value(words, "a class name", node, reader);
    }
}

inline void check_classes(
    const SettingWords& words,
    const std::vector<std::string>& values,
    const Node& node,
    Reader& reader
) {
    const auto& items = std::get<Node::Array>(node.value);
    for (std::size_t i = 0; i < values.size(); ++i) {
        reader.check_class(words.classes, values[i], items[i].where);
    }
}

/// A line of the table for the member that `get` returns (settings -> member, by reference).
template<class Get>
Setting make_setting(SettingWords words, Get get) {
    using T = std::remove_cvref_t<decltype(get(std::declval<Settings&>()))>;
    std::string type = Codec<T>::type();
    if constexpr (std::is_same_v<T, std::string>) {
        if (!words.classes.empty()) {
            type = "class name";
        }
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
        if (!words.classes.empty()) {
            type = "list of class names";
        }
    }
    Setting setting{words, type, {}, {}};
    setting.read = [words, type, get](const Node& node, Settings& settings, Reader& reader) {
        T& target = get(settings);
        if (!Codec<T>::read(node, words.rule, target)) {
            wrong_value(words, type, node, reader);
            return;
        }
        if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::vector<std::string>>) {
            if (!words.classes.empty()) {
                check_classes(words, target, node, reader);
            }
        }
        if constexpr (std::is_same_v<T, std::optional<std::string>>) {
            if (words.file && target) {
                target = reader.resolve(*target, node);
            }
        }
    };
    setting.write = [get](const Settings& settings) {
        return Codec<T>::write(get(const_cast<Settings&>(settings)));
    };
    return setting;
}

template<class T>
Setting make_setting(SettingWords words, T Settings::*member) {
    return make_setting(words, [member](Settings& settings) -> T& { return settings.*member; });
}

template<class T>
Setting make_setting(SettingWords words, T RestFrameworkSettings::*member) {
    return make_setting(words, [member](Settings& settings) -> T& {
        return settings.rest_framework.*member;
    });
}

template<class T>
Setting make_setting(SettingWords words, T DatabaseSettings::*member) {
    return make_setting(words, [member](Settings& settings) -> T& {
        return settings.database.*member;
    });
}

template<class T>
Setting make_setting(SettingWords words, T AuthUserSettings::*member) {
    return make_setting(words, [member](Settings& settings) -> T& {
        return settings.auth_user.*member;
    });
}

template<class T>
Setting make_setting(SettingWords words, T LiveSettings::*member) {
    return make_setting(words, [member](Settings& settings) -> T& {
        return settings.live.*member;
    });
}

template<class T>
Setting make_setting(SettingWords words, T ServerSettings::*member) {
    return make_setting(words, [member](Settings& settings) -> T& {
        return settings.server.*member;
    });
}

/// The setting, printed as it holds also where it is not given: as a release has it by default.
template<class Held>
Setting decided_by_release(Setting setting, Held held) {
    using T = std::decay_t<std::invoke_result_t<Held, const Settings&>>;
    setting.write = [held](const Settings& settings) { return Codec<T>::write(held(settings)); };
    return setting;
}

/// Every setting, in the order in which they are shown; [CLASSES] is read before the others.
const std::vector<Setting>& setting_table();
const Setting* find_setting(std::string_view name);

/// What is likely to be meant by a key that a table does not know: a setting of the file's top,
/// where it has to stand, else the nearest of the known ones. As text::suggestion() says it.
std::string suggestion_in_table(std::string_view key, const std::vector<std::string>& known);

// ---- parts of the table
std::vector<Setting> core_settings();
std::vector<Setting> language_settings();
std::vector<Setting> message_settings();
std::vector<Setting> session_settings();
std::vector<Setting> csrf_settings();
std::vector<Setting> user_settings();
std::vector<Setting> security_settings();
std::vector<Setting> rest_framework_settings();
std::vector<Setting> database_settings();
std::vector<Setting> cache_settings();
std::vector<Setting> route_settings();
std::vector<Setting> page_settings();
std::vector<Setting> live_settings();
std::vector<Setting> server_settings();

// ---- names that are not in the table
/// Whether it is a setting of Django 3.2 to 5.2, REST framework or django-filter that has no effect
/// here.
bool is_without_effect(std::string_view name);
/// Those of them that are directly in a section ("REST_FRAMEWORK.", or "" for the top).
std::vector<std::string> names_without_effect(std::string_view section);

/// A setting that can only have one value here, because the part that it would configure is built
/// in.
struct FixedSetting {
    std::string_view name;
    std::string_view value; ///< in TOML
};
const std::vector<FixedSetting>& fixed_settings();

} // namespace drf_messages::config
