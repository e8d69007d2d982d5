// SPDX-License-Identifier: MIT
#pragma once

#include "locale/language.hpp"

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <string_view>

namespace drf_messages::pages {

/// The words of a page, all of them in one language: that of the request where it has them, else
/// English.
class PageTexts {
public:
    /// - language: must outlive it.
    explicit PageTexts(const locale::Language& language);

    std::string say(std::string_view english, std::span<const std::string> arguments = {}) const {
        return language_.say(english, arguments);
    }
    const locale::Language& language() const noexcept { return language_; }
    /// "en", "de-at".
    const std::string& code() const noexcept { return language_.code; }

    /// The words that templates have, by names: {{t.log_in}}.
    boost::json::object named() const;

private:
    locale::Language language_;
};

} // namespace drf_messages::pages
