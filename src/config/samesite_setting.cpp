// SPDX-License-Identifier: MIT
#include "config/samesite_setting.hpp"

#include "text/ascii.hpp"

namespace drf_messages::config {
namespace {

bool is_samesite(std::string_view text) {
    const std::string value = text::lowered(text);
    return value == "lax" || value == "strict" || value == "none";
}

} // namespace

Setting samesite_setting(SettingWords words, std::optional<std::string> Settings::*member) {
    words.rule = {"Lax, Strict or None", Rule{}.low, Rule{}.high, is_samesite};
    Setting setting = make_setting(words, member);
    setting.type = "text, or false for no attribute";
    const auto read = setting.read;
    setting.read = [member, read](const Node& node, Settings& settings, Reader& reader) {
        if (const auto* flag = std::get_if<bool>(&node.value); flag != nullptr && !*flag) {
            (settings.*member).reset();
        } else {
            read(node, settings, reader);
        }
    };
    setting.write = [member](const Settings& settings) {
        const auto& value = settings.*member;
        return value ? Codec<std::string>::write(*value) : Codec<bool>::write(false);
    };
    return setting;
}

} // namespace drf_messages::config
