// SPDX-License-Identifier: MIT
#include "api/tables/endpoints.hpp"
#include "api/tables/fields.hpp"
#include "api/tables/filters.hpp"
#include "support/repository.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drf_messages::api {
namespace {

/// The page that tells clients what there is.
const std::string& page() {
    static const std::string text = [] {
        std::ifstream file(test::repository_path("docs/rest.md"));
        return std::string(std::istreambuf_iterator<char>(file), {});
    }();
    return text;
}

bool has(std::string_view text) {
    return page().find(text) != std::string::npos;
}

TEST(RestPage, NamesEveryEndpoint) {
    for (const EndpointSpec& endpoint : message_endpoints) {
        const std::string suffix =
            endpoint.suffix.empty() ? "" : fmt::format("{}/", endpoint.suffix);
        for (const Operation& operation : endpoint.operations) {
            const auto line = fmt::format(
                "`{} messages/{}{}`", operation.method, endpoint.detail ? "ID/" : "", suffix
            );
            EXPECT_TRUE(has(line)) << line;
        }
    }
}

TEST(RestPage, NamesEveryField) {
    for (const MessageField& field : message_fields) {
        EXPECT_TRUE(has(fmt::format("\"{}\":", field.spec.name))) << field.spec.name;
    }
}

TEST(RestPage, NamesEveryFilter) {
    for (const FilterSpec& filter : message_filters) {
        const auto* range = std::get_if<input::MomentRange>(&filter.input);
        const std::vector<std::string_view> parameters =
            range == nullptr ? std::vector{filter.name} : std::vector{range->after, range->before};
        for (const auto parameter : parameters) {
            const bool is_named =
                has(fmt::format("`{}`", parameter)) || has(fmt::format("`{}=", parameter));
            EXPECT_TRUE(is_named) << parameter;
        }
    }
}

} // namespace
} // namespace drf_messages::api
