// SPDX-License-Identifier: MIT
// stream/ by the public interface, with the test in the place of a server.
#include "embed/site_parts.hpp"
#include "given_site.hpp"
#include "schema/feed.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/rest.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace drf_messages {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A client that takes what its stream has to say.
class Listener {
public:
    explicit Listener(http::Response answer) : stream_(std::move(answer.stream)) {
        status = answer.status;
        body = answer.body;
        if (stream_) {
            stream_->start([news = news_] {
                const std::lock_guard lock(news->mutex);
                news->is_there = true;
                news->arrived.notify_one();
            });
        }
    }

    /// What comes up to this text; all that came when the stream has ended before.
    std::string until(std::string_view text) {
        while (heard_.find(text) == std::string::npos) {
            const auto piece = stream_ ? stream_->read(64 * 1024) : std::nullopt;
            if (!piece) {
                has_ended = true;
                return std::exchange(heard_, {});
            }
            heard_ += *piece;
            if (piece->empty()) {
                std::unique_lock lock(news_->mutex);
                news_->arrived.wait(lock, [this] { return news_->is_there; });
                news_->is_there = false;
            }
        }
        const auto end = heard_.find(text) + text.size();
        auto before = heard_.substr(0, end);
        heard_.erase(0, end);
        return before;
    }
    /// The next event of that name.
    std::string event(std::string_view name) {
        until("event: " + std::string(name) + "\n");
        return until("\n\n");
    }

    int status = 0;
    std::string body;
    bool has_ended = false;

private:
    struct News {
        std::mutex mutex;
        std::condition_variable arrived;
        bool is_there = false;
    };

    std::shared_ptr<News> news_ = std::make_shared<News>();
    std::shared_ptr<http::Stream> stream_;
    std::string heard_;
};

class Streams : public test::GivenSite {
protected:
    Streams() {
        schema::install_feed(given.connection());
        settings.messages_extensions.stream = true;
        settings.live.poll_interval = 5ms;
        settings.live.max_streams_per_user = 100;
        settings.live.reauthenticate = 24h; // or a slow machine asks the database for it meanwhile
        settings.rest_framework.default_authentication_classes = {
            "rest_framework.authentication.TokenAuthentication"};
        options.database_connections = 1;
    }
    ~Streams() override {
        endpoint.reset();
        end_site();
        schema::remove_feed(given.connection());
    }

    http::Response ask(const std::string& path, const std::string& of) {
        if (!endpoint) {
            endpoint.emplace(site());
        }
        auto request = get(path);
        request.headers.add("Authorization", "Token " + of);
        request.headers.add("Accept", "text/event-stream");
        return (*endpoint)(request);
    }
    std::unique_ptr<Listener> listener(const std::string& of) {
        auto one = std::make_unique<Listener>(ask("/messages/stream/", of));
        EXPECT_THAT(one->event("hello"), HasSubstr("\"count\":"));
        return one;
    }
    std::uint64_t statements() {
        return site().parts().resources.database->acquire()->statement_count();
    }

    UserId ann = given.user("ann");
    std::string token = given.token(ann);
    std::optional<Endpoint> endpoint;
};

TEST_F(Streams, AskTheDatabaseTwiceForABatchWhateverTheirNumber) {
    std::vector<std::unique_ptr<Listener>> listeners;
    const auto bob = given.user("bob");
    const auto bobs = given.token(bob);
    for (int i = 0; i < 20; ++i) {
        listeners.push_back(listener(token));
        listeners.push_back(listener(bobs));
    }
    const auto before = statements();
    given.message(ann, "for ann");
    for (std::size_t i = 0; i < listeners.size(); i += 2) {
        EXPECT_THAT(
            listeners[i]->event("created"), AllOf(HasSubstr("for ann"), HasSubstr("\"count\":1"))
        );
    }
    EXPECT_EQ(statements() - before, 2U);
    given.message(bob, "for bob");
    for (std::size_t i = 1; i < listeners.size(); i += 2) {
        EXPECT_THAT(
            listeners[i]->event("created"), AllOf(HasSubstr("for bob"), Not(HasSubstr("ann")))
        );
    }
    EXPECT_EQ(statements() - before, 4U);
}

TEST_F(Streams, GoOnFromWhereTheirClientStoodWithOneLookIntoTheFeed) {
    auto first = std::make_unique<Listener>(ask("/messages/stream/", token));
    const auto greeting = first->until("event: hello");
    const auto begin = greeting.find("id: ") + 4;
    const auto state = greeting.substr(begin, greeting.find('\n', begin) - begin);
    first.reset();
    const auto before = statements();
    Listener again(ask("/messages/stream/?since=" + state, token));
    EXPECT_THAT(again.event("hello"), HasSubstr("\"count\":0"));
    // the token, the look, and the badge
    EXPECT_EQ(statements() - before, 3U);
    given.message(ann, "later");
    EXPECT_THAT(again.event("created"), HasSubstr("later"));
    Listener missed(ask("/messages/stream/?since=" + state, token));
    EXPECT_THAT(missed.event("created"), HasSubstr("later"));
}

TEST_F(Streams, EndWithTheirEndpoint) {
    const auto one = listener(token);
    endpoint.reset();
    EXPECT_THAT(one->until("nothing like it"), HasSubstr("retry: "));
    EXPECT_TRUE(one->has_ended);
}

TEST_F(Streams, KeepNothingForAClientThatDoesNotRead) {
    const auto slow = listener(token);
    const auto quick = listener(token);
    for (int i = 0; i < 150; ++i) {
        given.message(ann, "message " + std::to_string(i) + ".");
    }
    for (int i = 0; i < 150; ++i) {
        quick->until("message " + std::to_string(i) + ".");
    }
    for (int i = 0; i < 150; ++i) {
        slow->until("message " + std::to_string(i) + ".");
    }
    given.message(ann, "the last");
    slow->until("the last");
}

TEST_F(Streams, AreAPageWhereABrowserOpensThem) {
    settings.rest_framework.default_renderer_classes = {
        "rest_framework.renderers.JSONRenderer", "rest_framework.renderers.BrowsableAPIRenderer"};
    endpoint.emplace(site());
    auto request = get("/messages/stream/");
    request.headers.add("Authorization", "Token " + token);
    request.headers.add("Accept", "text/html,*/*;q=0.8");
    const auto page = (*endpoint)(request);
    EXPECT_EQ(page.status, 200);
    EXPECT_FALSE(page.stream);
    EXPECT_THAT(page.body, HasSubstr("text/event-stream"));
}

/// Shows urgent messages alone, in capitals.
class Urgent : public rest::MessagesViewSet {
public:
    MessageQuerySet get_queryset(const rest::Request& request) const override {
        return request.messages().filter(field::level >= Level{40});
    }
    rest::Value to_representation(const rest::Request&, const Message& message) const override {
        return rest::Value::object({{"text", "! " + message.message}});
    }
};

TEST_F(Streams, ShowWhatAnApplicationsViewsetShows) {
    options.classes.add<Urgent>("shop.views.Urgent");
    RouteSettings route;
    route.router = "DefaultRouter";
    route.registrations = {{"inbox", "shop.views.Urgent", "inbox"}};
    settings.routes.push_back(route);
    Listener one(ask("/inbox/stream/", token));
    EXPECT_THAT(one.event("hello"), HasSubstr("\"count\":0"));
    given.message(ann, "never mind").level(20);
    const MessageId urgent = given.message(ann, "hurry").level(40);
    // its level is set a moment after it was created
    EXPECT_THAT(one.until(R"({"text":"! hurry"})"), Not(HasSubstr("never mind")));
    EXPECT_THAT(one.until("\n\n"), HasSubstr("\"count\":1"));
    test::run(
        given.connection(),
        "UPDATE drf_messages_message SET level = 10 WHERE id = ?",
        {urgent.value}
    );
    EXPECT_THAT(one.event("destroyed"), HasSubstr(std::to_string(urgent.value)));
}

/// Lets everybody in, and counts how often each is looked at.
class Counting : public rest::Permission {
public:
    bool has_permission(const rest::Request& request) const override {
        const std::lock_guard lock(mutex);
        ++looks[std::string(request.username())];
        looked.notify_all();
        return true;
    }

    static inline std::mutex mutex;
    static inline std::condition_variable looked;
    static inline std::map<std::string, int> looks;
};

TEST_F(Streams, HaveOneLookForAllThatWereOpenedByTheSameRequest) {
    options.classes.add<Counting>("shop.permissions.Counting");
    settings.rest_framework.default_permission_classes = {"shop.permissions.Counting"};
    settings.live.reauthenticate = 0s; // each time that it is seen whether something is due
    const UserId bobs = given.user("bob");
    std::vector<std::unique_ptr<Listener>> listeners;
    for (int i = 0; i < 50; ++i) {
        listeners.push_back(listener(token));
    }
    const auto bob = listener(given.token(bobs));
    std::unique_lock lock(Counting::mutex);
    Counting::looks.clear();
    Counting::looked.wait(lock, [] { return Counting::looks["bob"] >= 5; });
    EXPECT_GE(Counting::looks["ann"], 4);
    EXPECT_LT(Counting::looks["ann"], 5 * 25); // five times each would be 250
    lock.unlock();
    test::run(
        given.connection(),
        "DELETE FROM authtoken_token WHERE user_id = ?",
        {std::get<std::int64_t>(ann.value)}
    );
    for (const auto& one : listeners) {
        EXPECT_THAT(one->until("nothing like it"), HasSubstr("retry: "));
    }
    given.message(bobs, "still here");
    EXPECT_THAT(bob->event("created"), HasSubstr("still here"));
}

/// Takes its time until it is let go on.
class Slow : public rest::MessagesViewSet {
public:
    MessageQuerySet get_queryset(const rest::Request& request) const override {
        is_asked = true;
        is_asked.notify_all();
        may_go_on.wait(false);
        return request.messages();
    }

    static inline std::atomic<bool> is_asked{false};
    static inline std::atomic<bool> may_go_on{false};
};

TEST_F(Streams, HearWhatHappensWhileAnApplicationsViewsetTakesItsTime) {
    options.database_connections = 2;
    options.classes.add<Slow>("shop.views.Slow");
    RouteSettings route;
    route.router = "DefaultRouter";
    route.registrations = {{"inbox", "shop.views.Slow", "inbox"}};
    settings.routes.push_back(route);
    const auto other = listener(token);
    Listener slow(ask("/inbox/stream/", token));
    Slow::is_asked.wait(false);
    given.message(ann, "for all");
    EXPECT_THAT(other->event("created"), HasSubstr("for all"));
    listener(token); // is greeted
    Slow::may_go_on = true;
    Slow::may_go_on.notify_all();
    EXPECT_THAT(slow.event("hello"), HasSubstr("\"count\":1"));
}

} // namespace
} // namespace drf_messages
