// SPDX-License-Identifier: MIT
#include "middleware/multipart.hpp"
#include "middleware/referer.hpp"
#include "unit/middleware/site_test.hpp"

#include <boost/json/value.hpp>
#include <gmock/gmock.h>

namespace drf_messages::middleware {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

constexpr const char* secret = "AbCdEfGhIjKlMnOpQrStUvWxYz012345";
constexpr const char* token = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6A235G89bMefhSklnYqrj4mxpasDVgYJ1";
constexpr const char* same_secret =
    "ZyXwVuTsRqPoNmLkJiHgFeDcBa987654pzpzpzpzpzpzpzpzpzpzpzpzpzZZZZZZ";
constexpr const char* other_secret =
    "ZyXwVuTsRqPoNmLkJiHgFeDcBa987654PpPpPpPpPpPpPpPpPpPpPpPpPppppppp";

constexpr const char* no_cookie = "CSRF cookie not set.";
constexpr const char* bad_token = "CSRF token missing or incorrect.";
constexpr const char* malformed = "Referer checking failed - Referer is malformed.";

using Fields = std::vector<std::pair<std::string, std::string>>;

class CsrfTest : public SiteTest {
protected:
    std::string failure(const http::Request& wire) {
        HttpRequest seen(site, wire);
        return csrf_failure(seen).value_or("");
    }
    std::string failure(const std::string& method, Fields headers) {
        return failure(request(method, "/known/", std::move(headers)));
    }
    static std::pair<std::string, std::string> cookie(const std::string& value) {
        return {"Cookie", "csrftoken=" + value};
    }
};

TEST_F(CsrfTest, AsksOnlyMethodsThatChangeSomething) {
    for (const char* method : {"GET", "HEAD", "OPTIONS", "TRACE", "get"}) {
        EXPECT_EQ(failure(method, {}), "") << method;
    }
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "PROPFIND"}) {
        EXPECT_EQ(failure(method, {}), no_cookie) << method;
    }
}

TEST_F(CsrfTest, ComparesTheSecretsBehindCookieAndHeader) {
    EXPECT_EQ(failure("DELETE", {cookie(token), {"X-CSRFToken", token}}), "");
    EXPECT_EQ(failure("DELETE", {cookie(token), {"X-CSRFToken", same_secret}}), "");
    EXPECT_EQ(failure("DELETE", {cookie(secret), {"X-CSRFToken", token}}), "");
    EXPECT_EQ(failure("DELETE", {cookie(token), {"X-CSRFToken", secret}}), "");
    EXPECT_EQ(failure("DELETE", {cookie(token), {"X-CSRFToken", other_secret}}), bad_token);
    EXPECT_EQ(failure("DELETE", {cookie(token), {"X-CSRFToken", ""}}), bad_token);
    EXPECT_EQ(failure("DELETE", {cookie(token)}), bad_token);
    EXPECT_EQ(failure("DELETE", {cookie(""), {"X-CSRFToken", ""}}), bad_token);
    EXPECT_EQ(failure("DELETE", {cookie("no token"), {"X-CSRFToken", "no token"}}), bad_token);
    EXPECT_EQ(failure("DELETE", {{"X-CSRFToken", token}}), no_cookie);
}

TEST_F(CsrfTest, FindsCookieAndHeaderUnderTheirConfiguredNames) {
    site.settings.csrf_cookie_name = "xsrf";
    site.settings.csrf_header_name = "HTTP_X_XSRF";
    EXPECT_EQ(failure("DELETE", {{"Cookie", std::string("xsrf=") + token}, {"X-XSRF", token}}), "");
    EXPECT_EQ(failure("DELETE", {cookie(token), {"X-CSRFToken", token}}), no_cookie);
}

TEST_F(CsrfTest, TakesTheTokenOfAPostedFormBeforeTheHeader) {
    http::Request wire = request(
        "POST",
        "/known/",
        {cookie(token), {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}}
    );
    wire.body = std::string("a=b&csrfmiddlewaretoken=") + same_secret;
    EXPECT_EQ(failure(wire), "");
    wire.headers.set("X-CSRFToken", other_secret);
    EXPECT_EQ(failure(wire), "");
    wire.body = std::string("csrfmiddlewaretoken=") + other_secret;
    EXPECT_EQ(failure(wire), bad_token);
    wire.body = "csrfmiddlewaretoken=";
    wire.headers.set("X-CSRFToken", token);
    EXPECT_EQ(failure(wire), "");
    wire.headers.remove("X-CSRFToken");
    wire.body = std::string("csrfmiddlewaretoken=") + same_secret;
    wire.method = "DELETE";
    EXPECT_EQ(failure(wire), bad_token);
    wire.method = "POST";
    site.settings.data_upload_max_memory_size = 10;
    EXPECT_THROW(failure(wire), BadRequest);
}

TEST_F(CsrfTest, ReadsMultipartForms) {
    http::Request wire = request(
        "POST",
        "/known/",
        {cookie(token), {"Content-Type", "multipart/form-data; boundary=\"x y\""}}
    );
    wire.body =
        std::string("--x y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
                    "--x y\r\ncontent-disposition: form-data; name=csrfmiddlewaretoken\r\n\r\n") +
        same_secret + "\r\n--x y--\r\n";
    EXPECT_EQ(failure(wire), "");
}

TEST(MultipartField, IsAbsentInABodyThatIsBroken) {
    const std::string type = "multipart/form-data; boundary=b";
    const std::string head = "--b\r\nContent-Disposition: form-data; name=\"f\"";
    EXPECT_EQ(multipart_field(type, head + "\r\n\r\nv\r\n--b--", "f"), "v");
    EXPECT_EQ(multipart_field(type, "preamble\r\n" + head + "\r\n\r\nv\r\n--b--", "f"), "v");
    EXPECT_EQ(
        multipart_field(type, head + "; filename=\"x\"\r\n\r\nv\r\n--b--", "f"), std::nullopt
    );
    EXPECT_EQ(multipart_field(type, head + "\r\n\r\nv", "f"), std::nullopt);
    EXPECT_EQ(multipart_field(type, head, "f"), std::nullopt);
    EXPECT_EQ(multipart_field(type, "--b", "f"), std::nullopt);
    EXPECT_EQ(multipart_field(type, "--b--", "f"), std::nullopt);
    EXPECT_EQ(multipart_field(type, "", "f"), std::nullopt);
    EXPECT_EQ(
        multipart_field("multipart/form-data", head + "\r\n\r\nv\r\n--b--", "f"), std::nullopt
    );
    EXPECT_EQ(multipart_field("multipart/form-data; boundary=\"", "--b", "f"), std::nullopt);
}

// MultiPartParser(…).parse()[0] of Django 3.2
TEST(MultipartField, IsReadAsDjangoReadsIt) {
    const std::string type = "multipart/form-data; boundary=b";
    const auto body = [](std::initializer_list<std::string_view> parts) {
        std::string text;
        for (const auto part : parts) {
            text.append("--b\r\nContent-Disposition: form-data; name=").append(part).append("\r\n");
        }
        return text + "--b--\r\n";
    };
    const auto latin1 = *text::Charset::find("iso-8859-1");
    const auto sjis = *text::Charset::find("shift_jis");
    const std::string umlaut = body({"\"\xE4 \"\r\n\r\np\xE4ss"});
    EXPECT_EQ(multipart_field(type, umlaut, "\xC3\xA4", latin1), "p\xC3\xA4ss");
    EXPECT_EQ(multipart_field(type, umlaut, "\xEF\xBF\xBD"), "p\xEF\xBF\xBDss");
    EXPECT_EQ(
        multipart_field(type, body({"f\r\n\r\n\x93\xFA\x96{"}), "f", sjis),
        "\xE6\x97\xA5\xE6\x9C\xAC"
    );
    EXPECT_EQ(multipart_field(type, body({"f\r\n\r\n1", "g\r\n\r\n2", "f\r\n\r\n3"}), "f"), "3");
    EXPECT_EQ(multipart_field(type, body({"f; filename=\"\"\r\n\r\n1"}), "f"), "1");

    const auto encoded = [&](std::string_view encoding, std::string_view value) {
        std::string part = "f\r\nContent-Transfer-Encoding: ";
        part.append(encoding).append("\r\n\r\n").append(value);
        return multipart_field(type, body({part}), "f", latin1);
    };
    EXPECT_EQ(encoded("base64", "cORzcw=="), "p\xC3\xA4ss");
    EXPECT_EQ(encoded(" BASE64 ; x=y", "cOR\r\nzcw=="), "p\xC3\xA4ss");
    EXPECT_EQ(encoded("base64", "cORzcw"), "cORzcw");
    EXPECT_EQ(encoded("quoted-printable", "p=E4ss"), "p=E4ss");
}

TEST_F(CsrfTest, ChecksTheRefererWhereTheConnectionIsEncrypted) {
    site.settings.csrf_trusted_origins = {
        "other.example",
        ".sub.example",
        "https://four.example",
        "https://*.wild.example",
        "http://plain.example"};
    const std::pair<const char*, std::string> cases[] = {
        {"https://testserver/", ""},
        {"https://testserver/page?x=1", ""},
        {"HTTPS://testserver", ""},
        {"https://other.example/", ""},
        {"https://deep.sub.example/", ""},
        {"https://sub.example/", ""},
        {"https://four.example/", ""},
        {"https://deep.wild.example/", ""},
        {"http://testserver/",
         "Referer checking failed - Referer is insecure while host is secure."},
        {"", malformed},
        {"/known/", malformed},
        {"//testserver/", malformed},
        {"https:/testserver/", malformed},
        {"https://[::1/", malformed},
        {"testserver", malformed},
    };
    const auto with_referer = [&](const std::string& referer) {
        http::Request wire = request(
            "DELETE", "/known/", {cookie(token), {"X-CSRFToken", token}, {"Referer", referer}}
        );
        wire.secure = true;
        return failure(wire);
    };
    for (const auto& [referer, expected] : cases) {
        EXPECT_EQ(with_referer(referer), expected) << referer;
    }
    for (const char* referer :
         {"https://evil.example/",
          "https://testserver:8443/",
          "https://TESTSERVER/",
          "https://plain.example/",
          "https://user@testserver/",
          "https://xtestserver/"}) {
        EXPECT_EQ(
            with_referer(referer),
            std::string("Referer checking failed - ") + referer +
                " does not match any trusted origins."
        );
    }
    http::Request without = request("DELETE", "/known/", {cookie(token), {"X-CSRFToken", token}});
    without.secure = true;
    EXPECT_EQ(failure(without), "Referer checking failed - no Referer.");
}

TEST_F(CsrfTest, ChecksTheOriginWhereThatIsAskedFor) {
    const auto with_origin = [&](const std::string& origin, bool secure) {
        http::Request wire = request(
            "DELETE", "/known/", {cookie(token), {"X-CSRFToken", token}, {"Origin", origin}}
        );
        wire.secure = secure;
        return failure(wire);
    };
    EXPECT_EQ(with_origin("https://evil.example", false), "") << "as Django 3.2";

    site.settings.csrf_check_origin = true;
    site.settings.csrf_trusted_origins = {"https://four.example", "https://*.wild.example"};
    EXPECT_EQ(with_origin("http://testserver", false), "");
    EXPECT_EQ(with_origin("https://testserver", true), "") << "no Referer is needed then";
    EXPECT_EQ(with_origin("https://four.example", false), "");
    EXPECT_EQ(with_origin("https://deep.wild.example", false), "");
    for (const char* origin :
         {"https://testserver",
          "http://testserver:8000",
          "http://four.example",
          "https://deep.four.example",
          "http://deep.wild.example",
          "https://xwild.example",
          "https://evil.example",
          "https://[::1",
          "null",
          ""}) {
        EXPECT_EQ(
            with_origin(origin, false),
            std::string("Origin checking failed - ") + origin +
                " does not match any trusted origins."
        );
    }
    EXPECT_EQ(failure("DELETE", {cookie(token), {"X-CSRFToken", token}}), "") << "no Origin at all";
}

TEST_F(CsrfTest, ComparesTheRefererWithTheCookiesDomainWhereThatIsSet) {
    site.settings.csrf_cookie_domain = ".testserver";
    const auto with_referer = [&](const std::string& host, const std::string& referer) {
        http::Request wire = request(
            "DELETE",
            "/known/",
            {cookie(token), {"X-CSRFToken", token}, {"Referer", referer}, {"Host", host}}
        );
        wire.secure = true;
        return failure(wire);
    };
    EXPECT_EQ(with_referer("testserver", "https://forms.testserver/"), "");
    EXPECT_EQ(with_referer("testserver:8443", "https://forms.testserver:8443/"), "");
    EXPECT_NE(with_referer("testserver:8443", "https://forms.testserver/"), "");
}

TEST(Referer, IsPutTogetherAgainAsPythonDoes) {
    const std::pair<const char*, const char*> cases[] = {
        {"https://a/b;c?d#", "https://a/b;c?d"},
        {"https://a/?", "https://a/"},
        {"https://a/b;", "https://a/b"},
        {"https://a/x;y/z;w", "https://a/x;y/z;w"},
        {"HTTPS://A/", "https://A/"},
        {"  https://a/", "https://a/"},
        {"https://a\t/", "https://a/"},
        {"https://a#f", "https://a#f"},
    };
    for (const auto& [text, url] : cases) {
        const auto referer = parse_referer(text);
        ASSERT_TRUE(referer) << text;
        EXPECT_EQ(referer->url, url) << text;
    }
}

TEST_F(CsrfTest, KeepsTheTokenInTheSessionWhenAskedTo) {
    site.settings.csrf_use_sessions = true;
    handle = [](HttpRequest& seen) {
        http::Response response;
        response.body = csrf_token(seen);
        return response;
    };
    const http::Response first = answer(request("GET", "/known/"));
    ASSERT_EQ(cookies(first).size(), 1U);
    const std::string session = cookies(first)[0].substr(0, cookies(first)[0].find(';'));

    handle = [](HttpRequest& seen) {
        http::Response response;
        response.body = csrf_failure(seen).value_or("passed");
        return response;
    };
    EXPECT_EQ(
        answer(request("DELETE", "/known/", {{"Cookie", session}, {"X-CSRFToken", first.body}})
        ).body,
        "passed"
    );
    EXPECT_EQ(
        answer(request("DELETE", "/known/", {{"Cookie", session}, {"X-CSRFToken", token}})).body,
        bad_token
    );
    EXPECT_EQ(answer(request("DELETE", "/known/", {{"X-CSRFToken", first.body}})).body, no_cookie);
}

TEST_F(CsrfTest, TakesNothingFromASessionThatHoldsNoToken) {
    site.settings.csrf_use_sessions = true;
    become_django("5.2");
    handle = [](HttpRequest& seen) {
        seen.session->set_text("_csrftoken", "garbage");
        http::Response response;
        response.body = csrf_failure(seen).value_or("passed");
        return response;
    };
    EXPECT_EQ(answer(request("DELETE", "/known/")).body, "CSRF token missing.");
    for (const std::string sent : {"garbage", token}) {
        EXPECT_THAT(
            answer(request("DELETE", "/known/", {{"X-CSRFToken", sent}})).body,
            StartsWith("CSRF token from the 'X-Csrftoken' HTTP header ")
        );
    }
}

TEST_F(CsrfTest, LooksAtTheOriginFromDjango4OnUnlessTheSettingSaysOtherwise) {
    const Fields foreign = {
        cookie(token), {"X-CSRFToken", token}, {"Origin", "https://evil.example"}};
    EXPECT_EQ(failure("DELETE", foreign), "");
    become_django("4.0");
    EXPECT_THAT(failure("DELETE", foreign), StartsWith("Origin checking failed - "));
    site.settings.csrf_check_origin = false;
    EXPECT_EQ(failure("DELETE", foreign), "");
}

TEST_F(CsrfTest, RenewsACookieOfAWrongFormOnDjangosOwnPagesOfErrors) {
    const auto renewed = [&](const http::Request& wire) {
        const http::Response response = answer(wire);
        EXPECT_TRUE(cookies(response).empty() || header(response, "Vary") == "Cookie");
        return cookies(response).size();
    };
    const http::Request strange_host = request("GET", "/known/", {{"Host", "evil"}, cookie("x")});
    const http::Request lost = request("GET", "/lost/", {cookie("x")});
    EXPECT_EQ(renewed(strange_host), 0U);
    EXPECT_EQ(renewed(lost), 0U);
    become_django("4.2");
    EXPECT_EQ(renewed(strange_host), 1U); // CommonMiddleware refuses it before CSRF is looked at
    EXPECT_EQ(renewed(lost), 1U);
    EXPECT_EQ(renewed(request("GET", "/lost/", {cookie(token)})), 0U);
    site.settings.middleware = {"django.middleware.common.CommonMiddleware"};
    EXPECT_EQ(renewed(strange_host), 1U);
    EXPECT_EQ(renewed(lost), 1U);
    EXPECT_EQ(renewed(request("GET", "/known/", {cookie("x")})), 0U);
}

TEST_F(CsrfTest, ShowsTheTokenBehindAnotherMaskOnEachPage) {
    handle = [](HttpRequest& seen) {
        http::Response response;
        response.body = csrf_token(seen);
        return response;
    };
    const std::string first = answer(request("GET", "/known/", {cookie(token)})).body;
    const std::string second = answer(request("GET", "/known/", {cookie(token)})).body;
    EXPECT_NE(first, second);
    handle = [](HttpRequest& seen) {
        http::Response response;
        response.body = csrf_failure(seen).value_or("passed");
        return response;
    };
    for (const auto& shown : {first, second}) {
        EXPECT_EQ(
            answer(request("DELETE", "/known/", {cookie(token), {"X-CSRFToken", shown}})).body,
            "passed"
        );
    }
}

TEST_F(CsrfTest, SendsTheCookieOnlyWithAPageThatShowsTheToken) {
    EXPECT_TRUE(cookies(answer(request("GET", "/known/"))).empty());
    handle = [](HttpRequest& seen) {
        csrf_token(seen);
        return http::Response();
    };
    const http::Response shown = answer(request("GET", "/known/", {cookie(token)}));
    EXPECT_THAT(
        cookies(shown),
        ElementsAre(
            std::string("csrftoken=") + token +
            "; expires=Mon, 30 Dec 2024 10:00:00 GMT; Max-Age=31449600; Path=/; SameSite=Lax"
        )
    );
    EXPECT_EQ(header(shown, "Vary"), "Cookie");
    EXPECT_THAT(cookies(answer(request("GET", "/known/"))), ElementsAre(StartsWith("csrftoken=")));
}

} // namespace
} // namespace drf_messages::middleware
