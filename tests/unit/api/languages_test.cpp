// SPDX-License-Identifier: MIT
// The German texts are what Django 3.2, REST framework 3.14 and django-filter 23.1 answered.
#include "api/exchange/errors.hpp"
#include "unit/api/messages_site.hpp"

#include <string>

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

TEST_F(Languages, ReachPagesAndThrottles) {
    site.settings.language_code = "de";
    auto& rest = site.settings.rest_framework;
    rest.page_size = 2;
    rest.default_pagination_class = "rest_framework.pagination.PageNumberPagination";
    EXPECT_EQ(body("/messages/?page=9"), R"({"detail":"Ungültige Seite."})");
    rest.default_pagination_class = "rest_framework.pagination.CursorPagination";
    EXPECT_EQ(body("/messages/?cursor=x"), R"({"detail":"Ungültiger Zeiger"})");
    EXPECT_EQ(
        api::in_language(api::throttled(2).words, "de"),
        "Die Anfrage wurde gedrosselt. Expected available in 2 seconds."
    ) << "the second sentence has no translation there either";
}

TEST(Words, KeepAnArgumentThatLooksLikeAHole) {
    EXPECT_EQ(api::in_language({"{} and {}", {"{}", "x"}}, "en"), "{} and x");
    EXPECT_EQ(api::in_language({"{} and {}", {"x"}}, "en"), "x and {}");
    EXPECT_EQ(api::in_language({"{}", {}}, "de"), "{}");
}

} // namespace
} // namespace drf_messages
