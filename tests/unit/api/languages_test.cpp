// SPDX-License-Identifier: MIT
// The German texts are what Django 3.2, REST framework 3.14 and django-filter 23.1 answered.
#include "api/exchange/errors.hpp"
#include "unit/api/messages_site.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace drf_messages {
namespace {

class Languages : public test::MessagesSite {
protected:
    std::string body(const std::string& target, Headers headers = {}) {
        return get(target, std::move(headers)).body;
    }

    void choose_language_by_request() {
        site.settings.middleware.insert(
            site.settings.middleware.begin() + 2, "django.middleware.locale.LocaleMiddleware"
        );
    }
};

TEST_F(Languages, FollowLanguageCodeWithoutAnyMiddleware) {
    EXPECT_EQ(body("/messages/9/"), R"({"detail":"Not found."})");
    for (const auto* code : {"de", "de-at", "de-DE", "DE"}) {
        site.settings.language_code = code;
        EXPECT_EQ(body("/messages/9/"), R"({"detail":"Nicht gefunden."})") << code;
        EXPECT_EQ(
            body("/messages/9/", {{"Accept-Language", "en"}}), R"({"detail":"Nicht gefunden."})"
        );
    }
    site.settings.language_code = "den";
    EXPECT_EQ(body("/messages/9/"), R"({"detail":"Not found."})");
}

TEST_F(Languages, FollowTheRequestWithLocaleMiddleware) {
    choose_language_by_request();
    const std::string german = R"({"detail":"Nicht gefunden."})";
    const std::string english = R"({"detail":"Not found."})";
    EXPECT_EQ(body("/messages/9/", {{"Accept-Language", "de-AT, en;q=0.5"}}), german);
    EXPECT_EQ(body("/messages/9/", {{"Accept-Language", "en;q=0.5, de;q=0.3"}}), english);
    EXPECT_EQ(body("/messages/9/"), english);
    site.settings.language_code = "de";
    EXPECT_EQ(body("/messages/9/"), german);
    EXPECT_EQ(body("/messages/9/", {{"Accept-Language", "en"}}), english);
}

TEST_F(Languages, ReachEveryErrorOfAForm) {
    site.settings.language_code = "de";
    site.settings.time_zone = "Europe/Berlin";
    site.settings.messages_filter_lookups = true;
    EXPECT_EQ(
        body("/messages/?level_tag=%7B%7D&level=x&level__gt=1e51&level__range=1&extra_tags=%00"
             "&read_after=x&created_before=2024-03-31T02:30"),
        R"({"level_tag":["Bitte eine gültige Auswahl treffen. {} ist keine gültige Auswahl."],)"
        R"("level":["Bitte eine Zahl eingeben."],)"
        R"("level__gt":["Dieser Wert muss kleiner oder gleich 1e+50 sein."],)"
        R"("level__range":["Die Bereichsabfrage erwartet zwei Werte."],)"
        R"("extra_tags":["Nullzeichen sind nicht erlaubt."],)"
        R"("read":["Bitte ein gültiges Datum und Uhrzeit eingeben."],)"
        R"("created":["2024-03-31 02:30:00 konnte mit der Zeitzone Europe/Berlin nicht eindeutig )"
        R"(interpretiert werden, da es doppeldeutig oder eventuell inkorrekt ist."]})"
    );
}

TEST_F(Languages, ReachPages) {
    site.settings.language_code = "de";
    auto& rest = site.settings.rest_framework;
    rest.page_size = 2;
    rest.default_pagination_class = "rest_framework.pagination.PageNumberPagination";
    EXPECT_EQ(body("/messages/?page=9"), R"({"detail":"Ungültige Seite."})");
    rest.default_pagination_class = "rest_framework.pagination.CursorPagination";
    EXPECT_EQ(body("/messages/?cursor=x"), R"({"detail":"Ungültiger Zeiger"})");
}

TEST_F(Languages, SayHowLongToWaitInTheWordsOfTheRelease) {
    const auto said = [](std::int64_t seconds, model::Release rest_framework) {
        Settings settings;
        settings.language_code = "de";
        const locale::Languages languages(
            settings, model::Differences({.rest_framework = rest_framework}), {}
        );
        const api::ApiError error = api::throttled(seconds);
        return api::in_language(error.words, languages.of_site()) + ' ' +
               api::in_language(error.more_words, languages.of_site());
    };
    const std::string german = "Die Anfrage wurde gedrosselt. ";
    EXPECT_EQ(said(2, {3, 14}), german + "Expected available in 2 seconds.");
    EXPECT_EQ(said(1, {3, 14}), german + "Expected available in 1 second.");
    EXPECT_EQ(said(2, {3, 16}), german + "Erwarte Verfügbarkeit in 2 Sekunden.");
    EXPECT_EQ(said(1, {3, 16}), german + "Erwarte Verfügbarkeit in 1 Sekunde.");
    EXPECT_EQ(said(0, {3, 16}), german + "Erwarte Verfügbarkeit in 0 Sekunden.");
}

TEST_F(Languages, WriteDatesInFilters) {
    site.settings.use_l10n = true;
    const auto status = [&](const char* value) {
        return get(std::string("/messages/?created_after=") + value).status;
    };
    using namespace std::chrono_literals;
    given.message(ann, "of the fifth of January")
        .created(std::chrono::sys_days{2024y / 1 / 5} + 10h);
    const std::string on_that_day = "created_after=05/01/2024&created_before=06/01/2024";
    site.settings.language_code = "en-gb";
    EXPECT_EQ(ids(on_that_day).size(), 1U);
    site.settings.language_code = "en-us";
    EXPECT_EQ(ids(on_that_day).size(), 0U) << "the first of May";
    site.settings.language_code = "de";
    EXPECT_EQ(status("31.01.2024"), 200);
    EXPECT_EQ(status("31.01.24%2012:30"), 400);
    EXPECT_EQ(status("31.01.2024%2012:30"), 200);
    EXPECT_EQ(status("01/31/2024"), 400);
    EXPECT_EQ(status("2024-01-31"), 200);
    site.settings.use_l10n = false;
    EXPECT_EQ(status("31.01.2024"), 400);
    EXPECT_EQ(status("01/31/2024"), 200);
    site.settings.datetime_input_formats = {"%d|%m|%Y"};
    EXPECT_EQ(status("31%7C01%7C2024"), 200);
}

TEST_F(Languages, AreThoseOfTheLocaleFile) {
    choose_language_by_request();
    locale::LocaleEntry french;
    french.texts = std::make_shared<const locale::Texts>(locale::Texts{
        {"Not found.", locale::Pattern("Non trouvé.")}});
    locale_file.emplace("fr", std::move(french));
    const auto response = get("/messages/999/", {{"Accept-Language", "fr-BE"}});
    EXPECT_EQ(response.body, R"({"detail":"Non trouvé."})");
    EXPECT_EQ(header(response, "Content-Language"), "fr");
    site.settings.languages = {"en", "de"};
    EXPECT_EQ(
        body("/messages/999/", {{"Accept-Language", "fr, de;q=0.5"}}),
        R"({"detail":"Nicht gefunden."})"
    );
    site.settings.language_cookie_name = "lang";
    EXPECT_EQ(
        body("/messages/999/", {{"Cookie", "django_language=en; lang=de"}}),
        R"({"detail":"Nicht gefunden."})"
    );
    site.settings.use_i18n = false;
    EXPECT_EQ(body("/messages/999/", {{"Cookie", "lang=de"}}), R"({"detail":"Not found."})");
}

} // namespace
} // namespace drf_messages
