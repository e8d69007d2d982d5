// SPDX-License-Identifier: MIT
#include "silence.hpp"

#include <drf_messages/adapters/httplib.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace drf_messages::adapters {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(ARequestFromHttplib, HasEveryFieldButThoseOfHttplib) {
    httplib::Request from;
    from.method = "POST";
    from.target = "/a?b";
    from.headers = {
        {"REMOTE_ADDR", "10.1.2.3"},
        {"REMOTE_PORT", "1"},
        {"LOCAL_ADDR", "10.0.0.1"},
        {"LOCAL_PORT", "80"},
        {"X-One", "1"},
        {"X-One", "2"}};
    from.remote_addr = "::ffff:10.1.2.3";
    from.local_addr = "::ffff:10.0.0.1";
    from.local_port = 8000;
    from.body = std::string("\0\xFF", 2);
    const http::Request to = from_httplib(from);
    EXPECT_EQ(to.method, "POST");
    EXPECT_EQ(to.target, "/a?b");
    EXPECT_THAT(to.headers.fields(), ElementsAre(Pair("X-One", "1"), Pair("X-One", "2")));
    EXPECT_EQ(to.remote_address, "10.1.2.3");
    EXPECT_EQ(to.server_name, "10.0.0.1");
    EXPECT_EQ(to.server_port, 8000);
    EXPECT_EQ(to.body, from.body);
}

TEST(ARequestFromHttplib, HasNoServerWhereHttplibKnowsNone) {
    const http::Request to = from_httplib(httplib::Request());
    EXPECT_EQ(to.server_name, "");
    EXPECT_EQ(to.server_port, 0);
}

TEST(ARequestFromHttplib, HasTheBodyOfItsParts) {
    httplib::Request from;
    from.headers = {
        {"Content-Type", "multipart/form-data; boundary=\"x y\"; charset=utf-8"},
        {"Content-Length", "1"}};
    from.files.emplace("a", httplib::MultipartFormData{"a", "1\r\n", "", ""});
    from.files.emplace("f", httplib::MultipartFormData{"f", "2", "f.txt", "text/plain"});
    const http::Request to = from_httplib(from);
    EXPECT_EQ(
        to.body,
        "--x y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\r\n"
        "--x y\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n"
        "Content-Type: text/plain\r\n\r\n2\r\n"
        "--x y--\r\n"
    );
    EXPECT_EQ(to.headers.find("Content-Length"), std::to_string(to.body.size()));
}

TEST(ARequestFromHttplib, IsNotCompressedAnyMore) {
    httplib::Request from;
    from.headers = {{"Content-Encoding", "gzip"}, {"Content-Length", "3"}};
    from.body = "12345";
    EXPECT_THAT(from_httplib(from).headers.fields(), ElementsAre(Pair("Content-Length", "5")));
}

TEST(AnAnswerToHttplib, HasEveryFieldButTheLengthThatHttplibWrites) {
    http::Response answer;
    answer.status = 404;
    answer.headers.add("Set-Cookie", "a=1");
    answer.headers.add("Set-Cookie", "b=2");
    answer.headers.add("Content-Length", "5");
    answer.headers.add("Connection", "close");
    answer.headers.add("X-Bad", "1\r\nX-Worse: 2");
    answer.body = "12345";
    httplib::Request request;
    request.method = "HEAD";
    httplib::Response to;
    to_httplib(answer, request, to);
    EXPECT_EQ(to.status, 404);
    EXPECT_THAT(
        to.headers,
        UnorderedElementsAre(
            Pair("Set-Cookie", "a=1"), Pair("Set-Cookie", "b=2"), Pair("X-Bad", "1  X-Worse: 2")
        )
    );
    EXPECT_EQ(to.body, "12345");
}

TEST(AnAnswerToHttplib, IsNoStream) {
    httplib::Response to;
    to_httplib(streamed_answer(), httplib::Request(), to);
    EXPECT_EQ(to.status, 501);
    EXPECT_EQ(to.body, "Not Implemented");
    EXPECT_THAT(to.headers, ElementsAre(Pair("Content-Type", "text/plain; charset=utf-8")));
}

TEST(AnAnswerToHttplib, KeepsTheLengthWithoutBodyForHead) {
    http::Response answer;
    answer.headers.add("Content-Length", "5");
    httplib::Request request;
    request.method = "HEAD";
    httplib::Response to;
    to_httplib(answer, request, to);
    EXPECT_THAT(to.headers, ElementsAre(Pair("Content-Length", "5")));
}

} // namespace
} // namespace drf_messages::adapters
