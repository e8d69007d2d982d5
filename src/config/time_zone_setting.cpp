// SPDX-License-Identifier: MIT
#include "config/time_zone_setting.hpp"

#include "text/datetime.hpp"

namespace drf_messages::config {
namespace {

bool is_known(std::string_view name) {
    return text::TimeZone::find(name).has_value();
}

bool is_known_or_none(std::string_view name) {
    return name.empty() || is_known(name);
}

template<class Member>
Setting setting_of(SettingWords words, Member member) {
    words.rule = {
        "a name of the time zone database",
        Rule{}.low,
        Rule{}.high,
        words.none ? is_known_or_none : is_known};
    Setting setting = make_setting(words, member);
    setting.read = [words,
                    read = setting.read](const Node& node, Settings& settings, Reader& reader) {
        std::string name;
        const bool is_text = Codec<std::string>::read(node, any, name);
        if (is_text && !words.rule.text(name) && !text::TimeZone::has_database()) {
            reader.problem(
                node.where, fmt::format("{}: {}", words.name, text::TimeZone::explain_unknown(name))
            );
            return;
        }
        read(node, settings, reader);
    };
    return setting;
}

} // namespace

Setting time_zone_setting(SettingWords words, std::string Settings::*member) {
    return setting_of(words, member);
}

Setting time_zone_setting(SettingWords words, std::string DatabaseSettings::*member) {
    return setting_of(words, member);
}

} // namespace drf_messages::config
