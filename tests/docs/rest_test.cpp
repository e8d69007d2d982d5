// SPDX-License-Identifier: MIT
#include "page.hpp"

namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Her messages over HTTP, with every filter of ours.
class Rest : public Page {
protected:
    Rest() : Page(with_endpoint()) {}

    static Settings with_endpoint() {
        Settings settings = in_memory();
        // [settings]
        settings.secret_key = "openssl rand -hex 32";
        settings.allowed_hosts = {"example.com"};
        settings.rest_framework.default_authentication_classes = {
            "rest_framework.authentication.TokenAuthentication"};
        settings.rest_framework.default_filter_backends = {
            "django_filters.rest_framework.DjangoFilterBackend"};
        // [/settings]
        return settings;
    }

    http::Response
    ask(Endpoint& endpoint, std::string method, std::string target) {
        http::Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.headers.set("Host", "example.com");
        request.headers.set(
            "Authorization", "Token " + site.users().token(ann)
        );
        return endpoint(request);
    }
};

TEST_F(Rest, AnEndpointAnswersPlainValues) {
    messages::info(request, "Hello world!");
    const std::string token = site.users().token(ann);
    // [endpoint]
    Endpoint endpoint(site);

    http::Request question;
    question.target = "/messages/";
    question.headers.set("Host", "example.com");
    question.headers.set("Authorization", "Token " + token);
    http::Response answer = endpoint(question);
    // [/endpoint]
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("\"message\":\"Hello world!\""));
    EXPECT_EQ(unread(), "");
}

TEST_F(Rest, TheOtherRoutesAreTheApplications) {
    Endpoint endpoint(site);
    std::vector<std::string> served;
    for (const std::string target :
         {"/messages/7/", "/shop/?next=/messages/"}) {
        // [serves]
        if (endpoint.serves(target)) {
            served.push_back(target); // hand it to the endpoint
        }
        // [/serves]
    }
    EXPECT_THAT(served, testing::ElementsAre("/messages/7/"));
}

TEST_F(Rest, TheFourEndpointsHaveTheirWordsInCode) {
    messages::error(request, "one");
    const MessageId id = MessageManager(site).all().first()->id;
    const std::string path =
        "/messages/" + std::to_string(id.value) + "/";
    MessageStorage storage = messages::get_messages(request);
    Endpoint endpoint(site);
    const http::Response peek = ask(endpoint, "GET", "/messages/peek/");
    const http::Response unread_delete = ask(endpoint, "DELETE", path);
    // [list]
    std::vector<Message> list = storage.get_queryset().list();
    // [/list]
    // [peek]
    MessageQuerySet unread = storage.get_unread_queryset();
    unread.count();
    std::optional<Level> highest = unread.max(field::level);
    // [/peek]
    EXPECT_EQ(
        peek.body,
        R"({"count":1,"max_level":40,"max_level_tag":"error"})"
    );
    EXPECT_EQ(highest, level::ERROR);
    EXPECT_EQ(list.size(), 1U);
    // [retrieve]
    std::optional<Message> one = storage.get_queryset().get(id);
    if (one) {
        one->mark_read();
    }
    // [/retrieve]
    // [destroy]
    storage.get_queryset().filter(field::id == id).remove();
    // [/destroy]
    EXPECT_EQ(unread_delete.status, 403);
    EXPECT_TRUE(one);
    EXPECT_EQ(ask(endpoint, "GET", path).status, 404);
}

/// What a parameter of the list keeps is what a condition keeps.
class Filters : public Rest {
protected:
    Filters() {
        messages::info(request, "info", "upload");
        now += std::chrono::days(1);
        messages::warning(request, "warning");
        messages::get_messages(request)[0];
        messages::error(request, "error", {"upload", "files"});
        MessageManager(site).create_user_message(
            ann, "no view", level::DEBUG
        );
    }

    std::string expected(const Condition& condition) {
        std::string texts;
        for (const Message& message :
             messages::get_messages(request).get_queryset().filter(
                 condition
             )) {
            texts += "\"message\":\"" + message.message + "\" ";
        }
        return texts;
    }

    std::string listed(const std::string& parameters) {
        Endpoint endpoint(site);
        const http::Response answer =
            ask(endpoint, "GET", "/messages/?" + parameters);
        std::string texts;
        for (const char* text :
             {"no view", "error", "warning", "info"}) {
            const std::string member =
                "\"message\":\"" + std::string(text) + "\"";
            texts += answer.body.find(member) == std::string::npos
                         ? ""
                         : member + " ";
        }
        return texts;
    }
};

TEST_F(Filters, KeepWhatConditionsKeep) {
    const Timestamp day{std::chrono::seconds(1'700'086'400)};
    const std::vector<std::pair<std::string, Condition>> pairs = {
        // [conditions]
        {"unread=true", field::read_at.is_null()},
        {"level_tag=warning", field::level >= level::WARNING},
        {"level=30", field::level == level::WARNING},
        {"extra_tags=upload", field::extra_tags == "upload"},
        {"view=profile:save", field::view == "profile:save"},
        {"created_after=2023-11-15T22:13:20Z", field::created >= day},
        // [/conditions]
    };
    for (const auto& [parameters, condition] : pairs) {
        const std::string wanted = expected(condition);
        EXPECT_NE(wanted, "");
        EXPECT_EQ(listed(parameters), wanted) << parameters;
    }
}

TEST_F(Filters, AndOrAndNotJoinConditions) {
    MessageQuerySet set = MessageManager(site).all();
    // [join]
    Condition wanted =
        field::level >= level::ERROR || field::extra_tags == "upload";
    MessageQuerySet joined = set.filter(wanted).exclude(
        field::view.in({"api:sync", "api:poll"})
    );
    // [/join]
    EXPECT_EQ(joined.list().at(0).message, "error");
    EXPECT_EQ(joined.list().at(1).message, "info");
    EXPECT_EQ(joined.count(), 2);
}

} // namespace
