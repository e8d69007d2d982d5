// SPDX-License-Identifier: MIT
#include "api/resource/message_serializer.hpp"
#include "api/tables/endpoints.hpp"
#include "api/tables/fields.hpp"
#include "api/tables/filters.hpp"
#include "model/site_time.hpp"
#include "unit/openapi/documents.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <variant>

namespace drf_messages::openapi {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

Value document(const Settings& settings) {
    return urls::openapi_document(settings);
}

TEST(Document, NamesPathsAndOperationsAsDrfSpectacularDoes) {
    const auto made = document(usual_settings());
    EXPECT_EQ(at(made, {"openapi"}), Value("3.1.0"));
    EXPECT_THAT(
        names_of(at(made, {"paths"})),
        ElementsAre(
            "/messages/",
            "/messages/.{format}",
            "/messages/.{format}/",
            "/messages/peek/",
            "/messages/peek.{format}",
            "/messages/peek.{format}/",
            "/messages/{id}/",
            "/messages/{id}.{format}",
            "/messages/{id}.{format}/"
        )
    );
    EXPECT_EQ(at(made, {"paths", "/messages/", "get", "operationId"}), Value("messages_list"));
    EXPECT_EQ(
        at(made, {"paths", "/messages/.{format}", "get", "operationId"}),
        Value("messages_formatted_list")
    );
    EXPECT_EQ(
        at(made, {"paths", "/messages/{id}/", "delete", "operationId"}), Value("messages_destroy")
    );
    EXPECT_EQ(
        at(made, {"paths", "/messages/peek/", "get", "operationId"}),
        Value("messages_peek_retrieve")
    );
    EXPECT_EQ(at(made, {"paths", "/messages/", "get", "tags"}), Value::array({"messages"}));
}

TEST(Document, HasEachMethodThatAnEndpointAnswers) {
    Settings settings = usual_settings();
    settings.messages_extensions = {
        .read_state = true, .sync = true, .stream = true, .conditional = true};
    const auto made = document(settings);
    for (const auto& endpoint : api::message_endpoints) {
        const std::string path =
            std::string(endpoint.detail ? "/messages/{id}/" : "/messages/") +
            (endpoint.is_extra_action() ? std::string(endpoint.suffix) + "/" : "");
        const auto methods = names_of(at(made, {"paths", path}));
        const bool has_head = endpoint.operations.front().method == "GET";
        EXPECT_EQ(methods.size(), endpoint.operations.size() + (has_head ? 2 : 1)) << path;
    }
}

TEST(Document, HasEachFilterWhereItFilters) {
    Settings settings = usual_settings();
    settings.messages_filter_lookups = true;
    const auto made = document(settings);
    for (const auto& filter : api::message_filters) {
        const auto* range = std::get_if<api::input::MomentRange>(&filter.input);
        const std::vector<std::string_view> names =
            range == nullptr ? std::vector{filter.name} : std::vector{range->after, range->before};
        for (const auto name : names) {
            EXPECT_TRUE(parameter(at(made, {"paths", "/messages/", "get"}), name)) << name;
            EXPECT_TRUE(parameter(at(made, {"paths", "/messages/{id}/", "delete"}), name)) << name;
            EXPECT_FALSE(parameter(at(made, {"paths", "/messages/peek/", "get"}), name)) << name;
        }
    }
}

TEST(Document, HasLookupsOnlyWhereTheSettingAllowsThem) {
    const auto made = document(usual_settings());
    EXPECT_FALSE(parameter(at(made, {"paths", "/messages/", "get"}), "level__gte"));
}

TEST(Document, WantsTwoNumbersOrNoneForARange) {
    Settings settings = usual_settings();
    settings.messages_filter_lookups = true;
    const auto range =
        parameter(at(document(settings), {"paths", "/messages/", "get"}), "level__range");
    ASSERT_TRUE(range);
    EXPECT_EQ(at(*range, {"explode"}), Value(false));
    const auto forms = at(*range, {"schema", "anyOf"});
    const auto* list = forms.get_if<Value::Array>();
    ASSERT_NE(list, nullptr);
    ASSERT_EQ(list->size(), 2);
    EXPECT_EQ(at(list->front(), {"minItems"}), Value(2));
    EXPECT_EQ(at(list->front(), {"maxItems"}), Value(2));
    EXPECT_EQ(at(list->back(), {"items", "const"}), Value(""));
    EXPECT_EQ(at(list->back(), {"maxItems"}), Value(1));
}

TEST(Document, HasEachFieldThatAMessageIsWrittenWith) {
    const auto made = document(usual_settings());
    const auto message = at(made, {"components", "schemas", "Message"});
    std::vector<std::string> fields;
    for (const auto& field : api::message_fields) {
        fields.emplace_back(field.spec.name);
    }
    EXPECT_EQ(names_of(at(message, {"properties"})), fields);
    EXPECT_EQ(at(message, {"required"}).get_if<Value::Array>()->size(), fields.size());
}

TEST(Document, HasEachFieldThatAPeekIsWrittenWith) {
    const Settings settings = usual_settings();
    text::JsonWriter json({});
    api::MessageSerializer(settings, site_time_zone(settings)).write_summary(json, {});
    std::vector<std::string> written;
    const auto summary = boost::json::parse(json.take());
    for (const auto& member : summary.as_object()) {
        written.emplace_back(member.key());
    }
    EXPECT_EQ(
        names_of(at(document(settings), {"components", "schemas", "MessagePeek", "properties"})),
        written
    );
}

TEST(Document, ListsTheLevelsOfTheSetting) {
    Settings settings = usual_settings();
    settings.level_tags.emplace_back(50, "critical");
    settings.level_tags.emplace_back(15, "");
    settings.level_tags.emplace_back(60, "error");
    const auto made = document(settings);
    const auto listed = [&](std::string_view name) {
        return at(made, {"components", "schemas", name, "enum"});
    };
    EXPECT_EQ(listed("LevelEnum"), Value::array({10, 20, 25, 30, 40, 50, 15, 60}));
    EXPECT_EQ(
        listed("LevelTagEnum"),
        Value::array({"debug", "info", "success", "warning", "error", "critical"})
    );
    EXPECT_EQ(listed("BlankEnum"), Value::array({""}));
}

TEST(Document, GivesTimesTheFormThatTheyHave) {
    const auto format_of = [](const Settings& settings) {
        return at(
            document(settings),
            {"components", "schemas", "Message", "properties", "created", "format"}
        );
    };
    Settings settings = usual_settings();
    EXPECT_EQ(format_of(settings), Value("date-time"));
    settings.use_tz = false;
    EXPECT_EQ(format_of(settings), Value());
    settings.use_tz = true;
    settings.rest_framework.datetime_format = "%d.%m.%Y";
    EXPECT_EQ(format_of(settings), Value());
}

TEST(Document, HasThePagesOfTheSettings) {
    Settings settings = usual_settings();
    auto& rest = settings.rest_framework;
    rest.default_pagination_class = "rest_framework.pagination.LimitOffsetPagination";
    const auto list = [&] { return at(document(settings), {"paths", "/messages/", "get"}); };
    const auto schema = [&] {
        return at(list(), {"responses", "200", "content", "application/json", "schema"});
    };
    EXPECT_TRUE(schema().find("oneOf") != nullptr) << to_json(schema());
    EXPECT_TRUE(parameter(list(), "offset"));
    rest.page_size = 10;
    EXPECT_EQ(at(schema(), {"$ref"}), Value("#/components/schemas/PaginatedMessageList"));
    rest.default_pagination_class = "rest_framework.pagination.PageNumberPagination";
    EXPECT_TRUE(parameter(list(), "page"));
    EXPECT_THAT(statuses(list()), Contains("404"));
    rest.page_size = std::nullopt;
    EXPECT_FALSE(parameter(list(), "page"));
    EXPECT_EQ(at(schema(), {"type"}), Value("array"));
    rest.default_pagination_class = "rest_framework.pagination.CursorPagination";
    rest.page_size = 10;
    EXPECT_EQ(
        names_of(
            at(document(settings), {"components", "schemas", "PaginatedMessageList", "properties"})
        ),
        (std::vector<std::string>{"next", "previous", "results"})
    );
}

TEST(Document, SaysWhoMayAskAndHow) {
    Settings settings = usual_settings();
    settings.session_cookie_name = "sid";
    const auto made = document(settings);
    EXPECT_EQ(
        at(made, {"paths", "/messages/", "get", "security"}),
        Value::array(
            {Value::object({{"cookieAuth", Value::Array{}}}),
             Value::object({{"tokenAuth", Value::Array{}}}),
             Value::Object{}}
        )
    );
    EXPECT_EQ(
        names_of(at(made, {"paths", "/messages/{id}/", "delete", "security"})
                     .get_if<Value::Array>()
                     ->front()),
        (std::vector<std::string>{"cookieAuth", "csrfCookie", "csrfToken"})
    );
    EXPECT_EQ(at(made, {"components", "securitySchemes", "cookieAuth", "name"}), Value("sid"));
    // The first authenticator has no challenge, so that nothing is answered 401.
    EXPECT_THAT(statuses(at(made, {"paths", "/messages/", "get"})), Contains("403"));
    EXPECT_THAT(statuses(at(made, {"paths", "/messages/", "get"})), Not(Contains("401")));
}

TEST(Document, NamesTheHeaderOfTheCsrfTokenAsPagesDo) {
    const auto header = [](const Settings& settings) {
        return at(document(settings), {"components", "securitySchemes", "csrfToken", "name"});
    };
    Settings settings = usual_settings();
    EXPECT_EQ(header(settings), Value("X-CSRFTOKEN"));
    settings.csrf_header_name = "HTTP_X_XSRF_TOKEN";
    EXPECT_EQ(header(settings), Value("X-XSRF-TOKEN"));
}

TEST(Document, SaysThatATokenIsAskedForWhereItComesFirst) {
    Settings settings = usual_settings();
    auto& rest = settings.rest_framework;
    rest.default_authentication_classes = {"rest_framework.authentication.TokenAuthentication"};
    rest.default_permission_classes = {"rest_framework.permissions.IsAuthenticatedOrReadOnly"};
    settings.messages_allow_delete_unread = true;
    const auto made = document(settings);
    const auto remove = at(made, {"paths", "/messages/{id}/", "delete"});
    EXPECT_EQ(
        at(remove, {"security"}), Value::array({Value::object({{"tokenAuth", Value::Array{}}})})
    );
    EXPECT_EQ(
        at(made, {"paths", "/messages/", "get", "security"}).get_if<Value::Array>()->back(),
        Value(Value::Object{})
    );
    EXPECT_THAT(statuses(remove), IsSupersetOf({"204", "400", "401", "403", "404", "406"}));
    EXPECT_THAT(statuses(at(made, {"paths", "/messages/", "get"})), Not(Contains("403")));
}

TEST(Document, SaysWhatAStreamAnswersBesideEvents) {
    Settings settings = usual_settings();
    settings.messages_extensions.stream = true;
    const auto stream = [&](const char* method) {
        return statuses(at(document(settings), {"paths", "/messages/stream/", method}));
    };
    EXPECT_THAT(stream("get"), IsSupersetOf({"200", "204", "400", "406", "429"}));
    EXPECT_THAT(stream("head"), IsSupersetOf({"200", "204", "400", "406", "429"}));
    EXPECT_THAT(stream("options"), Not(Contains("204")));
    const auto description = [&](const char* status) {
        return at(document(settings), {"paths", "/messages/stream/", "get", "responses", status});
    };
    EXPECT_EQ(description("204").find("content"), nullptr);
    settings.rest_framework.default_permission_classes = {
        "rest_framework.permissions.IsAuthenticated"};
    EXPECT_THAT(stream("get"), Not(Contains("204"))); // but 401 or 403
}

TEST(Document, Says429OnlyWhereThereIsALimit) {
    Settings settings = usual_settings();
    const auto list = [&] {
        return statuses(at(document(settings), {"paths", "/messages/", "get"}));
    };
    auto& rest = settings.rest_framework;
    rest.default_throttle_classes = {"rest_framework.throttling.UserRateThrottle"};
    EXPECT_THAT(list(), Not(Contains("429")));
    rest.default_throttle_rates["user"] = "2/day";
    EXPECT_THAT(list(), Contains("429"));
}

TEST(Document, SaysWhatIsAnsweredWhileADatabaseIsGone) {
    Settings settings = usual_settings();
    settings.routes = {
        mount("messages/", "drf_messages.urls"), mount("auth/", "rest_framework.urls")};
    const auto made = document(settings);
    for (const auto& [path, method] :
         {std::pair("/messages/", "get"),
          std::pair("/messages/", "options"),
          std::pair("/messages/peek/", "get"),
          std::pair("/messages/{id}/", "delete"),
          std::pair("/auth/login/", "post")}) {
        EXPECT_EQ(
            at(made, {"paths", path, method, "responses", "503", "$ref"}),
            Value("#/components/responses/Unavailable")
        ) << path;
    }
    const auto answer = at(made, {"components", "responses", "Unavailable"});
    EXPECT_EQ(names_of(at(answer, {"headers"})), std::vector<std::string>{"Retry-After"});
    EXPECT_EQ(names_of(at(answer, {"content"})), std::vector<std::string>{"application/json"});
    EXPECT_EQ(
        names_of(at(made, {"components", "responses", "UnavailableHead"})),
        (std::vector<std::string>{"description", "headers"})
    );
}

TEST(Document, SaysOfDeletingAndOfVisitorsWhatTheSettingsMakeOfIt) {
    Settings settings = usual_settings();
    const auto said = [&](const char* path, const char* method, const char* key) {
        return *at(document(settings), {"paths", path, method, key}).get_if<std::string>();
    };
    EXPECT_EQ(said("/messages/{id}/", "delete", "summary"), "Deletes a message.");
    EXPECT_THAT(
        said("/messages/{id}/", "delete", "description"),
        HasSubstr("An unread one is refused with 403.")
    );
    EXPECT_THAT(said("/messages/", "get", "description"), HasSubstr("anonymous visitor gets none"));
    EXPECT_THAT(
        said("/messages/peek/", "get", "description"), HasSubstr("anonymous visitor has none")
    );
    settings.messages_allow_delete_unread = true;
    settings.rest_framework.default_permission_classes = {
        "rest_framework.permissions.IsAuthenticated"};
    EXPECT_THAT(
        said("/messages/{id}/", "delete", "description"),
        HasSubstr("Unread messages may be deleted too.")
    );
    for (const char* path : {"/messages/", "/messages/peek/", "/messages/{id}/"}) {
        EXPECT_THAT(said(path, "get", "description"), Not(HasSubstr("anonymous"))) << path;
    }
}

TEST(Document, HasAPathForEachAllowedVersion) {
    Settings settings = usual_settings();
    settings.routes = {mount("^(?P<version>(v1|v2))/messages/", "drf_messages.urls")};
    settings.routes.front().regex = true;
    auto& rest = settings.rest_framework;
    rest.default_versioning_class = "rest_framework.versioning.URLPathVersioning";
    EXPECT_THAT(names_of(at(document(settings), {"paths"})), Contains("/{version}/messages/"));
    rest.allowed_versions = {"v1", "v2", "v3"};
    const auto made = document(settings);
    EXPECT_THAT(
        names_of(at(made, {"paths"})), IsSupersetOf({"/v1/messages/", "/v2/messages/peek/"})
    );
    EXPECT_THAT(names_of(at(made, {"paths"})), Not(Contains("/v3/messages/")));
    EXPECT_EQ(
        at(made, {"paths", "/v2/messages/", "get", "operationId"}), Value("v2_messages_list")
    );
}

TEST(Document, ReadsTheVersionWhereTheClassDoes) {
    Settings settings = usual_settings();
    auto& rest = settings.rest_framework;
    rest.allowed_versions = {"1.0", "2.0"};
    rest.default_versioning_class = "rest_framework.versioning.QueryParameterVersioning";
    EXPECT_EQ(
        at(*parameter(at(document(settings), {"paths", "/messages/peek/", "get"}), "version"),
           {"schema", "enum"}),
        Value::array({"1.0", "2.0"})
    );
    rest.default_versioning_class = "rest_framework.versioning.AcceptHeaderVersioning";
    EXPECT_THAT(
        names_of(at(
            document(settings), {"paths", "/messages/peek/", "get", "responses", "200", "content"}
        )),
        IsSupersetOf({"application/json", "application/json; version=2.0"})
    );
    rest.default_versioning_class = "rest_framework.versioning.NamespaceVersioning";
    settings.routes = {mount("a/", "drf_messages.urls"), mount("b/", "drf_messages.urls")};
    settings.routes[0].name_space = "1.0";
    settings.routes[1].name_space = "elsewhere";
    EXPECT_THAT(names_of(at(document(settings), {"paths"})), Contains("/a/"));
    EXPECT_THAT(names_of(at(document(settings), {"paths"})), Not(Contains("/b/")));
}

TEST(Document, HasOperationIdsOfItsOwnForEachMount) {
    Settings settings = usual_settings();
    settings.routes = {
        mount("a/", "drf_messages.urls"),
        mount("a-b/", "drf_messages.urls"),
        mount("", "drf_messages.urls")};
    const auto made = document(settings);
    EXPECT_EQ(at(made, {"paths", "/a-b/", "get", "operationId"}), Value("a_b_list"));
    EXPECT_EQ(at(made, {"paths", "/", "get", "operationId"}), Value("root_list"));
    EXPECT_EQ(at(made, {"paths", "/", "get", "tags"}), Value());
    std::vector<std::string> ids;
    for (const auto& path : members_of(at(made, {"paths"}))) {
        for (const auto& operation : members_of(path.value)) {
            ids.push_back(*at(operation.value, {"operationId"}).get_if<std::string>());
        }
    }
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

TEST(Document, LeavesOutABeginningThatAllPathsShare) {
    Settings settings = usual_settings();
    RouteSettings token;
    token.route = "api/token/";
    token.view = "rest_framework.authtoken.views.obtain_auth_token";
    settings.routes = {mount("api/messages/", "drf_messages.urls"), token};
    const auto made = document(settings);
    EXPECT_EQ(at(made, {"paths", "/api/messages/", "get", "operationId"}), Value("messages_list"));
    const auto post = at(made, {"paths", "/api/token/", "post"});
    EXPECT_EQ(at(post, {"operationId"}), Value("token_create"));
    EXPECT_EQ(
        names_of(at(post, {"requestBody", "content"})),
        (std::vector<std::string>{
            "application/x-www-form-urlencoded", "multipart/form-data", "application/json"})
    );
    EXPECT_THAT(statuses(post), IsSupersetOf({"200", "400", "415", "429"}));
}

TEST(Document, SaysWhatKindOfPathAMountWants) {
    Settings settings = usual_settings();
    settings.routes = {mount("<int:shop>/<slug:tenant>/messages/", "drf_messages.urls")};
    const auto list = at(document(settings), {"paths", "/{shop}/{tenant}/messages/", "get"});
    EXPECT_EQ(at(*parameter(list, "shop"), {"schema", "type"}), Value("integer"));
    EXPECT_EQ(at(*parameter(list, "tenant"), {"schema", "pattern"}), Value("^(?:[-a-zA-Z0-9_]+)$"));
}

TEST(Document, HasTheLinksOfARouterAndThePagesOfLoggingIn) {
    Settings settings = usual_settings();
    RouteSettings router;
    router.route = "api/";
    router.router = "DefaultRouter";
    router.registrations = {{"messages", "drf_messages.views.MessagesViewSet", "messages"}};
    settings.routes = {router, mount("auth/", "rest_framework.urls")};
    const auto made = document(settings);
    EXPECT_EQ(at(made, {"paths", "/api/", "get", "operationId"}), Value("api_retrieve"));
    EXPECT_EQ(
        names_of(at(made, {"paths", "/auth/login/"})), (std::vector<std::string>{"get", "post"})
    );
}

TEST(Document, LeavesTheAdminOut) {
    Settings settings = usual_settings();
    const auto without = names_of(at(document(settings), {"paths"}));
    settings.routes.push_back(mount("admin/", "drf_messages.admin"));
    EXPECT_EQ(names_of(at(document(settings), {"paths"})), without);
}

TEST(Document, SaysWhereAClientMayKeepAnAnswer) {
    Settings settings = usual_settings();
    settings.middleware.emplace_back("django.middleware.http.ConditionalGetMiddleware");
    settings.routes.push_back(mount("", "drf_messages.start"));
    settings.routes.push_back(mount("auth/", "rest_framework.urls"));
    settings.routes.push_back(mount("schema/", "drf_messages.schema"));
    const auto made = document(settings);
    for (const auto* path : {"/", "/messages/", "/schema/", "/schema/reference/"}) {
        EXPECT_THAT(statuses(at(made, {"paths", path, "get"})), IsSupersetOf({"304", "412"}))
            << path;
    }
    EXPECT_THAT(statuses(at(made, {"paths", "/auth/login/", "get"})), ElementsAre("200", "503"));
}

} // namespace
} // namespace drf_messages::openapi
