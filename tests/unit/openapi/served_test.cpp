// SPDX-License-Identifier: MIT
#include "openapi/document.hpp"
#include "openapi/yaml.hpp"
#include "unit/api/messages_site.hpp"
#include "unit/openapi/documents.hpp"

#include <gmock/gmock.h>

namespace drf_messages::openapi {
namespace {

using testing::HasSubstr;
using testing::Not;

class Schema : public test::MessagesSite {
protected:
    Schema() { site.settings.routes.push_back(mount("schema/", "drf_messages.schema")); }

    std::string json() { return to_json_lines(urls::openapi_document(site.settings)); }
    std::string yaml() { return to_yaml(urls::openapi_document(site.settings)); }

    http::Response ask(std::string target, std::string accept = "*/*") {
        return answer(request("GET", std::move(target), {{"Accept", std::move(accept)}}));
    }
};

TEST_F(Schema, AnswersInTheFormThatIsAskedFor) {
    const std::pair<const char*, const char*> rows[] = {
        {"*/*", "application/vnd.oai.openapi; charset=utf-8"},
        {"application/yaml", "application/yaml; charset=utf-8"},
        {"application/json", "application/json"},
        {"application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"}};
    for (const auto& [accept, type] : rows) {
        const auto response = ask("/schema/", accept);
        EXPECT_EQ(response.status, 200) << accept;
        EXPECT_EQ(header(response, "Content-Type"), type);
        const bool is_json = std::string_view(type).find("json") != std::string_view::npos;
        EXPECT_EQ(response.body, is_json ? json() : yaml());
        EXPECT_EQ(
            header(response, "Content-Disposition"),
            is_json ? "inline; filename=\"schema.json\"" : "inline; filename=\"schema.yaml\""
        );
    }
    EXPECT_EQ(ask("/schema/?format=json").body, json());
    EXPECT_EQ(ask("/schema/?format=yaml").body, yaml());
}

TEST_F(Schema, RefusesOtherForms) {
    const auto response = ask("/schema/", "text/html");
    EXPECT_EQ(response.status, 406);
    EXPECT_EQ(response.body, "detail: \"Could not satisfy the request Accept header.\"\n");
    EXPECT_EQ(ask("/schema/?format=xml").status, 404);
}

TEST_F(Schema, IsReadByAnyone) {
    site.settings.rest_framework.default_permission_classes = {
        "rest_framework.permissions.IsAdminUser"};
    EXPECT_EQ(ask("/schema/").status, 200);
    EXPECT_EQ(ask("/messages/").status, 401);
}

TEST_F(Schema, HasViewsOfOneFormByTheirNamesInDrfSpectacular) {
    for (const auto& [name, type] :
         {std::pair{"SpectacularAPIView", "application/vnd.oai.openapi; charset=utf-8"},
          std::pair{"SpectacularYAMLAPIView", "application/vnd.oai.openapi; charset=utf-8"},
          std::pair{"SpectacularJSONAPIView", "application/vnd.oai.openapi+json"}}) {
        RouteSettings route;
        route.route = "document/";
        route.view = std::string("drf_spectacular.views.") + name;
        site.settings.routes = {route};
        EXPECT_EQ(header(ask("/document/"), "Content-Type"), type) << name;
    }
}

TEST_F(Schema, HasAPageThatReadsWithoutAScript) {
    const auto response = ask("/schema/reference/", "text/html");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(header(response, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_THAT(response.body, Not(HasSubstr("<script")));
    EXPECT_THAT(response.body, Not(HasSubstr("style=")));
    const auto document = urls::openapi_document(site.settings);
    for (const auto& [path, item] : members_of(at(document, {"paths"}))) {
        EXPECT_THAT(response.body, HasSubstr(path));
        for (const auto& [method, operation] : members_of(item)) {
            const auto id = *at(operation, {"operationId"}).get_if<std::string>();
            EXPECT_THAT(response.body, HasSubstr("id=\"" + id + "\""));
        }
    }
    const auto put = answer(request("PUT", "/schema/reference/"));
    EXPECT_EQ(put.status, 405);
    EXPECT_EQ(header(put, "Content-Type"), "text/html; charset=utf-8");
    const auto options = answer(request("OPTIONS", "/schema/reference/"));
    EXPECT_EQ(options.status, 200);
    EXPECT_EQ(header(options, "Allow"), "GET, HEAD, OPTIONS");
}

TEST_F(Schema, ShowsWhatATagHoldsAsText) {
    site.settings.level_tags.emplace_back(50, "<script>alert(1)</script>");
    EXPECT_THAT(ask("/schema/reference/").body, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(ask("/schema/reference/").body, HasSubstr("&lt;script&gt;alert"));
}

} // namespace
} // namespace drf_messages::openapi
