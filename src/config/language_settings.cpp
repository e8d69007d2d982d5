// SPDX-License-Identifier: MIT
#include "config/setting.hpp"
#include "model/release_defaults.hpp"
#include "text/strptime.hpp"

#include <vector>

namespace drf_messages::config {
namespace {

bool is_language_code(std::string_view code) {
    return !code.empty() && is_header_safe(code);
}

bool is_date_format(std::string_view format) {
    return text::StrptimeFormat::parse(format).has_value();
}

constexpr Rule language_code{
    "without control characters", Rule{}.low, Rule{}.high, is_language_code};
constexpr Rule date_format{
    "directives of Python's strptime, each once, but for weeks and names of zones; at most 100 of "
    "them and of other characters",
    Rule{}.low,
    Rule{}.high,
    is_date_format};

/// A code, or a code with the language's name.
const Node* code_of(const Node& entry) {
    const auto* pair = std::get_if<Node::Array>(&entry.value);
    if (pair == nullptr) {
        return &entry;
    }
    return pair->size() == 2 && std::holds_alternative<std::string>(pair->back().value)
               ? &pair->front()
               : nullptr;
}

Setting languages() {
    const SettingWords words{
        "LANGUAGES",
        "Codes of the languages that LocaleMiddleware may choose, as Django's pairs or alone; \"\" "
        "for those of the release.",
        "[[\"en\", \"English\"], [\"de\", \"German\"]]",
        language_code};
    Setting setting = make_setting(words, &Settings::languages);
    setting.type = "list of codes or pairs of texts, or \"\" for none";
    setting.read = [words,
                    type = setting.type,
                    read = setting.read](const Node& node, Settings& settings, Reader& reader) {
        const auto* entries = std::get_if<Node::Array>(&node.value);
        if (entries == nullptr) {
            read(node, settings, reader);
            return;
        }
        std::vector<std::string> codes;
        for (const Node& entry : *entries) {
            const Node* code = code_of(entry);
            if (code == nullptr ||
                !Codec<std::string>::read(*code, words.rule, codes.emplace_back())) {
                wrong_value(words, type, entry, reader);
                return;
            }
        }
        settings.languages = std::move(codes);
    };
    return setting;
}

Setting use_l10n() {
    return decided_by_release(
        make_setting(
            {"USE_L10N",
             "Whether filters take dates as the language writes them; unless it is set, from "
             "DJANGO_VERSION 4.0 on, and always from 5.0 on.",
             "true"},
            &Settings::use_l10n
        ),
        [](const Settings& settings) {
            return model::localizes(settings, model::differences_of(settings));
        }
    );
}

} // namespace

std::vector<Setting> language_settings() {
    using S = Settings;
    return {
        make_setting(
            {"LANGUAGE_CODE", "Language of answers.", "\"en-us\"", header_safe}, &S::language_code
        ),
        languages(),
        make_setting({"USE_I18N", "Whether texts are translated.", "false"}, &S::use_i18n),
        use_l10n(),
        make_setting(
            {"LANGUAGE_COOKIE_NAME",
             "The cookie in which LocaleMiddleware looks for a language.",
             "\"django_language\"",
             cookie_name},
            &S::language_cookie_name
        ),
        make_setting(
            {.name = "LOCALE_FILE",
             .help =
                 "Ours: a file with the texts and the forms of dates of the site's languages, as "
                 "print_settings.py writes it. English and German are built in.",
             .example = "\"settings.locale.json\"",
             .file = true},
            &S::locale_file
        ),
        make_setting(
            {"DATETIME_INPUT_FORMATS",
             "How filters take a date with a time, where the language says nothing else; \"\" for "
             "Django's own.",
             "[\"%Y-%m-%d %H:%M:%S\", \"%d.%m.%Y %H:%M\"]",
             date_format},
            &S::datetime_input_formats
        ),
        make_setting(
            {"DATE_INPUT_FORMATS",
             "The same for a date alone.",
             "[\"%Y-%m-%d\", \"%d.%m.%Y\"]",
             date_format},
            &S::date_input_formats
        ),
    };
}

} // namespace drf_messages::config
