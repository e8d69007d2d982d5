// SPDX-License-Identifier: MIT
#include "api/resource/filter_backends.hpp"

#include "api/classes/custom_call.hpp"
#include "api/pagination/parts.hpp"
#include "api/resource/filters.hpp"
#include "messages/query_set_factory.hpp"

#include <drf_messages/rest/filter_backend.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace drf_messages::api {
namespace {

constexpr std::string_view filter_set_backend = "django_filters.rest_framework.DjangoFilterBackend";
constexpr std::string_view filter_set_backend_module =
    "django_filters.rest_framework.backends.DjangoFilterBackend";
constexpr std::string_view search_backend = "rest_framework.filters.SearchFilter";
constexpr std::string_view ordering_backend = "rest_framework.filters.OrderingFilter";

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

class DjangoFilterBackend final : public FilterBackend {
public:
    DjangoFilterBackend(const Settings& settings, text::TimeZone zone)
        : settings_(settings), zone_(std::move(zone)) {}

    void filter(const http::QueryDict& parameters, MessageQuery& query) const override {
        restrict_to(query, filter_condition(parameters, settings_, zone_));
    }

    bool knows_unread() const noexcept override { return true; }

private:
    const Settings& settings_;
    text::TimeZone zone_;
};

class SearchFilter final : public FilterBackend {
public:
    explicit SearchFilter(std::string parameter) : parameter_(std::move(parameter)) {}

    void filter(const http::QueryDict& parameters, MessageQuery& query) const override {
        restrict_to(query, search_condition(parameters, parameter_));
    }

private:
    std::string parameter_;
};

class OrderingFilter final : public FilterBackend {
public:
    explicit OrderingFilter(std::string parameter) : parameter_(std::move(parameter)) {}

    void filter(const http::QueryDict& parameters, MessageQuery& query) const override {
        if (auto order = asked_ordering(parameters, parameter_); !order.empty()) {
            query.order = std::move(order);
        }
    }

private:
    std::string parameter_;
};

ConfiguredBackend make_backend(
    const Settings& settings,
    const ClassName& name,
    const text::TimeZone& zone,
    const CustomClasses& classes
) {
    const auto& rest = settings.rest_framework;
    const ClassAttributes attributes(settings, name);
    if (attributes.base() == filter_set_backend || attributes.base() == filter_set_backend_module) {
        return {std::make_unique<DjangoFilterBackend>(settings, zone)};
    }
    if (attributes.base() == search_backend) {
        attributes.allow_only({"search_param", "template", "search_title", "search_description"});
        return {std::make_unique<SearchFilter>(
            text_attribute(attributes, "search_param", rest.search_param)
        )};
    }
    if (attributes.base() == ordering_backend) {
        attributes.allow_only(
            {"ordering_param", "template", "ordering_title", "ordering_description"}
        );
        return {std::make_unique<OrderingFilter>(
            text_attribute(attributes, "ordering_param", rest.ordering_param)
        )};
    }
    if (auto custom = classes.find<rest::FilterBackend>(attributes)) {
        return {nullptr, name, std::move(custom)};
    }
    classes.refuse(settings, "DEFAULT_FILTER_BACKENDS", attributes);
}

} // namespace

MessageQuerySet ConfiguredBackend::filter(
    ApiRequest& request, const http::QueryDict& parameters, MessageQuerySet set
) const {
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
    ours->filter(parameters, query);
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
