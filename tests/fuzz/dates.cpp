// SPDX-License-Identifier: MIT
// What a stranger writes of a moment, and in which language: a byte that chooses the site, a
// cookie, an Accept-Language, a format of a locale file and a date. What is read is a moment that
// Python has, and is read again once it is written; the language is one of the site's.
#include "fuzz.hpp"
#include "locale/accept_language.hpp"
#include "locale/languages.hpp"
#include "text/ascii.hpp"
#include "text/python_isoformat.hpp"
#include "text/python_text.hpp"
#include "text/strptime.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <array>
#include <string>

using namespace drf_messages;

namespace {

constexpr std::array all_forms{
    text::IsoForms::django_3_2, text::IsoForms::python_3_8, text::IsoForms::python_3_11};

std::string next_line(std::string_view& text) {
    const auto end = text.find('\n');
    const std::string line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

class OneSite {
public:
    OneSite(std::string django, std::string language) {
        Settings settings;
        settings.django_version = std::move(django);
        settings.language_code = std::move(language);
        settings.languages = {"de", "en-ca", "en-ie", "fr", "zh-hans", "xx"};
        settings.use_l10n = true;
        locale::LocaleFile file;
        file["fr"].date_input_formats = {"%d/%m/%Y", "%d %B %Y"};
        file["zh-hans"].datetime_input_formats = {"%Y年%m月%d日 %H:%M", "%c"};
        languages_.emplace(settings, model::differences_of(settings), file);
        codes_ = *settings.languages;
        codes_.push_back(settings.language_code);
    }

    const locale::Language& chosen_by(const std::string& cookie, const std::string& header) const {
        const locale::Language& language = languages_->chosen_by(cookie, header);
        fuzz::require(std::find(codes_.begin(), codes_.end(), language.code) != codes_.end());
        return language;
    }

private:
    std::optional<locale::Languages> languages_;
    std::vector<std::string> codes_;
};

void play_header(const std::string& header) {
    const auto codes = locale::accepted_languages(header);
    std::string again;
    for (const std::string& code : codes) {
        fuzz::require(!code.empty() && std::all_of(code.begin(), code.end(), [](char c) {
            return c == '-' || (text::is_alphanumeric(c) && !(c >= 'A' && c <= 'Z'));
        }));
        again += (again.empty() ? "" : ",") + code;
    }
    fuzz::require(locale::accepted_languages(again) == codes);
}

void check(const text::CivilTime& time) {
    constexpr std::chrono::local_days first{std::chrono::year{1} / 1 / 1};
    constexpr std::chrono::local_days end{std::chrono::year{10000} / 1 / 1};
    fuzz::require(time.local >= first && time.local < end);
    fuzz::require(!time.utc_offset || std::chrono::abs(*time.utc_offset) < std::chrono::days(1));
    const std::string written = text::format_python_utc(Timestamp(time.local.time_since_epoch()));
    for (const text::IsoForms forms : all_forms) {
        const auto again = text::parse_iso_datetime(written, forms);
        fuzz::require(again && again->local == time.local && again->utc_offset->count() == 0);
    }
}

void play_date(std::string_view date, const std::string& format, const locale::Language& language) {
    for (const text::IsoForms forms : all_forms) {
        if (const auto time = text::parse_iso_datetime(date, forms)) {
            check(*time);
        }
        if (forms == text::IsoForms::django_3_2) {
            continue;
        }
        if (const auto time = text::parse_python_isoformat(date, forms)) {
            check(*time);
        }
    }
    const auto characters = text::code_points(date);
    locale::DateForms forms = *language.date_forms;
    if (const auto own = text::StrptimeFormat::parse(format)) {
        forms.push_back(*own);
    }
    for (const text::StrptimeFormat& form : forms) {
        if (const auto time = form.read(characters)) {
            check(*time);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::array sites{
        OneSite("3.2", "de"),
        OneSite("4.2", "en"),
        OneSite("5.2", "zh-hans"),
        OneSite("6.0", "en-ca")};
    if (size == 0) {
        return 0;
    }
    auto rest = fuzz::text(data + 1, size - 1);
    const auto cookie = next_line(rest);
    const auto header = next_line(rest);
    const auto format = next_line(rest);
    play_header(header);
    const auto& language = sites[data[0] % sites.size()].chosen_by(cookie, header);
    if (text::is_valid_utf8(rest)) {
        play_date(rest, format, language);
    }
    return 0;
}
