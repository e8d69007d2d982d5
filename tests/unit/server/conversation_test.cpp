// SPDX-License-Identifier: MIT
// The conversation alone: bytes in, decisions out, and no socket anywhere.
#include "running_server.hpp"
#include "server/conversation.hpp"
#include "talk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::server {

static void PrintTo(const Decision& decision, std::ostream* out) {
    constexpr std::string_view steps[] = {
        "read", "handle", "continue_100", "write", "stream", "linger", "close"};
    constexpr std::string_view timeouts[] = {
        "unchanged", "none", "first", "keep_alive", "header", "body", "write", "linger"};
    *out << steps[static_cast<std::size_t>(decision.step)] << ", "
         << timeouts[static_cast<std::size_t>(decision.timeout)];
}

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr Decision handle{Step::handle, Timeout::none};
constexpr Decision write_answer{Step::write, Timeout::write};

class ConversationTest : public testing::Test {
protected:
    static Conversation::Time at(int second) {
        return Conversation::Time(std::chrono::seconds(second));
    }

    /// What the conversation wants when these bytes have come, as many at a time as it has room
    /// for.
    Decision receive(std::string_view bytes, int second = 0) {
        Decision next{Step::read};
        while (!bytes.empty()) {
            const auto room = conversation.room();
            const auto count = std::min(room.size(), bytes.size());
            std::copy_n(bytes.data(), count, room.data());
            bytes.remove_prefix(count);
            next = conversation.received(count, at(second));
        }
        return next;
    }

    /// All that is to be written, and that it has been.
    std::string take_out() {
        std::string all;
        for (const auto part : conversation.out()) {
            all += part;
        }
        EXPECT_TRUE(conversation.sent(all.size()));
        return all;
    }

    std::atomic<bool> draining{false};
    Conversation conversation{{1024, 100}, {"192.0.2.7", "192.0.2.1", 8000}, draining};
};

TEST_F(ConversationTest, ReadsHandlesWritesAndReadsAgain) {
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(conversation.is_idle());
        EXPECT_EQ(receive("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", i), handle);
        EXPECT_EQ(conversation.began(), at(i));
        EXPECT_EQ(conversation.request().target, "/a");
        EXPECT_EQ(conversation.request().remote_address, "192.0.2.7");
        EXPECT_EQ(conversation.request().server_name, "192.0.2.1");
        EXPECT_EQ(conversation.request().server_port, 8000);
        EXPECT_EQ(conversation.answer(text_response("hello")), write_answer);
        EXPECT_THAT(take_out(), testing::EndsWith("\r\n\r\nhello"));
        EXPECT_EQ(conversation.written(at(i)), (Decision{Step::read, Timeout::keep_alive}));
    }
}

TEST_F(ConversationTest, NamesTheDeadlineThatBeginsWithEachPartOfARequest) {
    EXPECT_EQ(receive("\r\n", 1), (Decision{Step::read, Timeout::unchanged}));
    EXPECT_TRUE(conversation.is_idle());
    EXPECT_EQ(receive("POST / HT", 2), (Decision{Step::read, Timeout::header}));
    EXPECT_FALSE(conversation.is_idle());
    EXPECT_EQ(
        receive("TP/1.1\r\nHost: x\r\nContent-", 3), (Decision{Step::read, Timeout::unchanged})
    );
    EXPECT_EQ(receive("Length: 3\r\n\r\n", 4), (Decision{Step::read, Timeout::body}));
    EXPECT_EQ(receive("ab", 5), (Decision{Step::read, Timeout::unchanged}));
    EXPECT_EQ(receive("c", 6), handle);
    EXPECT_EQ(conversation.began(), at(2));
}

TEST_F(ConversationTest, ReadsChunksWhereverTheyAreCut) {
    struct Chunked {
        std::string_view bytes;
        std::string_view body;
    };
    const Chunked all[] = {
        {"0\r\n\r\n", ""},
        {"0\r\nX-Sum: 1\r\n\r\n", ""},
        {"3\r\nabc\r\n0\r\n\r\n", "abc"},
        {"4\r\n0\r\n0\r\n0\r\n\r\n", "0\r\n0"}};
    for (const auto& chunked : all) {
        for (std::size_t first = 1; first < chunked.bytes.size(); ++first) {
            for (std::size_t second = first; second < chunked.bytes.size(); ++second) {
                receive("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
                receive(chunked.bytes.substr(0, first));
                receive(chunked.bytes.substr(first, second - first));
                EXPECT_EQ(receive(chunked.bytes.substr(second)), handle);
                EXPECT_EQ(conversation.request().body, chunked.body);
                conversation.answer(text_response(""));
                take_out();
                conversation.written(at(0));
            }
        }
    }
}

TEST_F(ConversationTest, GoesOnWithWhatTheClientHasSentAlready) {
    EXPECT_EQ(
        receive(
            "GET /a HTTP/1.1\r\nHost: x\r\n\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\nGET /c", 1
        ),
        handle
    );
    conversation.answer(text_response(""));
    take_out();
    EXPECT_EQ(conversation.written(at(2)), handle);
    EXPECT_EQ(conversation.request().target, "/b");
    EXPECT_EQ(conversation.began(), at(2));
    conversation.answer(text_response(""));
    take_out();
    EXPECT_EQ(conversation.written(at(3)), (Decision{Step::read, Timeout::header}));
}

TEST_F(ConversationTest, KeepsWhatItNeedsOfBytesThatDoNotStay) {
    std::string bytes = "GET /a HTTP/1.1\r\nHost: x\r\nX: y\r\n\r\nGET /b HT";
    EXPECT_EQ(conversation.received(std::string_view(bytes), at(1)), handle);
    bytes.assign(bytes.size(), '?');
    EXPECT_EQ(conversation.request().target, "/a");
    EXPECT_EQ(conversation.request().headers.find("X"), "y");
    conversation.answer(text_response(""));
    take_out();
    EXPECT_EQ(conversation.written(at(2)), (Decision{Step::read, Timeout::header}));
    EXPECT_EQ(receive("TP/1.1\r\nHost: x\r\n\r\n"), handle);
    EXPECT_EQ(conversation.request().target, "/b");
    EXPECT_EQ(conversation.request().headers.fields().size(), 1U);
}

TEST_F(ConversationTest, KeepsWhatIsStillToBeWritten) {
    receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    http::Response response;
    response.body = "0123456789";
    conversation.answer(response);
    std::string all;
    std::size_t size = 0;
    do {
        std::string rest;
        for (const auto part : conversation.out()) {
            rest += part;
        }
        size = std::max(size, rest.size());
        all += rest.front();
    } while (!conversation.sent(1));
    EXPECT_EQ(all.size(), size);
    EXPECT_THAT(all, testing::EndsWith("\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"));
}

TEST_F(ConversationTest, InvitesTheBodyOfAClientThatWaitsForIt) {
    const std::string_view head =
        "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    EXPECT_EQ(receive(head), (Decision{Step::continue_100, Timeout::body}));
    EXPECT_FALSE(conversation.reads());
    EXPECT_EQ(take_out(), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(conversation.take_outcome(), std::nullopt);
    EXPECT_EQ(conversation.written(at(0)), (Decision{Step::read, Timeout::unchanged}));
    EXPECT_EQ(receive("ab"), handle);
    conversation.answer(text_response(""));
    take_out();
    conversation.written(at(0));
    EXPECT_EQ(receive(std::string(head) + "ab"), handle);
}

TEST_F(ConversationTest, RefusesWhatIsNoRequestAndThenLingers) {
    EXPECT_EQ(receive("broken\r\n\r\n"), write_answer);
    EXPECT_THAT(take_out(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_EQ(conversation.written(at(0)), (Decision{Step::linger, Timeout::linger}));
    EXPECT_TRUE(conversation.reads());
    EXPECT_EQ(receive(std::string(100'000, 'x')), (Decision{Step::read, Timeout::linger}));
    EXPECT_EQ(conversation.ended(), Decision{Step::close});
}

TEST_F(ConversationTest, EndsWithTheRequestThatIsToBeTheLast) {
    receive("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
    conversation.end_with_this_request();
    conversation.answer(text_response(""));
    EXPECT_THAT(take_out(), HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_EQ(conversation.written(at(0)).step, Step::linger);
}

TEST_F(ConversationTest, TellsARequestThatTheClientBeganBeforeItHadItsAnswer) {
    const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    EXPECT_EQ(receive(request + request + request.substr(0, 10)), handle);
    EXPECT_FALSE(conversation.has_next_request());
    conversation.answer(text_response(""));
    EXPECT_FALSE(conversation.has_next_request());
    take_out();
    EXPECT_EQ(conversation.written(at(0)), handle);
    EXPECT_TRUE(conversation.has_next_request());
    conversation.answer(text_response(""));
    take_out();
    conversation.written(at(0));
    EXPECT_FALSE(conversation.has_next_request());
    EXPECT_EQ(receive(request.substr(10)), handle);
    EXPECT_TRUE(conversation.has_next_request());
    conversation.answer(text_response(""));
    take_out();
    conversation.written(at(0));
    EXPECT_EQ(receive(request), handle);
    EXPECT_FALSE(conversation.has_next_request());
}

TEST_F(ConversationTest, EndsWithTheClientOrTheDeadlineByWhereItIs) {
    struct Row {
        std::string_view sent;
        std::string_view on_end;      ///< status, empty: none
        std::string_view on_deadline; ///< the same
    };
    const std::vector<Row> rows = {
        {"", "", ""},
        {"GET / HT", "400", "408"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", "400", "408"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n", "", ""},
        {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "", ""},
    };
    for (const auto& row : rows) {
        for (const bool deadline : {false, true}) {
            Conversation fresh{{1024, 100}, {}, draining};
            std::copy(row.sent.begin(), row.sent.end(), fresh.room().data());
            fresh.received(row.sent.size(), at(0));
            const auto next = deadline ? fresh.time_is_over() : fresh.ended();
            const auto status = deadline ? row.on_deadline : row.on_end;
            EXPECT_EQ(next, status.empty() ? Decision{Step::close} : write_answer) << row.sent;
            if (!status.empty()) {
                EXPECT_THAT(
                    std::string(fresh.out()[0]), StartsWith("HTTP/1.1 " + std::string(status))
                );
            }
        }
    }
}

TEST_F(ConversationTest, HasItsLastAnswerOnceTheServerEnds) {
    receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    draining = true;
    conversation.answer(text_response(""));
    EXPECT_THAT(take_out(), HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_EQ(conversation.written(at(0)).step, Step::linger);
}

TEST_F(ConversationTest, EndsThoughItsAnswerWasWrittenBeforeTheServerEnds) {
    receive("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
    conversation.answer(text_response(""));
    EXPECT_THAT(take_out(), Not(HasSubstr("Connection")));
    draining = true;
    EXPECT_EQ(conversation.written(at(0)).step, Step::linger);
}

TEST_F(ConversationTest, TellsTheOutcomeOfEachAnswerOnce) {
    EXPECT_FALSE(conversation.take_outcome());
    for (const bool head : {false, true}) {
        receive(head ? "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" : "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_FALSE(conversation.take_outcome());
        conversation.answer(text_response("hello", 404));
        const auto outcome = conversation.take_outcome();
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->status, 404);
        EXPECT_EQ(outcome->body_bytes, head ? 0U : 5U);
        EXPECT_FALSE(conversation.take_outcome());
        take_out();
        conversation.written(at(0));
    }
}

class StreamOfAConversation : public ConversationTest {
protected:
    Decision begin(std::string_view request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n") {
        receive(request);
        conversation.answer(talk.answer());
        head = take_out();
        return conversation.written(at(0));
    }
    Decision start() {
        return conversation.start_stream([] {});
    }

    Talk talk;
    std::string head;
    const Decision wait{Step::stream, Timeout::none};
};

TEST_F(StreamOfAConversation, IsAskedForTheNextPieceWhenOneIsWritten) {
    talk.say("hello");
    talk.say("you");
    EXPECT_EQ(begin(), wait);
    EXPECT_THAT(head, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
    EXPECT_EQ(talk.asked(), 0);
    EXPECT_EQ(start(), write_answer);
    EXPECT_EQ(talk.asked(), 1);
    EXPECT_EQ(take_out(), "5\r\nhello\r\n");
    EXPECT_EQ(conversation.written(at(0)), write_answer);
    EXPECT_EQ(take_out(), "3\r\nyou\r\n");
    EXPECT_FALSE(conversation.awaits_stream());
    EXPECT_EQ(conversation.written(at(0)), wait);
    EXPECT_TRUE(conversation.awaits_stream());
    talk.say("!");
    EXPECT_EQ(conversation.woken(), write_answer);
    EXPECT_EQ(take_out(), "1\r\n!\r\n");
}

TEST_F(StreamOfAConversation, ThatEndsLeavesTheConversationAsItWas) {
    talk.say("hello");
    talk.end();
    begin();
    start();
    take_out();
    EXPECT_FALSE(conversation.take_outcome());
    EXPECT_EQ(conversation.written(at(0)), write_answer);
    EXPECT_EQ(talk.destroyed(), 1);
    EXPECT_FALSE(conversation.is_streaming());
    EXPECT_EQ(conversation.take_outcome()->body_bytes, 5U);
    EXPECT_EQ(take_out(), "0\r\n\r\n");
    EXPECT_EQ(conversation.written(at(0)), (Decision{Step::read, Timeout::keep_alive}));
    EXPECT_EQ(receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), handle);
    conversation.answer(text_response("as ever"));
    EXPECT_THAT(take_out(), testing::EndsWith("\r\n\r\nas ever"));
}

TEST_F(StreamOfAConversation, LetsTheNextRequestWait) {
    begin();
    EXPECT_EQ(start(), wait);
    EXPECT_TRUE(conversation.reads());
    EXPECT_EQ(receive("GET /next HTTP/1.1\r\nHost: x\r\n\r\n"), (Decision{Step::read}));
    talk.end();
    EXPECT_EQ(conversation.woken(), write_answer);
    take_out();
    EXPECT_EQ(conversation.written(at(0)), handle);
    EXPECT_EQ(conversation.request().target, "/next");
}

TEST_F(StreamOfAConversation, EndsWithAClientThatSendsAndSends) {
    begin();
    start();
    EXPECT_EQ(receive(std::string(8 * 1024, 'x')), (Decision{Step::close}));
}

TEST_F(StreamOfAConversation, HasNoChunksForHttp10) {
    talk.say("hello");
    talk.end();
    begin("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("chunked")));
    EXPECT_EQ(start(), write_answer);
    EXPECT_EQ(take_out(), "hello");
    EXPECT_EQ(conversation.written(at(0)), (Decision{Step::linger, Timeout::linger}));
}

TEST_F(StreamOfAConversation, IsNotStartedWhereNoBodyIsSent) {
    EXPECT_EQ(
        begin("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"), (Decision{Step::read, Timeout::keep_alive})
    );
    EXPECT_EQ(talk.destroyed(), 1);
    EXPECT_EQ(conversation.take_outcome()->body_bytes, 0U);
    receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    auto response = talk.answer();
    response.status = 204;
    conversation.answer(std::move(response));
    EXPECT_EQ(talk.destroyed(), 2);
    EXPECT_EQ(talk.started(), 0);
}

TEST_F(StreamOfAConversation, HasNoLengthAndNoOtherBody) {
    receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    auto response = talk.answer();
    response.headers.set("Content-Length", "7");
    response.body = "ignored";
    conversation.answer(std::move(response));
    head = take_out();
    EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
    EXPECT_THAT(head, testing::EndsWith("\r\n\r\n"));
}

TEST_F(StreamOfAConversation, HasItsLastWordsWhenTheServerEnds) {
    talk.leave_last_words("bye");
    begin();
    EXPECT_EQ(start(), wait);
    draining = true;
    EXPECT_EQ(conversation.woken(), write_answer);
    EXPECT_EQ(take_out(), "3\r\nbye\r\n");
    EXPECT_EQ(conversation.written(at(0)), write_answer);
    EXPECT_EQ(talk.destroyed(), 1);
    EXPECT_EQ(take_out(), "0\r\n\r\n");
    EXPECT_EQ(conversation.written(at(0)).step, Step::linger);
    EXPECT_EQ(talk.drained(), 1);
}

TEST_F(StreamOfAConversation, IsGoneWithTheClient) {
    talk.say("hello");
    begin();
    start();
    conversation.sent(3 + 2); // the chunk's size, and "he"
    EXPECT_EQ(conversation.ended(), Decision{Step::close});
    EXPECT_EQ(conversation.time_is_over(), Decision{Step::close});
    conversation.lost();
    EXPECT_EQ(talk.destroyed(), 1);
    EXPECT_EQ(conversation.take_outcome()->body_bytes, 2U);
    conversation.lost();
    EXPECT_FALSE(conversation.take_outcome());
}

TEST_F(StreamOfAConversation, IsNotSaidToHaveSentWhatAnEarlierOneSent) {
    talk.say("hello");
    talk.end();
    begin();
    start();
    take_out();
    conversation.written(at(0));
    EXPECT_EQ(conversation.take_outcome()->body_bytes, 5U);
    take_out();
    conversation.written(at(0));

    receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    conversation.answer(talk.answer());
    conversation.sent(7); // of the head
    conversation.lost();
    EXPECT_EQ(conversation.take_outcome()->body_bytes, 0U);
}

} // namespace
} // namespace drf_messages::server
