// SPDX-License-Identifier: MIT
#include "config/secret_file.hpp"

namespace drf_messages::config {
namespace {

constexpr std::size_t longest_secret_bytes = 64 * 1024;

} // namespace

std::variant<std::string, Unreadable> read_secret(const std::string& path) {
    auto content = read_small_file(path, longest_secret_bytes);
    if (auto* text = std::get_if<std::string>(&content)) {
        while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) {
            text->pop_back();
        }
        if (text->empty()) {
            return Unreadable{"is empty"};
        }
    }
    return content;
}

Setting secret_file_setting(
    SettingWords words, std::string Settings::*top, std::string DatabaseSettings::*database
) {
    Setting setting{words, "file name", {}, {}};
    setting.read = [words, top, database](const Node& node, Settings& settings, Reader& reader) {
        std::string name;
        if (!Codec<std::string>::read(node, words.rule, name)) {
            wrong_value(words, "a file name", node, reader);
            return;
        }
        if (name.empty()) {
            return;
        }
        const std::string path = reader.resolve(name, node);
        auto secret = read_secret(path);
        if (const auto* unreadable = std::get_if<Unreadable>(&secret)) {
            reader.problem(node.where, fmt::format("{}: {} {}", words.name, path, unreadable->why));
            return;
        }
        (top != nullptr ? settings.*top : settings.database.*database) =
            std::get<std::string>(std::move(secret));
    };
    return setting;
}

} // namespace drf_messages::config
