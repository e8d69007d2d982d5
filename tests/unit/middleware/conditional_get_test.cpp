// SPDX-License-Identifier: MIT
#include "middleware/http_date.hpp"
#include "unit/middleware/site_test.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

namespace drf_messages::middleware {
namespace {

using namespace std::chrono_literals;

class ConditionalGetTest : public SiteTest {
protected:
    ConditionalGetTest() {
        site.settings.middleware = {
            "django.middleware.http.ConditionalGetMiddleware",
            "django.middleware.security.SecurityMiddleware"};
        handle = [this](HttpRequest&) { return page; };
        page.headers.set("Content-Type", "text/plain");
        page.headers.set("Vary", "Accept");
        page.headers.add("Set-Cookie", "a=b");
        page.body = "hello";
    }

    http::Response with(const std::string& name, const std::string& value) {
        return answer(request("GET", "/known/", {{name, value}}));
    }

    http::Response page;
    const std::string etag = "\"5d41402abc4b2a76b9719d911017c592\""; // md5 of "hello"
};

TEST_F(ConditionalGetTest, TagsAnAnswerByItsBytes) {
    EXPECT_EQ(header(answer(request("GET", "/known/")), "ETag"), etag);
    EXPECT_EQ(header(answer(request("HEAD", "/known/")), "ETag"), "(absent)");
    EXPECT_EQ(header(answer(request("POST", "/known/")), "ETag"), "(absent)");
    page.headers.set("Cache-Control", "max-age=0, No-Store");
    EXPECT_EQ(header(answer(request("GET", "/known/")), "ETag"), "(absent)");
    page.headers.remove("Cache-Control");
    page.body.clear();
    EXPECT_EQ(header(answer(request("GET", "/known/")), "ETag"), "(absent)");
    page.body = "hello";
    page.status = 404;
    EXPECT_EQ(header(answer(request("GET", "/known/")), "ETag"), etag);
    EXPECT_EQ(with("If-None-Match", etag).status, 404);
}

TEST_F(ConditionalGetTest, ComparesWhatTheClientHasWithWhatItWouldGet) {
    const std::tuple<const char*, std::string, int> cases[] = {
        {"If-None-Match", etag, 304},
        {"If-None-Match", "W/" + etag, 304},
        {"If-None-Match", "\"x\", " + etag, 304},
        {"If-None-Match", " * ", 304},
        {"If-None-Match", "\"x\"", 200},
        {"If-None-Match", "5d41402abc4b2a76b9719d911017c592", 200},
        {"If-Match", etag, 200},
        {"If-Match", "*", 200},
        {"If-Match", "W/" + etag, 412},
        {"If-Match", "\"x\"", 412},
        {"If-Match", "x", 200},
        {"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", 412},
        {"If-Unmodified-Since", "yesterday", 200},
        {"If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT", 200},
        {"If-Modified-Since", "Sun, 06 Nov 2094 08:49:37 GMT", 200},
    };
    for (const auto& [name, value, status] : cases) {
        EXPECT_EQ(with(name, value).status, status) << name << ": " << value;
    }
}

TEST_F(ConditionalGetTest, KeepsLittleOfAnAnswerThatTheClientHas) {
    const http::Response response = with("If-None-Match", etag);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(header(response, "ETag"), etag);
    EXPECT_EQ(header(response, "Vary"), "Accept");
    EXPECT_EQ(header(response, "Content-Type"), "(absent)");
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "(absent)");
    EXPECT_THAT(cookies(response), testing::ElementsAre("a=b"));
    EXPECT_EQ(header(with("If-Match", "\"x\""), "Content-Type"), "text/html; charset=utf-8");
}

TEST_F(ConditionalGetTest, ComparesTheTimeOfTheLastChange) {
    page.headers.set("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(with("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT").status, 304);
    EXPECT_EQ(with("If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT").status, 200);
    EXPECT_EQ(with("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT").status, 200);
    EXPECT_EQ(with("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT").status, 412);
}

TEST(HttpDate, HasThreeForms) {
    const auto moment = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 37s;
    const Timestamp now = test::a_monday_morning;
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", now), moment);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", now), moment);
    EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", now), moment);
    EXPECT_EQ(parse_http_date("xyz, 06 nOV 1994 08:49:37 GMT", now), moment);
    EXPECT_EQ(
        parse_http_date("Sunday, 06-Nov-74 08:49:37 GMT", now),
        std::chrono::sys_days(std::chrono::year(2074) / 11 / 6) + 8h + 49min + 37s
    );
    for (const char* text :
         {"",
          "Sun, 6 Nov 1994 08:49:37 GMT",
          "Sun, 31 Feb 1994 08:49:37 GMT",
          "Sun, 06 Foo 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 24:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37",
          "Sun, 06 Nov 1994 08:49:37 GMT ",
          "Sun, 06 Nov 1994 08:4x:37 GMT",
          "Sun Nov  6 08:49:37 19"}) {
        EXPECT_EQ(parse_http_date(text, now), std::nullopt) << text;
    }
}

class GZipTest : public SiteTest {
protected:
    GZipTest() {
        site.settings.middleware = {
            "django.middleware.gzip.GZipMiddleware", "django.middleware.common.CommonMiddleware"};
        handle = [this](HttpRequest&) { return page; };
        page.body = std::string(1000, 'a');
    }

    http::Response accepting(const std::string& encodings) {
        return answer(request("GET", "/known/", {{"Accept-Encoding", encodings}}));
    }

    static std::string unzipped(std::string bytes) {
        z_stream stream{};
        EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
        std::string out(10'000, '\0');
        stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
        stream.avail_in = static_cast<uInt>(bytes.size());
        stream.next_out = reinterpret_cast<Bytef*>(out.data());
        stream.avail_out = static_cast<uInt>(out.size());
        EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
        out.resize(stream.total_out);
        inflateEnd(&stream);
        return out;
    }

    http::Response page;
};

TEST_F(GZipTest, CompressesForClientsThatAcceptIt) {
    page.headers.set("ETag", "\"x\"");
    const http::Response response = accepting("deflate, gzip");
    EXPECT_EQ(header(response, "Content-Encoding"), "gzip");
    EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
    EXPECT_EQ(header(response, "ETag"), "W/\"x\"");
    EXPECT_EQ(header(response, "Content-Length"), std::to_string(response.body.size()));
    EXPECT_LT(response.body.size(), 100U);
    EXPECT_EQ(unzipped(response.body), page.body);
}

TEST_F(GZipTest, HidesTheLengthOfWhatIsInItFromDjango42On) {
    // The first random bytes are where the name's length comes from: 0, or 99.
    char first = 0;
    site.random = [&first](std::size_t count) { return std::string(count, first); };
    const std::size_t plain = accepting("gzip").body.size();
    become_django("4.2");
    std::string with_name = accepting("gzip").body;
    EXPECT_EQ(with_name.size(), plain + 1) << "the name's end";
    EXPECT_EQ(unzipped(with_name), page.body);
    first = 99;
    with_name = accepting("gzip").body;
    EXPECT_EQ(with_name.size(), plain + 100);
    EXPECT_EQ(unzipped(with_name), page.body);
    page.body = std::string(200, 'a');
    EXPECT_EQ(header(accepting("gzip"), "Content-Encoding"), "gzip");
}

TEST_F(GZipTest, LeavesTheOthersAlone) {
    for (const char* encodings : {"", "deflate", "xgzip", "gzip2", "g zip"}) {
        const http::Response response = accepting(encodings);
        EXPECT_EQ(response.body, page.body) << encodings;
        EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
    }
    EXPECT_EQ(header(accepting("x-gzip"), "Content-Encoding"), "gzip");
}

TEST_F(GZipTest, LeavesAloneWhatIsShortOrGrowsOrIsEncodedAlready) {
    page.body = std::string(199, 'a');
    EXPECT_EQ(header(accepting("gzip"), "Vary"), "(absent)");
    page.body = std::string(200, 'a');
    EXPECT_EQ(header(accepting("gzip"), "Content-Encoding"), "gzip");
    page.headers.set("Content-Encoding", "br");
    EXPECT_EQ(accepting("gzip").body, page.body);
    page.headers.remove("Content-Encoding");
    std::uint32_t state = 1;
    for (char& c : page.body) {
        state = state * 1664525U + 1013904223U;
        c = static_cast<char>(state >> 24);
    }
    const http::Response incompressible = accepting("gzip");
    EXPECT_EQ(incompressible.body, page.body);
    EXPECT_EQ(header(incompressible, "Content-Encoding"), "(absent)");
}

} // namespace
} // namespace drf_messages::middleware
