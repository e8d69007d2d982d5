// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/view.hpp"
#include "api/views/view_maker.hpp"

#include <memory>
#include <string>

namespace drf_messages::openapi {

// The views that serve the document: in every form, in YAML, in JSON. Anyone may read it.
// - drf-spectacular: views.py, SpectacularAPIView, SpectacularYAMLAPIView, SpectacularJSONAPIView.
api::UrlView schema_view(api::ViewMaker& maker, const api::RoutedView& view);
api::UrlView yaml_schema_view(api::ViewMaker& maker, const api::RoutedView& view);
api::UrlView json_schema_view(api::ViewMaker& maker, const api::RoutedView& view);

/// The document as a page.
api::UrlView reference_view(api::ViewMaker& maker, const api::RoutedView& view);

/// Whether a view is one of those that serve the document.
bool serves_document(const api::RoutedView& view);

/// The document in its two forms; null in a view that is only described.
struct DocumentTexts {
    std::shared_ptr<const std::string> yaml;
    std::shared_ptr<const std::string> json;
};

/// A view that serves_document().
std::unique_ptr<api::View>
document_view(const api::ViewMaker& maker, const api::RoutedView& view, const DocumentTexts& texts);

} // namespace drf_messages::openapi
