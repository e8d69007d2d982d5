// SPDX-License-Identifier: MIT
#include "locale/languages.hpp"

#include "locale/accept_language.hpp"
#include "locale/date_forms.hpp"
#include "locale/german.hpp"
#include "model/release_defaults.hpp"
#include "text/ascii.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace drf_messages::locale {
namespace {

constexpr std::string_view english = "en";
constexpr std::string_view german = "de";
/// Among Django's LANGUAGES, though it has no translations.
constexpr std::string_view without_catalog = "ht";

struct Fallback {
    std::string_view code;
    std::string_view language;
};

// Django: conf/locale/__init__.py, LANG_INFO.
constexpr std::array fallbacks{
    Fallback{"zh-cn", "zh-hans"},
    Fallback{"zh-hk", "zh-hant"},
    Fallback{"zh-mo", "zh-hant"},
    Fallback{"zh-my", "zh-hans"},
    Fallback{"zh-sg", "zh-hans"},
    Fallback{"zh-tw", "zh-hant"},
};

std::string_view first_part(std::string_view code) {
    return code.substr(0, code.find('-'));
}

bool is_built_in(std::string_view code) {
    return first_part(code) == english || first_part(code) == german;
}

/// A language of the file: of this code, or of its first part.
const LocaleEntry* entry_for(std::string_view code, const LocaleFile& file) {
    auto found = file.find(code);
    if (found == file.end() && !is_built_in(code)) {
        found = file.find(first_part(code));
    }
    return found == file.end() ? nullptr : &found->second;
}

/// Makes languages of what is built in and what the file has.
class Maker {
public:
    Maker(const Settings& settings, const model::Differences& differences, const LocaleFile& file)
        : settings_(settings), differences_(differences), file_(file),
          localizes_(model::localizes(settings, differences)) {}

    bool knows(std::string_view code) const {
        return is_built_in(code) || entry_for(code, file_) != nullptr;
    }

    /// - code: in lower case.
    /// - fallback: says what this language has no texts for.
    Language make(const std::string& code, const Language& fallback) {
        const Forms& forms = forms_of(input_formats(code));
        if (!knows(code)) {
            return {fallback.code, fallback.texts, forms.moments, forms.days};
        }
        return {code, texts_of(code), forms.moments, forms.days};
    }

private:
    std::shared_ptr<const Texts> texts_of(std::string_view code) {
        const LocaleEntry* entry = entry_for(code, file_);
        if (first_part(code) != german) {
            return entry != nullptr ? entry->texts : english_;
        }
        if (entry == nullptr) {
            if (!german_) {
                german_ = std::make_shared<const Texts>(german_texts(differences_));
            }
            return german_;
        }
        Texts texts = *entry->texts;
        texts.merge(german_texts_of_ours());
        return std::make_shared<const Texts>(std::move(texts));
    }

    struct Forms {
        std::shared_ptr<const DateForms> moments;
        std::shared_ptr<const DayForms> days;
    };

    InputFormats input_formats(std::string_view code) const {
        if (!localizes_) {
            return input_formats_of(settings_);
        }
        if (const LocaleEntry* entry = entry_for(code, file_)) {
            InputFormats formats = input_formats_of(settings_);
            const InputFormats own = with_iso(
                {entry->datetime_input_formats.value_or(formats.datetime),
                 entry->date_input_formats.value_or(formats.date)}
            );
            if (entry->datetime_input_formats) {
                formats.datetime = own.datetime;
            }
            if (entry->date_input_formats) {
                formats.date = own.date;
            }
            return formats;
        }
        const auto built_in = built_in_formats(code, differences_);
        return built_in ? with_iso(*built_in) : iso_formats();
    }

    /// Languages share what is the same.
    const Forms& forms_of(const InputFormats& formats) {
        auto& made = forms_[{formats.datetime, formats.date}];
        if (!made.moments) {
            made.moments = std::make_shared<const DateForms>(date_forms(formats));
            made.days = std::make_shared<const DayForms>(day_forms(formats));
        }
        return made;
    }

    const Settings& settings_;
    const model::Differences& differences_;
    const LocaleFile& file_;
    bool localizes_;
    std::shared_ptr<const Texts> english_ = std::make_shared<const Texts>();
    std::shared_ptr<const Texts> german_;
    std::map<std::pair<std::vector<std::string>, std::vector<std::string>>, Forms> forms_;
};

} // namespace

Languages::Languages(
    const Settings& settings, const model::Differences& differences, const LocaleFile& file
)
    : site_code_(settings.language_code), translates_(settings.use_i18n),
      any_case_(differences.has(model::Difference::language_codes_in_any_case)),
      each_prefix_(differences.has(model::Difference::language_prefixes)),
      localizes_(model::localizes(settings, differences)) {
    const std::vector<std::string> of_django =
        model::languages_of(model::releases_of(settings).django);
    supported_ = settings.languages.value_or(of_django);
    if (any_case_) {
        std::transform(supported_.begin(), supported_.end(), supported_.begin(), text::lowered);
    }
    catalogs_ = {std::string(english), std::string(german)};
    if (file.empty()) {
        catalogs_.insert(of_django.begin(), of_django.end());
        catalogs_.erase(std::string(without_catalog));
    }
    for (const auto& [code, entry] : file) {
        catalogs_.insert(code);
    }

    Maker maker(settings, differences, file);
    const std::string site = text::lowered(site_code_);
    std::vector<std::string> codes = supported_;
    codes.push_back(site);
    // What the site speaks without being asked stands in for what is not known.
    const std::string spoken = text::lowered(supported_variant(site_code_).value_or(site_code_));
    const Language plain{std::string(english), std::make_shared<const Texts>(), nullptr};
    const Language fallback = maker.make(spoken, plain);
    for (const std::string& code : codes) {
        const std::string lower = text::lowered(code);
        if (maker.knows(lower)) {
            known_.insert(lower);
        }
        languages_.try_emplace(lower, maker.make(lower, fallback));
    }
    Language& of_site = languages_.at(site);
    if (!translates_) {
        of_site.code = site_code_;
        of_site.texts = plain.texts;
    }
    of_site_ = &of_site;
}

// Django: check_for_language. Python's gettext looks for "de_AT" and then for "de".
bool Languages::has_catalog(std::string_view code) const {
    const std::string lower = text::lowered(code);
    return catalogs_.contains(lower) || catalogs_.contains(first_part(lower));
}

// Django: trans_real.py, get_supported_language_variant.
std::optional<std::string> Languages::supported_variant(std::string_view code) const {
    if (code.size() > longest_language_code) {
        const std::size_t dash = code.substr(0, longest_language_code).rfind('-');
        code = code.substr(0, dash == std::string_view::npos ? 0 : dash);
    }
    if (code.empty()) {
        return std::nullopt;
    }
    std::vector<std::string_view> possible{code};
    for (const Fallback& fallback : fallbacks) {
        if (fallback.code == code) {
            possible.push_back(fallback.language);
        }
    }
    if (each_prefix_) {
        for (auto dash = code.rfind('-'); dash != std::string_view::npos;
             dash = dash == 0 ? std::string_view::npos : code.rfind('-', dash - 1)) {
            possible.push_back(code.substr(0, dash));
        }
    } else {
        possible.push_back(first_part(code));
    }
    for (const std::string_view one : possible) {
        const std::string wanted = any_case_ ? text::lowered(one) : std::string(one);
        if (std::find(supported_.begin(), supported_.end(), wanted) != supported_.end() &&
            has_catalog(one)) {
            return std::string(one);
        }
    }
    const std::string regional = std::string(possible.back()) + '-';
    const auto found =
        std::find_if(supported_.begin(), supported_.end(), [&](const std::string& supported) {
            return supported.starts_with(regional);
        });
    return found == supported_.end() ? std::nullopt : std::optional(*found);
}

const Language* Languages::found(std::string_view code) const {
    const auto variant = supported_variant(code);
    return variant ? &languages_.at(text::lowered(*variant)) : nullptr;
}

const Language& Languages::chosen_by(
    const std::optional<std::string>& cookie, const std::optional<std::string>& accept_language
) const {
    if (!translates_) {
        return *of_site_;
    }
    if (const Language* language = cookie ? found(*cookie) : nullptr) {
        return *language;
    }
    if (accept_language) {
        for (const std::string& code : accepted_languages(*accept_language)) {
            if (const Language* language = found(code)) {
                return *language;
            }
        }
    }
    const Language* language = found(site_code_);
    return language != nullptr ? *language : *of_site_;
}

std::vector<std::string> Languages::unknown(bool with_offered) const {
    std::vector<std::string> codes;
    const auto look_at = [&](const std::string& code) {
        if (!known_.contains(text::lowered(code)) &&
            std::find(codes.begin(), codes.end(), code) == codes.end()) {
            codes.push_back(code);
        }
    };
    if (translates_ || localizes_) {
        look_at(text::lowered(site_code_));
    }
    if (translates_ && with_offered) {
        for (const std::string& code : supported_) {
            if (has_catalog(code)) {
                look_at(code);
            }
        }
    }
    return codes;
}

} // namespace drf_messages::locale
