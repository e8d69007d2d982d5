// SPDX-License-Identifier: MIT
#include "unit/api/messages_site.hpp"
#include "unit/middleware/django_answers.hpp"

#include <gtest/gtest.h>

namespace drf_messages::middleware {
namespace {

class LogoutReleases : public DjangoAnswers<test::MessagesSite> {
protected:
    void complete(Settings& settings) override {
        settings.routes.emplace_back().route = "api-auth/";
        settings.routes.back().include = "rest_framework.urls";
    }
};

TEST_P(LogoutReleases, LogOutByTheirMethodsAndLeadWhereTheySay) {
    expect_answers_of("logout");
}

INSTANTIATE_TEST_SUITE_P(Each, LogoutReleases, every_release, name_of_release);

} // namespace
} // namespace drf_messages::middleware
