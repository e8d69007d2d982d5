// SPDX-License-Identifier: MIT
// Classes of an application behind the endpoints, through the public interface. The clock stands
// still, so messages come by rising id.
#include "support/database.hpp"

#include <drf_messages/drf_messages.hpp>
#include <drf_messages/rest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class CustomClasses : public testing::Test {
protected:
    CustomClasses() {
        settings.secret_key = "a-key-of-the-tests";
        settings.allowed_hosts = {"testserver"};
        settings.database = given.database_settings();
        settings.rest_framework.default_authentication_classes = {
            "rest_framework.authentication.TokenAuthentication"};
        settings.rest_framework.default_renderer_classes = {
            "rest_framework.renderers.JSONRenderer"};
        options.clock = given.clock();
        options.log = [this](LogLevel, std::string_view line) { log.emplace_back(line); };
    }

    RestFrameworkSettings& rest() { return settings.rest_framework; }

    http::Response ask(std::string method, std::string target, http::Headers headers = {}) {
        http::Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.headers = std::move(headers);
        request.headers.add("Host", "testserver");
        if (!request.headers.contains("Authorization") && !token.empty()) {
            request.headers.add("Authorization", "Token " + token);
        }
        request.remote_address = "10.0.0.7";
        if (!endpoint) {
            site.emplace(settings, options);
            endpoint.emplace(*site);
        }
        return (*endpoint)(request);
    }
    http::Response get(std::string target, http::Headers headers = {}) {
        return ask("GET", std::move(target), std::move(headers));
    }

    /// Mounts a viewset at /inbox/.
    void mount(const ClassName& viewset) {
        RouteSettings route;
        route.router = "DefaultRouter";
        route.registrations = {{"inbox", viewset, "inbox"}};
        settings.routes.push_back(route);
    }

    std::string why_not() {
        try {
            Site refused(settings, options);
            Endpoint door(refused);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "it started";
    }

    std::vector<std::string> unread(const UserId& user) {
        std::vector<std::string> texts;
        for (const Message& message :
             MessageManager(*site).all().filter(field::user == user && field::read_at.is_null())) {
            texts.push_back(message.message);
        }
        return texts;
    }

    test::Given given;
    UserId ann = given.user("ann");
    std::string token = given.token(ann);
    Settings settings;
    SiteOptions options;
    std::vector<std::string> log;
    std::optional<Site> site;
    std::optional<Endpoint> endpoint;
};

http::Headers with(std::string name, std::string value) {
    http::Headers headers;
    headers.add(name, std::move(value));
    headers.add("Authorization", "none");
    return headers;
}

class ApiKey final : public rest::Authentication {
public:
    std::optional<rest::Identity> authenticate(const rest::Request& request) const override {
        const auto key = request.header("X-Api-Key");
        if (!key) {
            return std::nullopt;
        }
        if (*key == "wrong") {
            throw rest::AuthenticationFailed("No such key.");
        }
        return rest::Username{*key};
    }
    std::optional<std::string> authenticate_header() const override { return "ApiKey"; }
};

TEST_F(CustomClasses, AuthenticateByTheUserTable) {
    given.message(ann, "hi");
    options.classes.add<ApiKey>("shop.authentication.ApiKey");
    rest().default_authentication_classes = {"shop.authentication.ApiKey"};
    rest().default_permission_classes = {"rest_framework.permissions.IsAuthenticated"};

    EXPECT_THAT(get("/messages/", with("X-Api-Key", "ann")).body, HasSubstr("\"hi\""));
    for (const char* nobody : {"wrong", "bob", "\xff", ""}) {
        EXPECT_EQ(get("/messages/", with("X-Api-Key", nobody)).status, 401) << nobody;
    }
    const auto refused = get("/messages/", with("X-Api-Key", "wrong"));
    EXPECT_EQ(refused.body, R"({"detail":"No such key."})");
    EXPECT_EQ(refused.headers.find("WWW-Authenticate"), "ApiKey");
    EXPECT_EQ(get("/messages/", with("X-Other", "")).status, 401);
}

class OnlyPaid final : public rest::Permission {
public:
    explicit OnlyPaid(const rest::Attributes& attributes)
        : word_(attributes.text("word").value_or("paid")) {}

    bool has_permission(const rest::Request& request) const override {
        return request.get(word_).has_value() && request.is_authenticated();
    }
    bool
    has_object_permission(const rest::Request& request, const Message& message) const override {
        return request.action() != "destroy" || message.level < level::ERROR;
    }
    std::optional<std::string> message() const override { return "Pay first."; }

private:
    std::string word_;
};

TEST_F(CustomClasses, PermitRequestsAndSingleMessages) {
    const auto error = given.message(ann, "broken").level(level::ERROR).id();
    const auto info = given.message(ann, "hi").level(level::INFO).id();
    options.classes.add<OnlyPaid>("shop.permissions.OnlyPaid");
    rest().default_permission_classes = {"shop.permissions.OnlyPaid"};
    settings.messages_allow_delete_unread = true;
    const auto target = [](MessageId id) {
        return "/messages/" + std::to_string(id.value) + "/?paid=1";
    };

    EXPECT_EQ(get("/messages/").body, R"({"detail":"Pay first."})");
    EXPECT_EQ(get("/messages/").status, 403);
    EXPECT_EQ(get(target(info)).status, 200);
    EXPECT_EQ(ask("DELETE", target(error)).status, 403);
    EXPECT_EQ(ask("DELETE", target(info)).status, 204);
    EXPECT_THAT(unread(ann), ElementsAre("broken"));
}

TEST_F(CustomClasses, AreABaseForSubclassesInTheSettings) {
    options.classes.add<OnlyPaid>("shop.permissions.OnlyPaid");
    settings.classes["shop.Gold"] = {
        "shop.permissions.OnlyPaid",
        {{"word", {std::string("gold")}}, {"message", {std::string("Gold only.")}}}};
    rest().default_permission_classes = {"shop.Gold"};
    EXPECT_EQ(get("/messages/?paid=1").body, R"({"detail":"Gold only."})");
    EXPECT_EQ(get("/messages/?gold=1").status, 200);
    settings.classes["shop.Gold"].attributes["colour"] = {std::string("red")};
    EXPECT_THAT(why_not(), AllOf(HasSubstr("shop.Gold"), HasSubstr("colour")));
}

class MinimumLevel final : public rest::FilterBackend {
public:
    MessageQuerySet
    filter_queryset(const rest::Request& request, MessageQuerySet messages) const override {
        const auto text = request.get("minimum");
        if (!text) {
            return messages;
        }
        if (*text != "warning") {
            throw rest::ValidationError("minimum", "Not a level.");
        }
        return messages.filter(field::level >= level::WARNING);
    }
};

TEST_F(CustomClasses, FilterBesideOurs) {
    given.message(ann, "note").level(level::INFO);
    const auto warning = given.message(ann, "mind the gap").level(level::WARNING).id();
    given.message(ann, "broken").level(level::ERROR);
    options.classes.add<MinimumLevel>("shop.filters.MinimumLevel");
    rest().default_filter_backends = {
        "rest_framework.filters.SearchFilter", "shop.filters.MinimumLevel"};

    const auto refused = get("/messages/?minimum=loud");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, R"({"minimum":["Not a level."]})");
    const auto found = get("/messages/?minimum=warning&search=gap").body;
    EXPECT_THAT(found, AllOf(HasSubstr("mind the gap"), Not(HasSubstr("broken"))));
    EXPECT_THAT(unread(ann), ElementsAre("note", "broken"));
    EXPECT_EQ(get("/messages/" + std::to_string(warning.value) + "/?search=note").status, 404);
}

class Pairs final : public rest::Pagination {
public:
    std::optional<rest::Page> paginate_queryset(
        const rest::Request& request, const MessageQuerySet& messages
    ) const override {
        if (request.get("all")) {
            return std::nullopt;
        }
        rest::Page page;
        page.count = messages.count();
        page.messages = messages.limit(3).list();
        if (page.messages.size() == 3) {
            page.messages.pop_back();
            page.next = rest::replace_query_param(request.build_absolute_uri(), "from", "2");
        }
        return page;
    }
    rest::Value get_paginated_response(
        const rest::Request&, const rest::Page& page, rest::Value results
    ) const override {
        return rest::Value::object(
            {{"items", std::move(results)}, {"more", page.next.has_value()}, {"total", *page.count}}
        );
    }
};

TEST_F(CustomClasses, PaginateAndMarkExactlyWhatThePageShows) {
    for (const char* text : {"one", "two", "three"}) {
        given.message(ann, text);
    }
    options.classes.add<Pairs>("shop.pagination.Pairs");
    rest().default_pagination_class = "shop.pagination.Pairs";

    const auto head = ask("HEAD", "/messages/");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(unread(ann).size(), 3U);
    const auto page = get("/messages/").body;
    EXPECT_THAT(page, StartsWith(R"({"items":[{"id":)"));
    EXPECT_THAT(page, testing::EndsWith(R"(],"more":true,"total":3})"));
    EXPECT_THAT(unread(ann), ElementsAre("three"));
    EXPECT_THAT(get("/messages/?all=1").body, StartsWith("[{"));
    EXPECT_TRUE(unread(ann).empty());
}

class TwoRequests final : public rest::Throttle {
public:
    bool allow_request(const rest::Request& request) const override {
        last_ident = get_ident(request);
        return ++count <= 2;
    }
    std::optional<std::chrono::seconds> wait(const rest::Request&) const override {
        return std::chrono::seconds(30);
    }
    mutable std::atomic<int> count = 0;
    mutable std::string last_ident;
};

TEST_F(CustomClasses, ThrottleAllViewsTogether) {
    const TwoRequests* made = nullptr;
    options.classes.add<rest::Throttle>("shop.throttling.TwoRequests", [&] {
        auto throttle = std::make_unique<TwoRequests>();
        made = throttle.get();
        return throttle;
    });
    rest().default_throttle_classes = {"shop.throttling.TwoRequests"};
    rest().default_throttle_rates.clear();
    mount("drf_messages.views.MessagesViewSet");

    EXPECT_EQ(get("/messages/").status, 200);
    EXPECT_EQ(get("/inbox/", with("X", "")).status, 200);
    EXPECT_EQ(made->last_ident, "10.0.0.7");
    const auto refused = get("/messages/");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.headers.find("Retry-After"), "30");
    EXPECT_THAT(refused.body, HasSubstr("Expected available in 30 seconds."));
}

class Lines final : public rest::Renderer {
public:
    std::string media_type() const override { return "text/plain"; }
    std::string format() const override { return "txt"; }
    std::string
    render(const rest::Value& data, const rest::RendererContext& context) const override {
        std::string text = std::to_string(context.status) + "\n";
        if (const auto* list = data.get_if<rest::Value::Array>()) {
            for (const auto& item : *list) {
                text += *item.find("message")->get_if<std::string>() + "\n";
            }
            return text;
        }
        return text + rest::to_json(data);
    }
};

TEST_F(CustomClasses, RenderAnswersAndErrors) {
    given.message(ann, "one");
    given.message(ann, "two");
    options.classes.add<Lines>("shop.renderers.Lines");
    rest().default_renderer_classes.emplace_back("shop.renderers.Lines");

    EXPECT_THAT(get("/messages/").body, StartsWith("[{"));
    const auto text = get("/messages/?format=txt");
    EXPECT_EQ(text.body, "200\none\ntwo\n");
    EXPECT_EQ(text.headers.find("Content-Type"), "text/plain; charset=utf-8");
    http::Headers accept;
    accept.add("Accept", "text/plain");
    EXPECT_EQ(get("/messages/9999/", accept).body, "404\n{\"detail\":\"Not found.\"}");
}

class Inbox : public rest::MessagesViewSet {
public:
    Inbox() {
        permission_classes = ClassNames{"rest_framework.permissions.IsAuthenticated"};
        pagination_class = "rest_framework.pagination.LimitOffsetPagination";
        description = "What matters.";
    }
    MessageQuerySet get_queryset(const rest::Request& request) const override {
        return rest::MessagesViewSet::get_queryset(request).filter(field::level > level::INFO);
    }
    rest::Value
    to_representation(const rest::Request& request, const Message& message) const override {
        auto value = rest::MessagesViewSet::to_representation(request, message);
        value["loud"] = message.level >= level::ERROR;
        return value;
    }
    rest::Response peek(const rest::Request& request) const override {
        auto response = rest::MessagesViewSet::peek(request);
        auto data = response.data();
        data["user"] = request.username();
        response.set_data(std::move(data));
        response.headers.set("X-Inbox", "yes");
        return response;
    }
};

TEST_F(CustomClasses, AreViewsetsThatARouterRegisters) {
    const auto info = given.message(ann, "note").level(level::INFO).id();
    const auto error = given.message(ann, "broken").level(level::ERROR).id();
    options.classes.add<Inbox>("shop.views.InboxViewSet");
    rest().page_size = 5;
    mount("shop.views.InboxViewSet");

    EXPECT_EQ(get("/inbox/", with("X", "")).status, 401);
    const auto peek = get("/inbox/peek/");
    EXPECT_EQ(peek.body, R"({"count":1,"max_level":40,"max_level_tag":"error","user":"ann"})");
    EXPECT_EQ(peek.headers.find("X-Inbox"), "yes");
    const auto list = get("/inbox/").body;
    EXPECT_THAT(list, StartsWith(R"({"count":1,"next":null,"previous":null,"results":[{"id":)"));
    EXPECT_THAT(list, AllOf(HasSubstr("\"loud\":true"), HasSubstr("\"read_at\":null")));
    EXPECT_THAT(unread(ann), ElementsAre("note"));
    EXPECT_EQ(get("/inbox/" + std::to_string(info.value) + "/").status, 404);
    EXPECT_EQ(ask("DELETE", "/inbox/" + std::to_string(info.value) + "/").status, 404);
    EXPECT_THAT(
        get("/inbox/" + std::to_string(error.value) + "/").body, HasSubstr("\"loud\":true")
    );
    EXPECT_THAT(
        ask("OPTIONS", "/inbox/").body,
        AllOf(HasSubstr("\"name\":\"Inbox List\""), HasSubstr("What matters."))
    );
    EXPECT_EQ(ask("DELETE", "/inbox/" + std::to_string(error.value) + "/").status, 204);
}

class Everybody : public rest::MessagesViewSet {
public:
    explicit Everybody(const std::optional<Site>& site) : site_(site) {}
    MessageQuerySet get_queryset(const rest::Request&) const override {
        return MessageManager(const_cast<Site&>(*site_)).all();
    }

private:
    const std::optional<Site>& site_;
};

TEST_F(CustomClasses, MayShowTheMessagesOfEverybody) {
    const auto bob = given.user("bob");
    const auto first = given.message(bob, "for bob").id();
    given.message(ann, "for ann");
    options.classes.add<rest::MessagesViewSet>("shop.views.Everybody", [this] {
        return std::make_unique<Everybody>(site);
    });
    mount("shop.views.Everybody");

    EXPECT_THAT(get("/inbox/peek/").body, StartsWith(R"({"count":2,)"));
    const auto one = "/inbox/" + std::to_string(first.value) + "/";
    EXPECT_EQ(ask("DELETE", one).status, 403);
    EXPECT_THAT(get(one).body, HasSubstr("for bob"));
    EXPECT_THAT(unread(ann), ElementsAre("for ann"));
    EXPECT_TRUE(unread(bob).empty());
    EXPECT_THAT(get("/inbox/").body, AllOf(HasSubstr("for ann"), HasSubstr("for bob")));
    EXPECT_TRUE(unread(ann).empty());
    EXPECT_EQ(ask("DELETE", one).status, 204);
    EXPECT_EQ(ask("DELETE", one).status, 404);
}

class Latest : public rest::MessagesViewSet {
public:
    MessageQuerySet get_queryset(const rest::Request& request) const override {
        return request.messages().limit(3);
    }
};

TEST_F(CustomClasses, PageThroughASlice) {
    for (const char* text : {"one", "two", "three", "four"}) {
        given.message(ann, text);
    }
    options.classes.add<Latest>("shop.views.Latest");
    rest().default_pagination_class = "rest_framework.pagination.LimitOffsetPagination";
    rest().page_size = 2;
    mount("shop.views.Latest");
    EXPECT_THAT(
        get("/inbox/?offset=2").body,
        AllOf(HasSubstr("\"count\":3"), HasSubstr("three"), Not(HasSubstr("four")))
    );
    EXPECT_THAT(unread(ann), ElementsAre("one", "two", "four"));
}

class Broken final : public rest::Permission {
public:
    bool has_permission(const rest::Request& request) const override {
        if (request.get("teapot")) {
            throw rest::APIException("I am a teapot.", 418, "teapot");
        }
        throw std::out_of_range("the secret text");
    }
};

TEST_F(CustomClasses, AnswerWithTheirExceptionsOrWith500) {
    options.classes.add<Broken>("shop.permissions.Broken");
    rest().default_permission_classes = {"shop.permissions.Broken"};
    const auto teapot = get("/messages/?teapot=1");
    EXPECT_EQ(teapot.status, 418);
    EXPECT_EQ(teapot.body, R"({"detail":"I am a teapot."})");
    log.clear();
    EXPECT_EQ(get("/messages/").status, 500);
    EXPECT_THAT(
        log,
        ElementsAre(AllOf(
            HasSubstr("shop.permissions.Broken"),
            HasSubstr("std::out_of_range"),
            Not(HasSubstr("secret"))
        ))
    );
}

TEST(RestValue, ComparesInDepthAndKeepsTheOrderOfMembers) {
    const auto value = [](rest::Value last) {
        return rest::Value::object({{"a", rest::Value::array({1, true, nullptr})}, {"b", last}});
    };
    EXPECT_EQ(value("x"), value("x"));
    EXPECT_FALSE(value("x") == value("y"));
    EXPECT_FALSE(value(1) == value(true));
    EXPECT_EQ(rest::to_json(value("x")), R"({"a":[1,true,null],"b":"x"})");
    EXPECT_THROW(value(1)["b"]["c"], std::logic_error);
}

TEST_F(CustomClasses, RefuseNamesThatAreTakenOrEmpty) {
    rest::Classes classes;
    classes.add<Broken>("shop.permissions.Broken");
    EXPECT_THROW(classes.add<Broken>("shop.permissions.Broken"), std::invalid_argument);
    EXPECT_THROW(classes.add<Lines>("shop.permissions.Broken"), std::invalid_argument);
    EXPECT_THROW(classes.add<Broken>(""), std::invalid_argument);
    for (const char* ours :
         {"rest_framework.permissions.AllowAny",
          "drf_messages.views.MessagesViewSet",
          "django_filters.rest_framework.backends.DjangoFilterBackend",
          "django.middleware.common.CommonMiddleware"}) {
        EXPECT_THROW(classes.add<Broken>(ours), std::invalid_argument) << ours;
    }
    EXPECT_THROW(rest::APIException("fine", 200), std::invalid_argument);
}

TEST_F(CustomClasses, RefuseToStartWithWhatCanNotBe) {
    options.classes.add<Broken>("shop.permissions.Broken");
    rest().default_permission_classes = {"shop.permissions.Brokem"};
    EXPECT_THAT(why_not(), HasSubstr("did you mean shop.permissions.Broken?"));
    rest().default_permission_classes = {"rest_framework.permissions.AlowAny"};
    EXPECT_THAT(why_not(), HasSubstr("did you mean rest_framework.permissions.AllowAny?"));
    rest().default_permission_classes.clear();
    rest().default_throttle_classes = {"shop.permissions.Broken"}; // of another kind
    EXPECT_THAT(why_not(), HasSubstr("DEFAULT_THROTTLE_CLASSES"));
    rest().default_throttle_classes.clear();
    mount("shop.permissions.Broken");
    EXPECT_THAT(why_not(), HasSubstr("ROUTES"));
    settings.routes.pop_back();
    settings.classes["shop.permissions.Broken"] = {"rest_framework.permissions.AllowAny", {}};
    EXPECT_THAT(why_not(), HasSubstr("the application has this class"));
    settings.classes.clear();
    options.classes.add<rest::Pagination>("shop.Nothing", [] {
        return std::unique_ptr<rest::Pagination>();
    });
    rest().default_pagination_class = "shop.Nothing";
    EXPECT_THAT(why_not(), HasSubstr("returned null"));
}

TEST_F(CustomClasses, AreNamedInSettingsFiles) {
    const auto file = std::filesystem::temp_directory_path() / "drf_messages_custom_classes.toml";
    const auto load = [&](const std::string& text) {
        std::ofstream(file) << "SECRET_KEY = \"k\"\n" << text;
        try {
            return load_settings(file.string(), options.classes)
                .rest_framework.default_permission_classes;
        } catch (const std::runtime_error& error) {
            return std::vector<std::string>{error.what()};
        }
    };
    options.classes.add<OnlyPaid>("shop.permissions.OnlyPaid");
    EXPECT_THAT(
        load("[REST_FRAMEWORK]\nDEFAULT_PERMISSION_CLASSES = [\"shop.Gold\"]\n"
             "[CLASSES.\"shop.Gold\"]\nbase = \"shop.permissions.OnlyPaid\"\nword = \"gold\"\n"),
        ElementsAre("shop.Gold")
    );
    EXPECT_THAT(
        load("[REST_FRAMEWORK]\nDEFAULT_PERMISSION_CLASSES = [\"shop.permissions.OnlyPayd\"]\n"),
        ElementsAre(HasSubstr("did you mean shop.permissions.OnlyPaid?"))
    );
    EXPECT_THAT(
        load("[CLASSES.\"shop.permissions.OnlyPaid\"]\n"
             "base = \"rest_framework.permissions.AllowAny\"\n"),
        ElementsAre(HasSubstr("this class exists"))
    );
    options.classes.add<Inbox>("shop.views.Inbox");
    const auto registering = [](const std::string& viewset) {
        return "[REST_FRAMEWORK]\nDEFAULT_PERMISSION_CLASSES = []\n"
               "[CLASSES.\"shop.Own\"]\nbase = \"shop.views.Inbox\"\n"
               "[[ROUTES]]\nroute = \"\"\nrouter = \"DefaultRouter\"\n"
               "register = [{ prefix = \"m\", basename = \"m\", viewset = \"" +
               viewset + "\" }]\n";
    };
    EXPECT_THAT(load(registering("shop.views.Inbox")), IsEmpty());
    EXPECT_THAT(load(registering("shop.Own")), IsEmpty());
    EXPECT_THAT(
        load(registering("shop.views.Inbx")),
        ElementsAre(HasSubstr("ROUTES.register.viewset: there is no viewset \"shop.views.Inbx\" "
                              "here; did you mean shop.views.Inbox?"))
    );
    std::filesystem::remove(file);
}

} // namespace
} // namespace drf_messages
