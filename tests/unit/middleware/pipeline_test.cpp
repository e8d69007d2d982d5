// SPDX-License-Identifier: MIT
#include "accounts/session.hpp"
#include "middleware/pipeline.hpp"
#include "sql/error.hpp"
#include "unit/middleware/site_test.hpp"

#include <gmock/gmock.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace drf_messages::middleware {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using PipelineTest = SiteTest;

TEST_F(PipelineTest, PassesThroughEveryMiddlewareOfDjangosDefault) {
    const http::Response response = answer(request("GET", "/known/"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "seen");
    EXPECT_EQ(header(response, "Content-Length"), "4");
    EXPECT_EQ(header(response, "X-Frame-Options"), "DENY");
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(response, "Referrer-Policy"), "same-origin");
    EXPECT_EQ(header(response, "Vary"), "Cookie");
    EXPECT_TRUE(cookies(response).empty());
}

TEST_F(PipelineTest, RefusesToStartWithMiddlewareThatItDoesNotHave) {
    site.settings.middleware = {"django.middleware.cache.UpdateCacheMiddleware"};
    EXPECT_THROW(answer(request("GET", "/known/")), std::invalid_argument);
}

TEST_F(PipelineTest, LetsAnAnswerOnTheWayInSkipOnlyWhatIsFurtherIn) {
    const http::Response response = answer(request("GET", "/known"));
    EXPECT_EQ(response.status, 301);
    EXPECT_EQ(header(response, "Location"), "/known/");
    EXPECT_EQ(header(response, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(header(response, "Content-Length"), "0");
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(response, "X-Frame-Options"), "(absent)");
    EXPECT_EQ(header(response, "Vary"), "(absent)");
}

TEST_F(PipelineTest, AnswersWhatAMiddlewareThrowsWithoutThatMiddleware) {
    const http::Response response = answer(request("GET", "/known/", {{"Host", "evil.example"}}));
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(
        response.body,
        "\n<!doctype html>\n<html lang=\"en\">\n<head>\n  <title>Bad Request "
        "(400)</title>\n</head>\n<body>\n"
        "  <h1>Bad Request (400)</h1><p></p>\n</body>\n</html>\n"
    );
    EXPECT_EQ(header(response, "Content-Type"), "text/html");
    EXPECT_EQ(header(response, "Content-Length"), "(absent)");
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    ASSERT_EQ(log.size(), 1U);
    EXPECT_THAT(log[0], testing::Not(HasSubstr("evil")));
}

TEST_F(PipelineTest, SendsErrorsOfTheViewThroughTheMiddleware) {
    handle = [](HttpRequest&) -> http::Response { throw std::runtime_error("no luck"); };
    const http::Response response = answer(request("GET", "/known/?token=hush"));
    EXPECT_EQ(response.status, 500);
    EXPECT_THAT(response.body, HasSubstr("<h1>Server Error (500)</h1><p></p>"));
    EXPECT_EQ(header(response, "X-Frame-Options"), "DENY");
    EXPECT_EQ(header(response, "Vary"), "Cookie");
    EXPECT_EQ(header(response, "Content-Length"), std::to_string(response.body.size()));
    EXPECT_THAT(log, ElementsAre("GET /known/: no luck"));
}

TEST_F(PipelineTest, AsksToTryAgainWhenTheDatabaseCanNotBeUsed) {
    for (const sql::ErrorKind kind :
         {sql::ErrorKind::busy,
          sql::ErrorKind::connection_lost,
          sql::ErrorKind::schema,
          sql::ErrorKind::read_only,
          sql::ErrorKind::full}) {
        handle = [kind](HttpRequest&) -> http::Response {
            throw sql::Error(kind, "list", "5", "locked");
        };
        const http::Response response = answer(request("GET", "/known/"));
        EXPECT_EQ(response.status, 503);
        EXPECT_EQ(header(response, "Retry-After"), "1");
        EXPECT_EQ(header(response, "Content-Type"), "application/json");
        EXPECT_EQ(response.body, R"({"detail":"The database is not available. Try again."})");
    }
    handle = [](HttpRequest&) -> http::Response {
        throw sql::Error(sql::ErrorKind::constraint, "list", "19", "unique");
    };
    EXPECT_EQ(answer(request("GET", "/known/")).status, 500);
}

TEST_F(PipelineTest, AsksToTryAgainWhenACacheOrTheSessionStoreDoesNotAnswer) {
    const std::pair<std::function<void()>, std::string> cases[] = {
        {[] { throw cache::Error("no answer"); },
         R"({"detail":"The cache is not available. Try again."})"},
        {[] { throw accounts::SessionStoreError("no folder"); },
         R"({"detail":"The session store is not available. Try again."})"}};
    for (const auto& [fail, body] : cases) {
        handle = [&fail = fail](HttpRequest&) -> http::Response {
            fail();
            return {};
        };
        const http::Response response = answer(request("GET", "/known/"));
        EXPECT_EQ(response.status, 503);
        EXPECT_EQ(header(response, "Retry-After"), "1");
        EXPECT_EQ(response.body, body);
    }
}

TEST_F(PipelineTest, AnswersAsAnExceptionSaysOfItself) {
    struct Maintenance final : std::runtime_error, Answerable {
        using std::runtime_error::runtime_error;
        Answer answer() const noexcept override {
            return {503, "Back in a minute.", std::chrono::seconds(60)};
        }
    };
    handle = [](HttpRequest&) -> http::Response { throw Maintenance("the operator said so"); };
    const http::Response response = answer(request("GET", "/known/"));
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(header(response, "Retry-After"), "60");
    EXPECT_EQ(response.body, R"({"detail":"Back in a minute."})");
    EXPECT_THAT(log, ElementsAre("GET /known/: the operator said so"));
}

TEST_F(PipelineTest, AnswersAnExceptionWithoutWordsWithDjangosPageOfItsStatus) {
    struct Wordless final : std::runtime_error, Answerable {
        explicit Wordless(int value) : std::runtime_error("wordless"), status(value) {}
        Answer answer() const noexcept override { return {status, {}, std::chrono::seconds(7)}; }
        int status;
    };
    const std::pair<int, std::string> cases[] = {
        {400, "Bad Request (400)"},
        {403, "403 Forbidden"},
        {404, "Not Found"},
        {413, "Request Entity Too Large (413)"},
        {500, "Server Error (500)"},
        {503, "Service Unavailable (503)"}};
    for (const auto& [status, title] : cases) {
        handle = [status = status](HttpRequest&) -> http::Response { throw Wordless(status); };
        const http::Response response = answer(request("GET", "/known/"));
        EXPECT_EQ(response.status, status);
        EXPECT_EQ(header(response, "Content-Type"), "text/html");
        EXPECT_EQ(header(response, "Retry-After"), "7");
        EXPECT_THAT(response.body, HasSubstr("<title>" + title + "</title>"));
        EXPECT_THAT(response.body, HasSubstr("<h1>" + title + "</h1><p>"));
    }
}

TEST_F(PipelineTest, LeasesNoConnectionForAVisitorWithoutASession) {
    site.database = std::make_unique<sql::Pool>(
        []() -> std::unique_ptr<sql::Connection> {
            throw sql::Error(sql::ErrorKind::connection_lost, "open", "14", "not there");
        },
        1,
        std::chrono::milliseconds(1)
    );
    EXPECT_EQ(answer(request("GET", "/known/")).status, 200);
    EXPECT_EQ(answer(request("GET", "/unknown/")).status, 404);
    EXPECT_EQ(answer(request("GET", "/known/", {{"Cookie", "sessionid=short"}})).status, 200);
    EXPECT_EQ(
        answer(request("GET", "/known/", {{"Cookie", "sessionid=longenoughtolookup"}})).status, 503
    );
}

TEST_F(PipelineTest, ReadsOneStateInARequestOnlyWhereTheViewAllowsIt) {
    const auto users = [](sql::Connection& connection) {
        return test::number(connection, "SELECT COUNT(*) FROM auth_user");
    };
    // Of another process, as far as the site's connections know.
    const auto stranger =
        sql::sqlite_connections(test::sqlite_file(given.database_settings().name))();
    int names = 0;
    for (const bool reads_in_snapshot : {false, true}) {
        std::int64_t added = 0;
        const View view{
            [](std::string_view) { return true; },
            [&](HttpRequest& seen) {
                const std::int64_t before = users(seen.database());
                test::run(
                    *stranger,
                    "INSERT INTO auth_user (password, is_superuser, username, last_name, email,"
                    " is_staff, is_active, date_joined, first_name) VALUES ('', 0, 'name" +
                        std::to_string(++names) + "', '', '', 0, 1, '2024-01-01 00:00:00', '')"
                );
                added = users(seen.database()) - before;
                return http::Response();
            },
            reads_in_snapshot};
        Pipeline(site, view)(request("GET", "/known/"));
        EXPECT_EQ(added, reads_in_snapshot ? 0 : 1);
    }
}

/// An answer with a stream, which nobody may start but the server.
class StreamThroughMiddleware : public SiteTest {
protected:
    class Stream final : public http::Stream {
    public:
        void start(Wake) override { ADD_FAILURE() << "started"; }
        std::optional<std::string> read(std::size_t) override { return std::nullopt; }
        void drain() override {}
    };

    StreamThroughMiddleware() {
        page.headers.set("Content-Type", "text/event-stream");
        page.body = std::string(1000, 'x'); // not sent: the stream stands in its place
        page.stream = std::make_shared<Stream>();
        site.settings.middleware.insert(
            site.settings.middleware.begin(),
            {"django.middleware.gzip.GZipMiddleware",
             "django.middleware.http.ConditionalGetMiddleware"}
        );
        handle = [this](HttpRequest&) { return page; };
    }

    http::Response page;
};

TEST_F(StreamThroughMiddleware, HasTheFieldsOfItsHeadAndNoneOfABody) {
    const auto response = answer(request("GET", "/known/", {{"Accept-Encoding", "gzip"}}));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.stream, page.stream);
    EXPECT_EQ(header(response, "X-Frame-Options"), "DENY");
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(response, "Vary"), "Cookie");
    for (const auto* const name : {"Content-Length", "Content-Encoding", "ETag"}) {
        EXPECT_EQ(header(response, name), "(absent)") << name;
    }
}

TEST_F(StreamThroughMiddleware, IsNoneWhereTheAnswerIsAnother) {
    page.headers.set("ETag", "\"a\"");
    const auto response = answer(request("GET", "/known/", {{"If-None-Match", "\"a\""}}));
    EXPECT_EQ(response.status, 304);
    EXPECT_EQ(response.stream, nullptr);
}

class SlashTest : public SiteTest {};

TEST_F(SlashTest, IsAppendedWhereThatLeadsSomewhereOnly) {
    EXPECT_EQ(header(answer(request("GET", "/known?a=1&b=%20")), "Location"), "/known/?a=1&b=%20");
    EXPECT_EQ(header(answer(request("DELETE", "/known")), "Location"), "/known/");
    EXPECT_EQ(answer(request("GET", "/unknown")).status, 404);
    EXPECT_EQ(answer(request("GET", "/known/")).status, 200);
    site.settings.append_slash = false;
    EXPECT_EQ(answer(request("GET", "/known")).status, 404);
}

TEST_F(SlashTest, NeverLeadsToAnotherHost) {
    Pipeline pipeline(
        site, View{[](std::string_view path) { return path == "//evil.example/"; }, handle}
    );
    const http::Response response = pipeline(request("GET", "//evil.example"));
    EXPECT_EQ(header(response, "Location"), "/%2Fevil.example/");
}

TEST_F(SlashTest, ComesWithTheWwwThatIsPrepended) {
    site.settings.prepend_www = true;
    site.settings.allowed_hosts = {".testserver"};
    EXPECT_EQ(
        header(answer(request("GET", "/known/?x=1")), "Location"),
        "http://www.testserver/known/?x=1"
    );
    EXPECT_EQ(header(answer(request("GET", "/known")), "Location"), "http://www.testserver/known/");
    EXPECT_EQ(answer(request("GET", "/known/", {{"Host", "www.testserver"}})).status, 200);
}

TEST_F(SlashTest, IsLookedForBehindTheOtherMiddlewareFromDjango42On) {
    // DBStorage asks who the visitor is.
    EXPECT_EQ(header(answer(request("GET", "/known")), "Vary"), "(absent)");
    for (const std::string release : {"4.2", "5.2", "6.0"}) {
        become_django(release);
        const http::Response response =
            answer(request("GET", "/known", {{"Cookie", "sessionid=nobodyknowsthis"}}));
        EXPECT_EQ(response.status, 301);
        EXPECT_EQ(header(response, "Vary"), "Cookie");
        EXPECT_EQ(cookies(response).size(), 1U) << "that of a session that is no more";
        EXPECT_EQ(header(response, "X-Frame-Options"), "(absent)");
        EXPECT_EQ(header(response, "Content-Length"), release == "6.0" ? "0" : "(absent)");
    }
}

class SecurityTest : public SiteTest {};

TEST_F(SecurityTest, RedirectsToTlsExceptWherePathsAreExempt) {
    site.settings.secure_ssl_redirect = true;
    site.settings.secure_redirect_exempt = {"^heal(th|z)"};
    site.settings.secure_proxy_ssl_header = {"HTTP_X_FORWARDED_PROTO", "https"};
    const http::Response response = answer(request("POST", "/known/?a=b"));
    EXPECT_EQ(response.status, 301);
    EXPECT_EQ(header(response, "Location"), "https://testserver/known/?a=b");
    EXPECT_EQ(header(response, "Content-Length"), "(absent)");
    EXPECT_EQ(answer(request("GET", "/known/", {{"X-Forwarded-Proto", "https"}})).status, 200);
    EXPECT_EQ(answer(request("GET", "//health/")).status, 404);
    EXPECT_EQ(answer(request("GET", "/", {{"Host", "evil.example"}})).status, 400);
    site.settings.secure_ssl_host = "secure.example";
    EXPECT_EQ(
        header(answer(request("GET", "/known/")), "Location"), "https://secure.example/known/"
    );
}

TEST_F(SecurityTest, SetsTheHeadersThatSettingsAskFor) {
    site.settings.secure_hsts_seconds = 60;
    site.settings.secure_hsts_include_subdomains = true;
    site.settings.secure_hsts_preload = true;
    site.settings.secure_browser_xss_filter = true;
    site.settings.secure_content_type_nosniff = false;
    site.settings.secure_referrer_policy = "no-referrer , strict-origin";
    site.settings.x_frame_options = "sameorigin";
    http::Request wire = request("GET", "/known/");
    const http::Response plain = answer(wire);
    EXPECT_EQ(header(plain, "Strict-Transport-Security"), "(absent)");
    EXPECT_EQ(header(plain, "X-Content-Type-Options"), "(absent)");
    EXPECT_EQ(header(plain, "X-XSS-Protection"), "1; mode=block");
    EXPECT_EQ(header(plain, "Referrer-Policy"), "no-referrer,strict-origin");
    EXPECT_EQ(header(plain, "X-Frame-Options"), "SAMEORIGIN");
    wire.secure = true;
    EXPECT_EQ(
        header(answer(wire), "Strict-Transport-Security"), "max-age=60; includeSubDomains; preload"
    );
}

TEST_F(SecurityTest, SendsTheOpenerPolicyOfTheSettingOrElseOfTheRelease) {
    const auto policy = [this] {
        return header(answer(request("GET", "/known/")), "Cross-Origin-Opener-Policy");
    };
    EXPECT_EQ(policy(), "(absent)");
    become_django("4.0");
    EXPECT_EQ(policy(), "same-origin");
    site.settings.secure_cross_origin_opener_policy = "unsafe-none";
    EXPECT_EQ(policy(), "unsafe-none");
    site.settings.secure_cross_origin_opener_policy = "";
    EXPECT_EQ(policy(), "(absent)");
}

class LocaleTest : public SiteTest {
protected:
    LocaleTest() { site.settings.middleware = {"django.middleware.locale.LocaleMiddleware"}; }

    std::string language(std::vector<std::pair<std::string, std::string>> headers) {
        return header(answer(request("GET", "/known/", std::move(headers))), "Content-Language");
    }
};

TEST_F(LocaleTest, NamesTheLanguageThatTheRequestGets) {
    EXPECT_EQ(language({}), "en");
    EXPECT_EQ(language({{"Accept-Language", "DE-at"}}), "de");
    EXPECT_EQ(language({{"Accept-Language", "fr"}}), "en") << "whose texts are not here";
    locale_file.emplace("fr", locale::LocaleEntry());
    EXPECT_EQ(language({{"Accept-Language", "fr"}}), "fr");
    EXPECT_EQ(language({{"Accept-Language", "fr"}, {"Cookie", "django_language=de"}}), "de");
    site.settings.language_cookie_name = "lang";
    EXPECT_EQ(language({{"Accept-Language", "fr"}, {"Cookie", "django_language=de"}}), "fr");
    EXPECT_EQ(language({{"Cookie", "lang=de"}}), "de");
    site.settings.languages = {"en", "fr", "it"};
    EXPECT_EQ(language({{"Accept-Language", "de, fr;q=0.5"}}), "fr");
    site.settings.use_i18n = false;
    site.settings.language_code = "en-us";
    EXPECT_EQ(language({{"Accept-Language", "fr"}}), "en-us");
    EXPECT_EQ(header(answer(request("GET", "/known/")), "Vary"), "Accept-Language");
}

} // namespace
} // namespace drf_messages::middleware
