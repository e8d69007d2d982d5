// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/api_request.hpp"
#include "api/routing/url_pattern.hpp"

#include <drf_messages/settings.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// A view's name ("ns:messages-list") and its arguments -> its absolute URL; absent when no route
/// fits.
using Reverse =
    std::function<std::optional<std::string>(const std::string& name, const Kwargs& kwargs)>;

/// A versioning class. Django: rest_framework/versioning.py.
class Versioning {
public:
    /// DEFAULT_VERSION, ALLOWED_VERSIONS and VERSION_PARAM, or what a subclass sets instead.
    struct Rules {
        std::optional<std::string> default_version;
        std::vector<std::string> allowed_versions; ///< empty: all
        std::string version_param;

        bool is_allowed(const std::optional<std::string>& version) const;
        /// All that are allowed, the default one first where it is not in the list; empty: any.
        std::vector<std::string> all_allowed() const;
    };

    explicit Versioning(Rules rules) : rules_(std::move(rules)) {}
    virtual ~Versioning() = default;

    const Rules& rules() const noexcept { return rules_; }
    /// Where it looks for the version.
    enum class Place { accept, path, name_space, host, query };
    virtual Place place() const noexcept = 0;

    /// The version that a request asks for. Throws ApiError, 404 or 406, for one that is not
    /// allowed.
    virtual std::optional<std::string>
    determine_version(ApiRequest& request, const std::string& accepted_media_type) const = 0;

    /// The version of a namespace, by NamespaceVersioning; absent where it has none that is
    /// allowed.
    std::optional<std::string> version_of(std::string_view name_space) const;

    /// A URL that carries the request's version. May add to `kwargs`, as the original did.
    virtual std::optional<std::string> reverse(
        const ApiRequest& request, const std::string& name, Kwargs& kwargs, const Reverse& plain
    ) const;

private:
    Rules rules_;
};

/// The class of DEFAULT_VERSIONING_CLASS; null for None. Throws std::invalid_argument for one that
/// we do not have.
std::unique_ptr<Versioning> make_versioning(const Settings& settings);

/// The version in "v1.example.com", for a host name of exactly three words of ASCII letters and
/// digits.
std::optional<std::string_view> version_of_host(std::string_view host_with_port);

} // namespace drf_messages::api
