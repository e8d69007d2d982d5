// SPDX-License-Identifier: MIT
#include "silence.hpp"

#include <drf_messages/adapters/beast.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::adapters {
namespace {

namespace beast = boost::beast::http;
using ::testing::ElementsAre;
using ::testing::Pair;

beast::request<beast::string_body> request(beast::verb method) {
    beast::request<beast::string_body> request(method, "/a?b", 11);
    request.set(beast::field::host, "localhost");
    return request;
}

std::vector<std::pair<std::string, std::string>>
fields_of(const beast::response<beast::string_body>& response) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (const auto& field : response) {
        fields.emplace_back(field.name_string(), field.value());
    }
    return fields;
}

TEST(ARequestFromBeast, HasEveryFieldAndByte) {
    auto from = request(beast::verb::post);
    from.insert("X-One", "1");
    from.insert("x-one", "2");
    from.body() = std::string("\0\r\n\xFF", 4);
    const http::Request to = from_beast(from, "::ffff:10.1.2.3", true);
    EXPECT_EQ(to.method, "POST");
    EXPECT_EQ(to.target, "/a?b");
    EXPECT_THAT(
        to.headers.fields(),
        ElementsAre(Pair("Host", "localhost"), Pair("X-One", "1"), Pair("x-one", "2"))
    );
    EXPECT_EQ(to.body, from.body());
    EXPECT_EQ(to.remote_address, "10.1.2.3");
    EXPECT_TRUE(to.secure);
}

TEST(ARequestFromBeast, MayHaveAMethodThatBeastDoesNotKnow) {
    beast::request<beast::string_body> from;
    from.method_string("BREW");
    from.target("http://localhost/pot");
    const http::Request to = from_beast(from, "");
    EXPECT_EQ(to.method, "BREW");
    EXPECT_EQ(to.target, "/pot");
    EXPECT_FALSE(to.secure);
}

TEST(ARequestFromBeast, HasBothEndsOfItsSocket) {
    using boost::asio::ip::tcp;
    boost::asio::io_context context;
    tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
    tcp::socket client(context);
    client.connect(acceptor.local_endpoint());
    const auto strand = boost::asio::make_strand(context);
    const auto server = acceptor.accept(strand);
    const http::Request to = from_beast(request(beast::verb::get), server);
    EXPECT_EQ(to.remote_address, "127.0.0.1");
    EXPECT_EQ(to.server_name, "127.0.0.1");
    EXPECT_EQ(to.server_port, acceptor.local_endpoint().port());
    EXPECT_FALSE(to.secure);
    EXPECT_TRUE(from_beast(request(beast::verb::get), client, true).secure);
    client.close();
    const http::Request of_nobody = from_beast(request(beast::verb::get), client);
    EXPECT_EQ(of_nobody.remote_address, "");
    EXPECT_EQ(of_nobody.server_name, "");
    EXPECT_EQ(of_nobody.server_port, 0);
}

TEST(AnAnswerToBeast, HasEveryFieldAndTheLengthOfItsBody) {
    http::Response answer;
    answer.status = 429;
    answer.headers.add("Set-Cookie", "a=1");
    answer.headers.add("Set-Cookie", "b=2");
    answer.headers.add("Content-Length", "99");
    answer.headers.add("content-length", "98");
    answer.headers.add("Transfer-Encoding", "chunked");
    answer.body = "12345";
    const auto to = to_beast(answer, request(beast::verb::get));
    EXPECT_EQ(to.result_int(), 429U);
    EXPECT_EQ(to.reason(), "Too Many Requests");
    EXPECT_THAT(
        fields_of(to),
        ElementsAre(
            Pair("Set-Cookie", "a=1"), Pair("Set-Cookie", "b=2"), Pair("Content-Length", "5")
        )
    );
    EXPECT_EQ(to.body(), "12345");
    EXPECT_TRUE(to.keep_alive());
}

TEST(AnAnswerToBeast, WritesNoFieldsOfItsOwnByAValue) {
    http::Response answer;
    answer.headers.add("Location", "/\r\nSet-Cookie: a=1\r\n\r\n<b>");
    EXPECT_EQ(to_beast(answer, request(beast::verb::get))["Location"], "/  Set-Cookie: a=1    <b>");
}

TEST(AnAnswerToBeast, HasNoBodyForHeadButItsLength) {
    http::Response answer;
    answer.body = "12345";
    auto to = to_beast(answer, request(beast::verb::head));
    EXPECT_EQ(to.body(), "");
    EXPECT_EQ(to["Content-Length"], "5");
    answer.body.clear();
    answer.headers.set("Content-Length", "7");
    EXPECT_EQ(to_beast(answer, request(beast::verb::head))["Content-Length"], "7");
}

TEST(AnAnswerToBeast, HasNoBodyWhereTheStatusHasNone) {
    for (const int status : {204, 304}) {
        http::Response answer;
        answer.status = status;
        answer.body = "12345";
        const auto to = to_beast(answer, request(beast::verb::get));
        EXPECT_EQ(to.body(), "") << status;
        EXPECT_EQ(to.count("Content-Length"), 0U) << status;
    }
}

TEST(AnAnswerToBeast, IsNoStream) {
    const auto to = to_beast(streamed_answer(), request(beast::verb::get));
    EXPECT_EQ(to.result_int(), 501U);
    EXPECT_EQ(to.body(), "Not Implemented");
    EXPECT_THAT(
        fields_of(to),
        ElementsAre(Pair("Content-Type", "text/plain; charset=utf-8"), Pair("Content-Length", "15"))
    );
    EXPECT_EQ(to_beast(streamed_answer(), request(beast::verb::head)).result_int(), 501U);
}

/// Says what it has, and ends.
class Words final : public http::Stream {
public:
    explicit Words(std::vector<std::string> words) : words_(std::move(words)) {}
    void start(Wake wake) override { wake_ = std::move(wake); }
    std::optional<std::string> read(std::size_t) override {
        if (next_ == words_.size()) {
            return std::nullopt;
        }
        if (std::exchange(waits_, !waits_)) { // every other time there is nothing yet
            wake_();
            return "";
        }
        return words_[next_++];
    }
    void drain() override {}

private:
    const std::vector<std::string> words_;
    std::size_t next_ = 0;
    bool waits_ = true;
    Wake wake_;
};

TEST(AStreamToBeast, IsSentInChunksUntilItEnds) {
    boost::asio::io_context context;
    boost::asio::ip::tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
    boost::asio::ip::tcp::socket client(context);
    client.connect(acceptor.local_endpoint());
    auto server = acceptor.accept();
    http::Response answer;
    answer.headers.add("Content-Type", "text/event-stream");
    answer.stream = std::make_shared<Words>(std::vector<std::string>{"one", "and two"});
    const std::weak_ptr<http::Stream> stream = answer.stream;
    bool is_done = false;
    async_write_stream(
        server,
        std::move(answer),
        request(beast::verb::get),
        [&](boost::system::error_code failed) {
            EXPECT_FALSE(failed);
            is_done = true;
        }
    );
    context.run();
    EXPECT_TRUE(is_done);
    EXPECT_TRUE(stream.expired());
    server.close();
    std::string all;
    boost::system::error_code end;
    boost::asio::read(client, boost::asio::dynamic_buffer(all), end);
    EXPECT_EQ(
        all,
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\none\r\n7\r\nand two\r\n0\r\n\r\n"
    );
}

TEST(AnAnswerToBeast, ClosesWhereTheRequestAsks) {
    auto from = request(beast::verb::get);
    from.keep_alive(false);
    http::Response answer;
    answer.headers.set("Connection", "keep-alive");
    EXPECT_FALSE(to_beast(answer, from).keep_alive());
}

} // namespace
} // namespace drf_messages::adapters
