// SPDX-License-Identifier: MIT
#include "text/percent.hpp"
#include "unit/api/messages_site.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages {
namespace {

class LoginPage : public test::MessagesSite {
protected:
    LoginPage() {
        site.settings.password_hashers = {"django.contrib.auth.hashers.MD5PasswordHasher"};
        site.passwords =
            django::Passwords(*site.settings.password_hashers, crypto::system_random_bytes);
        site.settings.routes.emplace_back().route = "api-auth/";
        site.settings.routes.back().include = "rest_framework.urls";
    }

    http::Response log_in(const std::string& name, const std::string& password) {
        const std::string csrf(32, 'a');
        auto wire = request(
            "POST",
            "/api-auth/login/",
            {{"Content-Type", "application/x-www-form-urlencoded"}, {"Cookie", "csrftoken=" + csrf}}
        );
        wire.body = "csrfmiddlewaretoken=" + csrf + "&username=" + text::percent_encode_plus(name) +
                    "&password=" + password;
        return answer(wire);
    }

    static std::string shown_as(const std::string& name) { return "value=\"" + name + "\""; }
};

std::string repeated(const std::string& text, int times) {
    std::string all;
    while (times-- > 0) {
        all += text;
    }
    return all;
}

// U+0300 U+0316 is in the wrong order: NFKC would turn it round.
TEST_F(LoginPage, NormalizesNoNameThatIsLongerThanAnyUsers) {
    for (const int pairs : {76, 250'000 / 4}) {
        const std::string name = repeated("\u0300\u0316", pairs);
        const auto page = log_in(name, "x");
        EXPECT_EQ(page.status, 200);
        EXPECT_NE(page.body.find(shown_as(name)), std::string::npos) << pairs;
    }
    const auto page = log_in(repeated("\u0300\u0316", 75), "x");
    const std::string ordered = repeated("\u0316", 75) + repeated("\u0300", 75);
    EXPECT_NE(page.body.find(shown_as(ordered)), std::string::npos);
}

TEST_F(LoginPage, KnowsWhoseNameIsWrittenInAnotherWay) {
    std::string name;
    for (int i = 0; i < 74; ++i) {
        name += "a\u0308";
    }
    given.user(repeated("\u00e4", 74)).password(site.passwords.make("right"));
    EXPECT_EQ(log_in(" \u00a0" + name + "\u3000", "right").status, 302);
}

TEST_F(LoginPage, AnswersForAPasswordOfAnyLength) {
    given.user("bob").password(site.passwords.make(std::string(2'000'000, 'x')));
    EXPECT_EQ(log_in("bob", std::string(2'000'000, 'x')).status, 302);
    EXPECT_EQ(log_in("bob", std::string(1'999'999, 'x')).status, 200);
}

TEST_F(LoginPage, DeletesNoSessionThatHasExpired) {
    for (const bool by_session : {false, true}) {
        site.settings.messages_use_sessions = by_session; // then only logging out looks at it
        const std::string key(32, by_session ? 'a' : 'b');
        given.session(key, "", given.now - std::chrono::hours(1));
        const auto page =
            answer(request("GET", "/api-auth/logout/", {{"Cookie", "sessionid=" + key}}));
        EXPECT_EQ(page.status, 200);
        const auto kept = test::number(
            given.connection(), "SELECT COUNT(*) FROM django_session WHERE session_key = ?", {key}
        );
        EXPECT_EQ(kept, 1) << by_session;
    }
}

TEST_F(LoginPage, SpeaksTheLanguageOfTheRequest) {
    site.settings.language_code = "de";
    const auto says = [](const http::Response& page, std::string_view text) {
        return page.body.find(text) != std::string::npos;
    };
    const auto wrong = log_in("ann", "wrong");
    EXPECT_TRUE(says(wrong, "<label>Benutzername <input"));
    EXPECT_TRUE(says(wrong, "<label>Passwort <input"));
    EXPECT_TRUE(says(wrong, "Bitte Benutzername und Passwort eingeben. Beide Felder"))
        << wrong.body;
    EXPECT_TRUE(says(wrong, "<html lang=\"de\">"));
    EXPECT_TRUE(says(wrong, "<h1>Anmelden</h1>"));
    EXPECT_TRUE(says(log_in("ann", ""), "Dieses Feld ist erforderlich."));
    EXPECT_TRUE(says(
        answer(request("POST", "/api-auth/login/")),
        "CSRF-Verifizierung fehlgeschlagen. Anfrage abgebrochen. Gehen Sie zurück, laden Sie"
    ));
}

TEST_F(LoginPage, SaysWhatHelpsWhereTheTokenIsOfAnotherLogin) {
    const auto refused = answer(request("POST", "/api-auth/login/"));
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(
        refused.body.find("CSRF verification failed. Request aborted. Go back, load the page again"
        ),
        std::string::npos
    ) << refused.body;
}

TEST_F(LoginPage, BeginsALabelInUpperCaseInAnyScript) {
    site.settings.language_code = "ru";
    locale::LocaleEntry russian;
    russian.texts = std::make_shared<const locale::Texts>(locale::Texts{
        {"username", locale::Pattern("имя пользователя")}});
    locale_file.emplace("ru", std::move(russian));
    EXPECT_NE(
        answer(request("GET", "/api-auth/login/")).body.find("<label>Имя пользователя <input"),
        std::string::npos
    );
}

TEST_F(LoginPage, IsInEnglishWhereTheLanguageHasNoTexts) {
    for (const char* code : {"en-us", "fr"}) {
        site.settings.language_code = code;
        const auto page = answer(request("GET", "/api-auth/login/")).body;
        EXPECT_NE(page.find("<html lang=\"en\">"), std::string::npos) << page;
        EXPECT_NE(page.find("<h1>Log in</h1>"), std::string::npos);
    }
}

} // namespace
} // namespace drf_messages
