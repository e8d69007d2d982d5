// SPDX-License-Identifier: MIT
#pragma once

#include "locale/language.hpp"
#include "locale/locale_file.hpp"
#include "model/releases.hpp"

#include <drf_messages/settings.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::locale {

/// The languages of a site, made when it starts. English and German are built in.
class Languages {
public:
    /// - file: all others. Its English and German go before what is built in.
    /// Throws std::invalid_argument for a format of dates in the settings that is not read here.
    Languages(
        const Settings& settings, const model::Differences& differences, const LocaleFile& file
    );
    Languages() : Languages(Settings(), {}, {}) {}
    Languages(const Languages&) = delete;
    Languages& operator=(const Languages&) = delete;

    /// LANGUAGE_CODE's.
    const Language& of_site() const noexcept { return *of_site_; }

    /// What a request asks for, among the languages that LANGUAGES offers.
    /// - cookie: the value of LANGUAGE_COOKIE_NAME.
    /// - Django: utils/translation/trans_real.py, get_language_from_request.
    const Language& chosen_by(
        const std::optional<std::string>& cookie, const std::optional<std::string>& accept_language
    ) const;

    /// Codes of the languages that are neither built in nor in the file, though the site speaks
    /// them, or offers them: others stand in for their texts, and their dates are those of ISO
    /// 8601.
    std::vector<std::string> unknown(bool with_offered) const;

private:
    bool has_catalog(std::string_view code) const;
    std::optional<std::string> supported_variant(std::string_view code) const;
    const Language* found(std::string_view code) const;

    std::string site_code_;
    bool translates_;
    bool any_case_;                               ///< codes are compared without their case
    bool each_prefix_;                            ///< of a code is tried, not only the first
    std::vector<std::string> supported_;          ///< LANGUAGES, in its order
    std::set<std::string, std::less<>> catalogs_; ///< codes in lower case
    std::map<std::string, Language, std::less<>> languages_; ///< by code in lower case
    std::set<std::string, std::less<>> known_;               ///< those that speak for themselves
    bool localizes_;
    const Language* of_site_ = nullptr;
};

} // namespace drf_messages::locale
