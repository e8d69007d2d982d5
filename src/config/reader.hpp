// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"
#include "config/load.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::config {

/// What all readers of one set of settings share: where problems go, and what names mean.
class Reader {
public:
    Reader(const KnownClasses& known_classes, std::filesystem::path folder);

    void problem(std::string_view where, std::string what);
    std::vector<Problem>& problems() noexcept { return problems_; }

    /// Checks that `name` is a class that `setting` may hold: a known one, or one of [CLASSES] that
    /// is built on a known one.
    void check_class(std::string_view setting, const std::string& name, const std::string& where);

    /// The names that check_class accepts; empty: all.
    const std::vector<std::string>& known(std::string_view setting) const;

    /// The classes that [CLASSES] may build on, without those of the file and of an application.
    std::span<const BaseClass> bases() const noexcept { return known_classes_.bases; }
    const BaseClass* find_base(std::string_view name) const;

    /// A relative file name made absolute: from the settings file's folder, or the current one when
    /// it comes from the environment. Without a settings file it stays as it is.
    std::string resolve(const std::string& file, const Node& node) const;

    /// [CLASSES], read before everything that names classes.
    std::map<ClassName, ClassSettings> classes;

private:
    const KnownClasses& known_classes_;
    std::filesystem::path folder_;
    std::vector<Problem> problems_;
};

/// The class at the end of the chain of bases, or `name` itself if it is not in [CLASSES]; empty
/// for a circle.
ClassName root_class(const std::map<ClassName, ClassSettings>& classes, const ClassName& name);

} // namespace drf_messages::config
