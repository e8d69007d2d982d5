// SPDX-License-Identifier: MIT
#include "config/reader.hpp"

#include "config/masks.hpp"
#include "model/class_lineage.hpp"
#include "text/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace drf_messages::config {

Reader::Reader(const KnownClasses& known_classes, std::filesystem::path folder)
    : known_classes_(known_classes), folder_(std::move(folder)) {}

void Reader::problem(std::string_view where, std::string what) {
    problems_.push_back({std::string(where), std::move(what)});
}

const std::vector<std::string>& Reader::known(std::string_view setting) const {
    static const std::vector<std::string> none;
    return known_classes_.names ? known_classes_.names(setting) : none;
}

const BaseClass* Reader::find_base(std::string_view name) const {
    const auto all = bases();
    const auto at = std::find_if(all.begin(), all.end(), [&](const BaseClass& base) {
        return base.name == name;
    });
    return at == all.end() ? nullptr : &*at;
}

void Reader::check_class(
    std::string_view setting, const std::string& name, const std::string& where
) {
    const std::vector<std::string>& names = known(setting);
    const auto has = [&](const std::string& one) {
        return std::find(names.begin(), names.end(), one) != names.end();
    };
    if (names.empty() || has(name)) {
        return;
    }
    if (classes.count(name) == 0) {
        std::vector<std::string> candidates = names;
        for (const auto& [own, spec] : classes) {
            candidates.push_back(own);
        }
        problem(
            where,
            fmt::format(
                "{}: there is no \"{}\" here{}",
                setting,
                masked_urls(name),
                text::suggestion(name, candidates)
            )
        );
        return;
    }
    // A circle and an unknown base are reported where [CLASSES] is read.
    const ClassName root = root_class(classes, name);
    if (!root.empty() && !has(root)) {
        problem(
            where,
            fmt::format("{}: \"{}\" is built on {}, which does not fit here", setting, name, root)
        );
    }
}

std::string Reader::resolve(const std::string& file, const Node& node) const {
    if (file.empty() || folder_.empty()) {
        return file;
    }
    const std::filesystem::path base =
        node.raw ? std::filesystem::current_path() : std::filesystem::absolute(folder_);
    return (base / file).lexically_normal().string();
}

ClassName root_class(const std::map<ClassName, ClassSettings>& classes, const ClassName& name) {
    ClassName root = class_lineage(classes, name).back();
    return classes.contains(root) ? ClassName() : root;
}

} // namespace drf_messages::config
