// SPDX-License-Identifier: MIT
#include "api/dispatch/negotiation.hpp"
#include "api/exchange/errors.hpp"
#include "api/wire/renderers.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using namespace drf_messages;
using api::ApiError;
using api::Renderer;

std::vector<Renderer> both() {
    return api::make_renderers(Settings{});
}

struct Row {
    const char* accept; ///< null: no header
    const char* format;
    Renderer::Kind kind;
    const char* media_type;
};

TEST(ContentNegotiation, ChoosesAsRestFrameworkDoes) {
    using Kind = Renderer::Kind;
    const auto renderers = both();
    for (const auto& row : std::vector<Row>{
             {nullptr, "", Kind::json, "application/json"},
             {"*/*", "", Kind::json, "application/json"},
             {"*/*", "api", Kind::browsable, "text/html"},
             {"text/html", "", Kind::browsable, "text/html"},
             {"text/*", "", Kind::browsable, "text/html"},
             {"application/json; indent=4", "", Kind::json, "application/json; indent=4"},
             {"*/*; indent=4", "", Kind::json, "application/json;indent=4"},
             {"text/html;q=0.9, application/json", "", Kind::json, "application/json"},
             {"*/*, text/html", "", Kind::browsable, "text/html"},
             {" application/json ", "", Kind::json, "application/json"},
             {"application/json, text/plain, */*", "", Kind::json, "application/json"},
             {"application/json,text/html", "", Kind::json, "application/json"},
             {"application/json,text/html", "api", Kind::browsable, "text/html"},
             {"application/json, text/html;level=1", "", Kind::browsable, "text/html;level=1"},
             {"text/html, application/json", "", Kind::json, "application/json"},
             {"APPLICATION/json", "", Kind::json, "APPLICATION/json"}}) {
        SCOPED_TRACE(row.accept == nullptr ? "(none)" : row.accept);
        const auto found = api::select_renderer(
            renderers,
            row.format,
            row.accept == nullptr ? std::nullopt : std::optional<std::string>(row.accept),
            {}
        );
        EXPECT_EQ(found.renderer->kind, row.kind);
        EXPECT_EQ(found.media_type, row.media_type);
    }
}

int refused(const char* accept, const char* format) {
    const auto renderers = both();
    try {
        api::select_renderer(renderers, format, std::optional<std::string>(accept), {});
    } catch (const ApiError& error) {
        return error.status;
    }
    return 0;
}

TEST(ContentNegotiation, RefusesWhatNoRendererMakes) {
    EXPECT_EQ(refused("application/xml", ""), 406);
    EXPECT_EQ(refused("", ""), 406);
    EXPECT_EQ(refused("text/html", "json"), 406);
    EXPECT_EQ(refused("*/*", "xml"), 404);
    EXPECT_EQ(refused("*/*", "JSON"), 404);
}

TEST(JsonRenderer, IndentsAsTheAcceptedMediaTypeAsks) {
    const Settings settings;
    const auto data = api::detail("x");
    const std::string flat = R"({"detail":"x"})";
    const std::string two = "{\n  \"detail\": \"x\"\n}";
    const std::string eight = "{\n        \"detail\": \"x\"\n}";
    EXPECT_EQ(api::render_json(settings, data, "application/json"), flat);
    EXPECT_EQ(api::render_json(settings, data, "application/json; indent=2"), two);
    EXPECT_EQ(api::render_json(settings, data, "application/json; indent=\" +2 \""), two);
    EXPECT_EQ(api::render_json(settings, data, "application/json; indent=99999999999999"), eight);
    for (const auto* nothing : {"0", "-1", "abc", "", "2.0", "_2", "2_"}) {
        EXPECT_EQ(
            api::render_json(settings, data, std::string("application/json; indent=") + nothing),
            flat
        ) << nothing;
    }
}

TEST(Renderers, KnowASubclassByItsAttributes) {
    Settings settings;
    settings.classes["site.Json"] = {
        "rest_framework.renderers.JSONRenderer",
        {{"media_type", {std::string("application/vnd.site+json")}},
         {"charset", {std::string("utf-8")}}}};
    settings.rest_framework.default_renderer_classes = {"site.Json"};
    const auto renderers = api::make_renderers(settings);
    ASSERT_EQ(renderers.size(), 1U);
    EXPECT_EQ(renderers.front().content_type(), "application/vnd.site+json; charset=utf-8");
}

TEST(Renderers, RefuseAClassAndAnAttributeThatWeDoNotHave) {
    Settings settings;
    settings.rest_framework.default_renderer_classes = {"rest_framework.renderers.AdminRenderer"};
    EXPECT_THROW(api::make_renderers(settings), std::invalid_argument);
    settings.classes["site.Json"] = {
        "rest_framework.renderers.JSONRenderer", {{"encoder_class", {std::string("x")}}}};
    settings.rest_framework.default_renderer_classes = {"site.Json"};
    EXPECT_THROW(api::make_renderers(settings), std::invalid_argument);
    settings.classes["site.Json"] = {"site.Json", {}};
    EXPECT_THROW(api::make_renderers(settings), std::invalid_argument);
    settings.rest_framework.default_renderer_classes = {};
    EXPECT_THROW(api::make_renderers(settings), std::invalid_argument);
}

} // namespace
