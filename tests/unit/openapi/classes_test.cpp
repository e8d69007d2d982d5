// SPDX-License-Identifier: MIT
#include "unit/openapi/documents.hpp"

#include <drf_messages/rest.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

namespace drf_messages::openapi {
namespace {

using testing::Contains;

class Brief final : public rest::MessagesViewSet {
public:
    Value to_representation(const rest::Request&, const Message& message) const override {
        return Value::object({{"text", message.message}});
    }
    Value get_representation_schema(Value) const override {
        return Value::object({{"type", "object"}, {"required", Value::array({"text"})}});
    }
};

class SinceFilter final : public rest::FilterBackend {
public:
    MessageQuerySet filter_queryset(const rest::Request&, MessageQuerySet messages) const override {
        return messages;
    }
    Value get_schema_operation_parameters() const override {
        return Value::array({Value::object(
            {{"name", "since"}, {"in", "query"}, {"schema", Value::object({{"type", "string"}})}}
        )});
    }
};

/// Says what it is made with.
class Saying final : public rest::FilterBackend {
public:
    explicit Saying(Value said) : said_(std::move(said)) {}

    MessageQuerySet filter_queryset(const rest::Request&, MessageQuerySet messages) const override {
        return messages;
    }
    Value get_schema_operation_parameters() const override { return said_; }

private:
    Value said_;
};

class KeyAuthentication final : public rest::Authentication {
public:
    std::optional<rest::Identity> authenticate(const rest::Request&) const override {
        return std::nullopt;
    }
    std::optional<std::string> authenticate_header() const override { return "Key realm=x"; }
};

class Nobody final : public rest::Permission {};

class Csv final : public rest::Renderer {
public:
    std::string media_type() const override { return "text/csv"; }
    std::string format() const override { return "csv"; }
    std::string render(const Value&, const rest::RendererContext&) const override { return ""; }
};

class ClassesOfTheApplication : public testing::Test {
protected:
    ClassesOfTheApplication() {
        classes.add<Brief>("shop.BriefViewSet");
        classes.add<SinceFilter>("shop.SinceFilter");
        classes.add<KeyAuthentication>("shop.KeyAuthentication");
        classes.add<Nobody>("shop.Nobody");
        classes.add<Csv>("shop.Csv");
        RouteSettings router;
        router.route = "api/";
        router.router = "SimpleRouter";
        router.registrations = {
            {"brief", "shop.BriefViewSet", "brief"},
            {"all", "drf_messages.views.MessagesViewSet", "all"}};
        settings.routes = {router};
    }

    Value made() { return urls::openapi_document(settings, classes); }

    /// The only filter says so.
    void say(const Value& parameters) {
        classes = rest::Classes();
        classes.add<Brief>("shop.BriefViewSet");
        classes.add<rest::FilterBackend>("shop.Saying", [parameters] {
            return std::make_unique<Saying>(parameters);
        });
        settings.rest_framework.default_filter_backends = {"shop.Saying"};
    }

    Settings settings;
    rest::Classes classes;
};

TEST_F(ClassesOfTheApplication, ShowsWhatAViewSetOfTheApplicationSaysOfItsMessages) {
    const auto document = made();
    EXPECT_EQ(at(document, {"components", "schemas", "Brief", "required"}), Value::array({"text"}));
    EXPECT_EQ(
        at(document,
           {"paths",
            "/api/brief/",
            "get",
            "responses",
            "200",
            "content",
            "application/json",
            "schema",
            "items",
            "$ref"}),
        Value("#/components/schemas/Brief")
    );
    EXPECT_EQ(at(document, {"paths", "/api/all/", "get", "operationId"}), Value("all_list"));
}

TEST_F(ClassesOfTheApplication, HasTheParametersOfAFilterOfTheApplication) {
    settings.rest_framework.default_filter_backends = {"shop.SinceFilter"};
    const auto list = at(made(), {"paths", "/api/all/", "get"});
    EXPECT_TRUE(parameter(list, "since"));
    EXPECT_THAT(statuses(list), Contains("400"));
}

TEST_F(ClassesOfTheApplication, KeepsEachParameterThatAnotherPartOfTheDocumentHas) {
    const auto a = Value::object({{"$ref", "#/components/parameters/A"}});
    const auto b = Value::object({{"$ref", "#/components/parameters/B"}});
    const auto since = [](const char* place) {
        return Value::object({{"name", "since"}, {"in", place}});
    };
    say(Value::array({b, a, since("query"), b, since("header"), since("query")}));
    const auto parameters = at(made(), {"paths", "/api/all/", "get", "parameters"});
    const auto* list = parameters.get_if<Value::Array>();
    ASSERT_NE(list, nullptr);
    for (const auto& one : {a, b, since("query"), since("header")}) {
        EXPECT_EQ(std::count(list->begin(), list->end(), one), 1);
    }
}

TEST_F(ClassesOfTheApplication, RefusesWhatIsNoParameter) {
    for (const auto& said :
         {Value("since"),
          Value::array({"since"}),
          Value::array({Value::object({{"name", "format"}})}),
          Value::array({Value::object({{"in", "query"}})}),
          Value::array({Value::object({{"$ref", 1}})})}) {
        say(said);
        EXPECT_THAT(
            [&] { made(); },
            testing::ThrowsMessage<std::invalid_argument>(testing::StartsWith("shop.Saying: "))
        );
    }
}

TEST_F(ClassesOfTheApplication, HasTheSchemeOfAnAuthenticationOfTheApplication) {
    settings.rest_framework.default_authentication_classes = {"shop.KeyAuthentication"};
    settings.rest_framework.default_permission_classes = {"shop.Nobody"};
    const auto document = made();
    EXPECT_EQ(
        at(document, {"components", "securitySchemes", "KeyAuthentication"}),
        Value::object({{"type", "http"}, {"scheme", "key"}})
    );
    EXPECT_THAT(statuses(at(document, {"paths", "/api/all/", "get"})), Contains("401"));
}

TEST_F(ClassesOfTheApplication, AreRefusedWhereTheSettingsHaveThemToo) {
    settings.classes["shop.Nobody"] = {"rest_framework.permissions.AllowAny", {}};
    EXPECT_THAT(
        [&] { made(); },
        testing::ThrowsMessage<std::invalid_argument>(
            testing::HasSubstr("the application has this class")
        )
    );
}

TEST_F(ClassesOfTheApplication, NamesComponentsAsOpenApiAllows) {
    classes.add<KeyAuthentication>("app::KeyAuthentication");
    settings.rest_framework.default_authentication_classes = {"app::KeyAuthentication"};
    for (const auto& [viewset, component] :
         {std::pair{"app/päge::BriefViewSet", "App_P__Ge__Brief"},
          std::pair{"shop.ViewSet", "Unnamed"}}) {
        classes.add<Brief>(viewset);
        settings.routes.front().registrations.front().viewset = viewset;
        const auto document = made();
        EXPECT_EQ(
            at(document, {"components", "schemas", component, "required"}), Value::array({"text"})
        ) << viewset;
        const auto get = at(document, {"paths", "/api/brief/{id}/", "get"});
        EXPECT_EQ(
            at(get, {"responses", "200", "content", "application/json", "schema", "$ref"}),
            Value("#/components/schemas/" + std::string(component))
        );
        const char* scheme = "app__KeyAuthentication";
        EXPECT_EQ(
            at(get, {"security"}).get_if<Value::Array>()->front(),
            Value::object({{scheme, Value::Array{}}})
        );
        EXPECT_FALSE(at(document, {"components", "securitySchemes", scheme}).is_null());
    }
}

TEST_F(ClassesOfTheApplication, HasTheMediaTypesOfRenderersOfTheApplication) {
    settings.rest_framework.default_renderer_classes = {"shop.Csv"};
    EXPECT_EQ(
        names_of(at(made(), {"paths", "/api/all/", "get", "responses", "200", "content"})),
        std::vector<std::string>{"text/csv"}
    );
}

} // namespace
} // namespace drf_messages::openapi
