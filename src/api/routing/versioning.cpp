// SPDX-License-Identifier: MIT
#include "api/routing/versioning.hpp"

#include "api/classes/class_tables.hpp"
#include "api/exchange/errors.hpp"
#include "api/exchange/media_types.hpp"
#include "http/media_type.hpp"
#include "http/url.hpp"
#include "middleware/required.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace drf_messages::api {
namespace {

class AcceptHeaderVersioning final : public Versioning {
public:
    using Versioning::Versioning;
    Place place() const noexcept override { return Place::accept; }
    std::optional<std::string>
    determine_version(ApiRequest& request, const std::string& accepted_media_type) const override {
        auto version = rules().default_version;
        const http::MediaType accepted(
            accepted_media_type, media_type_rules(request.http.site.differences)
        );
        if (const auto asked = accepted.param(rules().version_param)) {
            version = std::string(*asked);
        }
        if (!rules().is_allowed(version)) {
            throw not_acceptable("Invalid version in \"Accept\" header.");
        }
        return version;
    }
};

class UrlPathVersioning final : public Versioning {
public:
    using Versioning::Versioning;
    Place place() const noexcept override { return Place::path; }
    std::optional<std::string>
    determine_version(ApiRequest& request, const std::string&) const override {
        auto version = rules().default_version;
        if (const auto found = request.kwargs.find(rules().version_param);
            found != request.kwargs.end()) {
            version = found->second;
        }
        if (!rules().is_allowed(version)) {
            throw not_found("Invalid version in URL path.");
        }
        return version;
    }

    std::optional<std::string> reverse(
        const ApiRequest& request, const std::string& name, Kwargs& kwargs, const Reverse& plain
    ) const override {
        if (!request.version) {
            return plain(name, kwargs);
        }
        if (request.http.site.differences.has(model::Difference::links_without_version)) {
            Kwargs with_version = kwargs;
            with_version.emplace(rules().version_param, *request.version);
            return plain(name, with_version);
        }
        // They stay changed for the links that follow.
        kwargs.insert_or_assign(rules().version_param, *request.version);
        return plain(name, kwargs);
    }
};

class NamespaceVersioning final : public Versioning {
public:
    using Versioning::Versioning;
    Place place() const noexcept override { return Place::name_space; }
    std::optional<std::string>
    determine_version(ApiRequest& request, const std::string&) const override {
        if (request.name_space.empty()) {
            return rules().default_version;
        }
        auto version = version_of(request.name_space);
        if (!version) {
            throw not_found("Invalid version in URL path. Does not match any version namespace.");
        }
        return version;
    }

    std::optional<std::string> reverse(
        const ApiRequest& request, const std::string& name, Kwargs& kwargs, const Reverse& plain
    ) const override {
        return plain(request.version ? *request.version + ':' + name : name, kwargs);
    }
};

class HostNameVersioning final : public Versioning {
public:
    using Versioning::Versioning;
    Place place() const noexcept override { return Place::host; }
    std::optional<std::string>
    determine_version(ApiRequest& request, const std::string&) const override {
        const auto found = version_of_host(middleware::required_host(request.http));
        if (!found) {
            return rules().default_version;
        }
        std::string version(*found);
        if (!rules().is_allowed(version)) {
            throw not_found("Invalid version in hostname.");
        }
        return version;
    }
};

class QueryParameterVersioning final : public Versioning {
public:
    using Versioning::Versioning;
    Place place() const noexcept override { return Place::query; }
    std::optional<std::string>
    determine_version(ApiRequest& request, const std::string&) const override {
        const auto& query = middleware::required_query(request.http);
        auto version = rules().default_version;
        if (const auto asked = query.get(rules().version_param)) {
            version = std::string(*asked);
        }
        if (!rules().is_allowed(version)) {
            throw not_found("Invalid version in query parameter.");
        }
        return version;
    }

    std::optional<std::string> reverse(
        const ApiRequest& request, const std::string& name, Kwargs& kwargs, const Reverse& plain
    ) const override {
        auto url = plain(name, kwargs);
        if (url && request.version) {
            url = http::replace_query_param(*url, rules().version_param, *request.version);
        }
        return url;
    }
};

template<class Class>
std::unique_ptr<Versioning> make(Versioning::Rules rules) {
    return std::make_unique<Class>(std::move(rules));
}

constexpr ClassAttribute versioning_attributes[] = {
    {"default_version", AttributeKind::text},
    {"allowed_versions", AttributeKind::texts},
    {"version_param", AttributeKind::text}};

using Row = ClassRow<std::unique_ptr<Versioning> (*)(Versioning::Rules)>;

constexpr std::array rows{
    Row{"rest_framework.versioning.AcceptHeaderVersioning",
        versioning_attributes,
        make<AcceptHeaderVersioning>},
    Row{"rest_framework.versioning.URLPathVersioning",
        versioning_attributes,
        make<UrlPathVersioning>},
    Row{"rest_framework.versioning.NamespaceVersioning",
        versioning_attributes,
        make<NamespaceVersioning>},
    Row{"rest_framework.versioning.HostNameVersioning",
        versioning_attributes,
        make<HostNameVersioning>},
    Row{"rest_framework.versioning.QueryParameterVersioning",
        versioning_attributes,
        make<QueryParameterVersioning>},
};

bool is_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

} // namespace

bool Versioning::Rules::is_allowed(const std::optional<std::string>& version) const {
    if (allowed_versions.empty()) {
        return true;
    }
    return version && (version == default_version ||
                       std::find(allowed_versions.begin(), allowed_versions.end(), *version) !=
                           allowed_versions.end());
}

std::vector<std::string> Versioning::Rules::all_allowed() const {
    auto all = allowed_versions;
    if (!all.empty() && default_version &&
        std::find(all.begin(), all.end(), *default_version) == all.end()) {
        all.insert(all.begin(), *default_version);
    }
    return all;
}

std::optional<std::string> Versioning::version_of(std::string_view name_space) const {
    for (;;) {
        const auto colon = name_space.find(':');
        std::string version(name_space.substr(0, colon));
        if (rules_.is_allowed(version)) {
            return version;
        }
        if (colon == std::string_view::npos) {
            return std::nullopt;
        }
        name_space.remove_prefix(colon + 1);
    }
}

std::optional<std::string> Versioning::reverse(
    const ApiRequest&, const std::string& name, Kwargs& kwargs, const Reverse& plain
) const {
    return plain(name, kwargs);
}

SettingClasses versioning_classes() {
    return {"DEFAULT_VERSIONING_CLASS", rows};
}

std::unique_ptr<Versioning> make_versioning(const Settings& settings) {
    const auto& rest = settings.rest_framework;
    if (rest.default_versioning_class.empty()) {
        return nullptr;
    }
    const ClassAttributes attributes(settings, rest.default_versioning_class);
    const Row& row = class_of_ours(rows, versioning_classes(), attributes);
    Versioning::Rules rules{
        rest.default_version,
        rest.allowed_versions.value_or(std::vector<std::string>{}),
        rest.version_param};
    if (attributes.has("default_version")) {
        rules.default_version = attributes.text("default_version");
    }
    if (auto allowed = attributes.text_list("allowed_versions")) {
        rules.allowed_versions = std::move(*allowed);
    }
    rules.version_param = attributes.text("version_param").value_or(rules.version_param);
    return row.make(std::move(rules));
}

std::optional<std::string_view> version_of_host(std::string_view host_with_port) {
    const auto host = host_with_port.substr(0, host_with_port.find(':'));
    const auto first = host.find('.');
    const auto second = first == std::string_view::npos ? first : host.find('.', first + 1);
    if (second == std::string_view::npos || !is_word(host.substr(0, first)) ||
        !is_word(host.substr(first + 1, second - first - 1)) || !is_word(host.substr(second + 1))) {
        return std::nullopt;
    }
    return host.substr(0, first);
}

} // namespace drf_messages::api
