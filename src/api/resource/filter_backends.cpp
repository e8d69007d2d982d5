// SPDX-License-Identifier: MIT
#include "api/resource/filter_backends.hpp"

#include "api/classes/class_tables.hpp"
#include "api/classes/custom_call.hpp"
#include "api/pagination/parts.hpp"
#include "api/resource/filter_form.hpp"
#include "api/resource/filters.hpp"
#include "messages/query_set_factory.hpp"
#include "middleware/required.hpp"
#include "model/site_time.hpp"

#include <drf_messages/rest/filter_backend.hpp>

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

namespace drf_messages::api {
namespace {

void restrict_to(MessageQuery& query, Condition condition) {
    if (condition.kind == Condition::Kind::all_of && condition.operands.empty()) {
        return;
    }
    if (query.where.kind != Condition::Kind::all_of) {
        std::vector<Condition> operands;
        operands.push_back(std::move(query.where));
        query.where = Condition::all_of(std::move(operands));
    }
    query.where.operands.push_back(std::move(condition));
}

/// What a backend is made of.
struct BackendParts {
    const Settings& settings;
    const text::TimeZone& zone;
    const ClassAttributes& attributes;
};

class DjangoFilterBackend final : public FilterBackend {
public:
    DjangoFilterBackend(const Settings& settings, text::TimeZone zone)
        : settings_(settings), zone_(std::move(zone)), iso_(iso_forms(settings)) {}

    void filter(ApiRequest& request, MessageQuery& query) const override {
        const auto& parameters = middleware::required_query(request.http);
        const MomentReading reading{
            zone_, settings_.use_tz, iso_, *request.http.language().date_forms};
        restrict_to(query, filter_condition(parameters, settings_, reading));
    }

    std::vector<QueryParameter> parameters() const override { return filter_parameters(settings_); }
    FormPart form(const http::QueryDict& query) const override {
        return filter_form(query, settings_);
    }
    bool knows_unread() const noexcept override { return true; }

private:
    const Settings& settings_;
    text::TimeZone zone_;
    text::IsoForms iso_;
};

class SearchFilter final : public FilterBackend {
public:
    SearchFilter(QueryParameter parameter, std::string title)
        : parameter_(parameter.name), title_(std::move(title)), described_(std::move(parameter)) {}

    void filter(ApiRequest& request, MessageQuery& query) const override {
        const auto& parameters = middleware::required_query(request.http);
        restrict_to(query, search_condition(parameters, parameter_, request.http.site.differences));
    }

    std::vector<QueryParameter> parameters() const override { return {described_}; }
    FormPart form(const http::QueryDict& query) const override {
        return search_form(query, parameter_, title_);
    }

private:
    std::string parameter_;
    std::string title_;
    QueryParameter described_;
};

class OrderingFilter final : public FilterBackend {
public:
    OrderingFilter(QueryParameter parameter, std::string title)
        : parameter_(parameter.name), title_(std::move(title)), described_(std::move(parameter)) {}

    void filter(ApiRequest& request, MessageQuery& query) const override {
        const auto& parameters = middleware::required_query(request.http);
        if (auto order = asked_ordering(parameters, parameter_); !order.empty()) {
            query.order = std::move(order);
        }
    }

    std::optional<std::vector<OrderBy>> asked_order(const http::QueryDict& parameters
    ) const override {
        return asked_ordering(parameters, parameter_);
    }

    std::vector<QueryParameter> parameters() const override { return {described_}; }
    FormPart form(const http::QueryDict& query) const override {
        return ordering_form(query, parameter_, title_);
    }
    bool selects() const noexcept override { return false; }

private:
    std::string parameter_;
    std::string title_;
    QueryParameter described_;
};

std::unique_ptr<FilterBackend> make_filter_set_backend(const BackendParts& parts) {
    return std::make_unique<DjangoFilterBackend>(parts.settings, parts.zone);
}

std::unique_ptr<FilterBackend> make_search_filter(const BackendParts& parts) {
    return std::make_unique<SearchFilter>(
        search_parameter(
            text_attribute(
                parts.attributes, "search_param", parts.settings.rest_framework.search_param
            ),
            text_attribute(parts.attributes, "search_description", "A search term."),
            model::differences_of(parts.settings)
        ),
        text_attribute(parts.attributes, "search_title", "Search")
    );
}

std::unique_ptr<FilterBackend> make_ordering_filter(const BackendParts& parts) {
    return std::make_unique<OrderingFilter>(
        ordering_parameter(
            text_attribute(
                parts.attributes, "ordering_param", parts.settings.rest_framework.ordering_param
            ),
            text_attribute(
                parts.attributes,
                "ordering_description",
                "Which field to use when ordering the results."
            )
        ),
        text_attribute(parts.attributes, "ordering_title", "Ordering")
    );
}

constexpr ClassAttribute search_attributes[] = {
    {"search_param", AttributeKind::text},
    {"search_title", AttributeKind::text},
    {"search_description", AttributeKind::text},
    {"template", AttributeKind::text}};
constexpr ClassAttribute ordering_attributes[] = {
    {"ordering_param", AttributeKind::text},
    {"ordering_title", AttributeKind::text},
    {"ordering_description", AttributeKind::text},
    {"template", AttributeKind::text}};

using Row = ClassRow<std::unique_ptr<FilterBackend> (*)(const BackendParts&)>;

constexpr std::array rows{
    Row{"django_filters.rest_framework.DjangoFilterBackend", {}, make_filter_set_backend},
    Row{"django_filters.rest_framework.backends.DjangoFilterBackend", {}, make_filter_set_backend},
    Row{"rest_framework.filters.SearchFilter", search_attributes, make_search_filter},
    Row{"rest_framework.filters.OrderingFilter", ordering_attributes, make_ordering_filter},
};

ConfiguredBackend make_backend(
    const Settings& settings,
    const ClassName& name,
    const text::TimeZone& zone,
    const CustomClasses& classes
) {
    const ClassAttributes attributes(settings, name);
    if (const auto* row = find_class(rows, attributes)) {
        return {row->make({settings, zone, attributes})};
    }
    if (auto custom = classes.find<rest::FilterBackend>(attributes)) {
        return {nullptr, name, std::move(custom)};
    }
    classes.refuse(settings, filter_backend_classes(), attributes);
}

} // namespace

SettingClasses filter_backend_classes() {
    return {"DEFAULT_FILTER_BACKENDS", rows, &rest::Classes::names<rest::FilterBackend>};
}

MessageQuerySet ConfiguredBackend::filter(ApiRequest& request, MessageQuerySet set) const {
    if (custom) {
        return call_custom(name, [&] {
            return custom->filter_queryset(rest::Request(request), std::move(set));
        });
    }
    const MessageQuery& before = messages::query_of(set);
    if (before.offset > 0 || before.limit) {
        throw std::logic_error("a slice of messages cannot be filtered");
    }
    MessageQuery query = before;
    ours->filter(request, query);
    return messages::with_query(set, std::move(query));
}

std::vector<ConfiguredBackend> make_filter_backends(
    const Settings& settings, const text::TimeZone& zone, const CustomClasses& classes
) {
    std::vector<ConfiguredBackend> backends;
    for (const auto& name : settings.rest_framework.default_filter_backends) {
        backends.push_back(make_backend(settings, name, zone, classes));
    }
    return backends;
}

} // namespace drf_messages::api
