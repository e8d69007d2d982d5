// SPDX-License-Identifier: MIT
#include <drf_messages/adapters/wire.hpp>

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace drf_messages::adapters::wire {
namespace {

TEST(TargetOfARequest, IsPathAndQuery) {
    EXPECT_EQ(origin_form("/messages/?a=%20b"), "/messages/?a=%20b");
    EXPECT_EQ(origin_form("http://host:1/messages/?a"), "/messages/?a");
    EXPECT_EQ(origin_form("http://host"), "/");
    EXPECT_EQ(origin_form("http://host?a"), "/?a");
    EXPECT_EQ(origin_form("/next?to=http://host/x"), "/next?to=http://host/x");
    EXPECT_EQ(origin_form("/a#b"), "/a");
    EXPECT_EQ(origin_form(""), "/");
    EXPECT_EQ(origin_form("*"), "*");
}

TEST(HostOfARequest, IsThatOfItsTarget) {
    const auto host = [](std::string_view target) {
        http::Request request;
        request.headers.add("host", "field");
        use_host_of(target, request);
        EXPECT_EQ(request.headers.fields().size(), 1U);
        return std::string(*request.headers.find("Host"));
    };
    EXPECT_EQ(host("http://target:1/messages/?a"), "target:1");
    EXPECT_EQ(host("http://target"), "target");
    EXPECT_EQ(host("http://target?a"), "target");
    EXPECT_EQ(host("http://target#a"), "target");
    EXPECT_EQ(host("/messages/"), "field");
    EXPECT_EQ(host("/next?to=http://target/x"), "field");
    EXPECT_EQ(host("*"), "field");
}

/// One answer, some time later.
class Late final : public http::Stream {
public:
    explicit Late(std::size_t most) : most_(most) {}
    void start(Wake wake) override {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
        started_.notify_all();
    }
    std::optional<std::string> read(std::size_t) override {
        const std::lock_guard lock(mutex_);
        return text_ ? std::exchange(*text_, std::nullopt) : std::string();
    }
    void drain() override { say("nothing"); }
    std::optional<std::size_t> max_waits() const override { return most_; }

    void wait_until_started() {
        std::unique_lock lock(mutex_);
        started_.wait(lock, [this] { return wake_ != nullptr; });
    }
    void say(std::string text) {
        const std::lock_guard lock(mutex_);
        text_ = std::optional(std::move(text));
        wake_();
    }

private:
    const std::size_t most_;
    std::mutex mutex_;
    std::condition_variable started_;
    Wake wake_;
    std::optional<std::optional<std::string>> text_;
};

http::Response answer_of(std::shared_ptr<http::Stream> stream) {
    http::Response answer;
    answer.stream = std::move(stream);
    return answer;
}

TEST(AnAnswerThatComesLater, IsWaitedForBySoManyThreads) {
    const auto first = std::make_shared<Late>(1);
    std::string said;
    std::thread waiting([&] { said = complete(answer_of(first)).body; });
    first->wait_until_started();
    EXPECT_EQ(complete(answer_of(std::make_shared<Late>(1))).body, "nothing");
    first->say("something");
    waiting.join();
    EXPECT_EQ(said, "something");
    EXPECT_EQ(complete(answer_of(std::make_shared<Late>(0))).body, "nothing");
    http::Response whole;
    whole.body = "whole";
    EXPECT_EQ(complete(whole).body, "whole");
}

TEST(AddressOfAVisitor, IsThatOfIpv4WhereIpv6CarriesIt) {
    EXPECT_EQ(plain_address("::ffff:10.0.0.1"), "10.0.0.1");
    EXPECT_EQ(plain_address("::1"), "::1");
    EXPECT_EQ(plain_address("::ffff:1"), "::ffff:1");
    EXPECT_EQ(plain_address(""), "");
}

} // namespace
} // namespace drf_messages::adapters::wire
