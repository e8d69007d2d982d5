// SPDX-License-Identifier: MIT
#include "api/classes/known_classes.hpp"
#include "api/pagination/pagination.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string_view>

namespace {

using namespace drf_messages;

TEST(KnownClasses, AreBasesOnce) {
    std::set<std::string_view> names;
    for (const BaseClass& base : api::base_classes()) {
        EXPECT_TRUE(names.insert(base.name).second) << base.name;
        EXPECT_TRUE(api::is_own_class(base.name)) << base.name;
    }
    EXPECT_TRUE(names.contains("rest_framework.permissions.IsAdminUser"));
    EXPECT_TRUE(names.contains("django.contrib.auth.backends.ModelBackend"));
    EXPECT_FALSE(names.contains("drf_messages.storage.DBStorage")) << "it has no subclasses here";
}

TEST(KnownClasses, HaveAttributesThatNameClassesOfASetting) {
    std::size_t checked = 0;
    for (const BaseClass& base : api::base_classes()) {
        for (const ClassAttribute& attribute : base.attributes) {
            const bool names_classes = attribute.kind == AttributeKind::class_name ||
                                       attribute.kind == AttributeKind::class_names;
            EXPECT_EQ(names_classes, !attribute.classes.empty()) << attribute.name;
            if (names_classes) {
                EXPECT_FALSE(api::known_classes(attribute.classes).empty()) << attribute.classes;
                ++checked;
            }
        }
    }
    EXPECT_EQ(checked, 10U);
}

TEST(KnownClasses, AreSuggestedForTheirSetting) {
    Settings settings;
    try {
        api::make_pagination(settings, "rest_framework.pagination.PageNumberPaginator");
        FAIL() << "made a pagination that there is not";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(
            error.what(),
            "DEFAULT_PAGINATION_CLASS: there is no class "
            "rest_framework.pagination.PageNumberPaginator; did you mean "
            "rest_framework.pagination.PageNumberPagination?"
        );
    }
}

TEST(KnownClasses, RefuseAnAttributeThatTheyDoNotHave) {
    Settings settings;
    settings.classes["site.Pages"] = {
        "rest_framework.pagination.PageNumberPagination", {{"default_limit", {std::int64_t{3}}}}};
    try {
        api::make_pagination(settings, "site.Pages");
        FAIL() << "took an attribute of another class";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(
            error.what(),
            "CLASSES.\"site.Pages\": default_limit: "
            "rest_framework.pagination.PageNumberPagination has no such attribute here"
        );
    }
}

} // namespace
