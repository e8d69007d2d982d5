// SPDX-License-Identifier: MIT
#include "openapi/views.hpp"

#include "api/views/viewset_class.hpp"
#include "middleware/plain_view.hpp"
#include "openapi/document.hpp"
#include "openapi/reference.hpp"
#include "openapi/yaml.hpp"

#include <drf_messages/rest/renderer.hpp>

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::openapi {
namespace {

/// Gives a text in place of nothing; what else there is, an error or what OPTIONS says, it writes.
class DocumentRenderer final : public rest::Renderer {
public:
    using Write = std::string (*)(const rest::Value& value);

    DocumentRenderer(
        std::string media_type,
        std::string format,
        std::optional<std::string> charset,
        Write write,
        std::shared_ptr<const std::string> text
    )
        : media_type_(std::move(media_type)), format_(std::move(format)),
          charset_(std::move(charset)), write_(write), text_(std::move(text)) {}

    std::string media_type() const override { return media_type_; }
    std::string format() const override { return format_; }
    std::optional<std::string> charset() const override { return charset_; }

    std::string render(const rest::Value& data, const rest::RendererContext&) const override {
        return data.is_null() && text_ ? *text_ : write_(data);
    }

private:
    std::string media_type_;
    std::string format_;
    std::optional<std::string> charset_;
    Write write_;
    std::shared_ptr<const std::string> text_;
};

api::Renderer renderer(
    std::string media_type,
    std::string format,
    std::string charset,
    DocumentRenderer::Write write,
    std::shared_ptr<const std::string> text
) {
    return {
        api::Renderer::Kind::custom,
        media_type,
        format,
        charset,
        "drf_spectacular.renderers",
        std::make_shared<const DocumentRenderer>(
            media_type,
            format,
            charset.empty() ? std::nullopt : std::optional(charset),
            write,
            std::move(text)
        ),
        http::MediaType(media_type)};
}

/// - drf-spectacular: renderers.py.
std::vector<api::Renderer> renderers(const api::RoutedView& view, const DocumentTexts& texts) {
    std::vector<api::Renderer> all;
    if (view.make != &json_schema_view) {
        for (const char* type : {"application/vnd.oai.openapi", "application/yaml"}) {
            all.push_back(renderer(type, "yaml", "utf-8", to_yaml, texts.yaml));
        }
    }
    if (view.make != &yaml_schema_view) {
        for (const char* type : {"application/vnd.oai.openapi+json", "application/json"}) {
            all.push_back(renderer(type, "json", "", to_json_lines, texts.json));
        }
    }
    return all;
}

/// With a name for the file that a browser keeps.
api::UrlView with_file_name(api::UrlView answers) {
    api::UrlView named =
        [answers](
            middleware::HttpRequest& request, api::Kwargs kwargs, const std::string& name_space
        ) {
            const bool reads = request.method == "GET" || request.method == "HEAD";
            auto response = answers(request, std::move(kwargs), name_space);
            if (reads && response.status == 200) {
                const auto type = response.headers.find("Content-Type").value_or("");
                response.headers.set(
                    "Content-Disposition",
                    type.find("json") != std::string_view::npos ? "inline; filename=\"schema.json\""
                                                                : "inline; filename=\"schema.yaml\""
                );
            }
            return response;
        };
    named.rest_view = answers.rest_view;
    return named;
}

} // namespace

bool serves_document(const api::RoutedView& view) {
    return view.make == &schema_view || view.make == &yaml_schema_view ||
           view.make == &json_schema_view;
}

std::unique_ptr<api::View> document_view(
    const api::ViewMaker& maker, const api::RoutedView& view, const DocumentTexts& texts
) {
    Settings settings = maker.settings();
    settings.rest_framework.default_permission_classes.clear();
    auto policies = std::make_shared<const api::ViewPolicies>(
        std::move(settings),
        std::nullopt,
        api::usual_http_method_names(),
        maker.classes(),
        renderers(view, texts)
    );
    api::View::Options options;
    options.name = "Spectacular Api";
    options.description = "The OpenAPI document of this site, in YAML or JSON.";
    options.on_model = false;
    options.handlers = {
        {"GET", {"", [](api::ApiRequest&) {
                     return api::ApiResponse{200, [](text::JsonWriter& json) { json.null(); }};
                 }}}};
    return std::make_unique<api::View>(std::move(policies), std::move(options));
}

api::UrlView schema_view(api::ViewMaker& maker, const api::RoutedView& view) {
    const auto whole = document(maker);
    const DocumentTexts texts{
        std::make_shared<const std::string>(to_yaml(whole)),
        std::make_shared<const std::string>(to_json_lines(whole))};
    return with_file_name(maker.with_pages(document_view(maker, view, texts)));
}

// Each is a function of its own, by which the view is told apart.
api::UrlView yaml_schema_view(api::ViewMaker& maker, const api::RoutedView& view) {
    return schema_view(maker, view);
}

api::UrlView json_schema_view(api::ViewMaker& maker, const api::RoutedView& view) {
    return schema_view(maker, view);
}

api::UrlView reference_view(api::ViewMaker& maker, const api::RoutedView& /*view*/) {
    auto page = reference_page(document(maker), maker.templates(), maker.static_url());
    return [page = std::move(page
            )](middleware::HttpRequest& request, const api::Kwargs&, const std::string&) {
        return request.method == "GET" || request.method == "HEAD"
                   ? middleware::html_answer(200, page)
                   : middleware::only_methods(request.method, middleware::reading_methods);
    };
}

} // namespace drf_messages::openapi
