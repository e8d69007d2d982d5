// SPDX-License-Identifier: MIT
#include "base/answerable.hpp"
#include "middleware/bad_request.hpp"
#include "unit/middleware/django_answers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::middleware {
namespace {

struct PermissionDenied final : std::runtime_error, Answerable {
    PermissionDenied() : std::runtime_error("no") {}
    Answer answer() const noexcept override { return {403}; }
};

/// The views of make_middleware.py.
class DjangoReleases : public DjangoAnswers<SiteTest> {
protected:
    DjangoReleases() {
        is_valid_path = has_view;
        handle = [](HttpRequest& request) { return view(request); };
    }

    /// What Django 3.2 does not know and this server has for it too: origins with a scheme, a
    /// Referer that is no URL, an opener policy that is set.
    std::string release_of(std::string_view scenario, const Json& request) const override {
        constexpr std::string_view referers[] = {
            "https://[::1/",
            "https://four.example/",
            "https://wild.example/",
            "https://a.wild.example/",
            "https://glued.example/",
            "https://path.example/",
            "https://a.pathwild.example/"};
        const auto is_sent = [&](std::string_view referer) {
            return request.at("headers").at("Referer").as_string() == referer;
        };
        const bool as_in_4 = scenario == "another opener policy" ||
                             (scenario == "referers" &&
                              std::any_of(std::begin(referers), std::end(referers), is_sent));
        return as_in_4 && GetParam() == "3.2" ? "4.0" : GetParam();
    }

private:
    static bool has_view(std::string_view path) {
        constexpr std::string_view paths[] = {
            "/known/",
            "/kn\u00f6wn/",
            "/token/",
            "/rotate/",
            "/secure/",
            "/visit/",
            "/check/",
            "/bad/",
            "/denied/",
            "/fails/"};
        return std::find(std::begin(paths), std::end(paths), path) != std::end(paths) ||
               is_visit_with_status(path);
    }

    static bool is_visit_with_status(std::string_view path) {
        return path.starts_with("/visit/") && path.size() == std::string_view("/visit/500/").size();
    }

    static http::Response text(std::string body, int status = 200) {
        http::Response response;
        response.status = status;
        response.headers.set("Content-Type", "text/plain");
        response.body = std::move(body);
        return response;
    }

    static http::Response view(HttpRequest& request) {
        const std::string& path = request.path_info;
        if (!has_view(path)) {
            return not_found_page(request);
        }
        if (path == "/token/") {
            return text(csrf_token(request));
        }
        if (path == "/rotate/") {
            rotate_csrf_token(request);
            return text("rotated");
        }
        if (path == "/secure/") {
            return text(request.is_secure() ? "secure" : "plain");
        }
        if (path.starts_with("/visit/")) {
            request.session->set_text("a", "b");
            return text("visited", is_visit_with_status(path) ? std::stoi(path.substr(7)) : 200);
        }
        if (path == "/check/") {
            const auto reason = csrf_failure(request);
            return reason ? text(*reason, 403) : text("passed");
        }
        if (path == "/bad/") {
            throw BadRequest("no");
        }
        if (path == "/denied/") {
            throw PermissionDenied();
        }
        if (path == "/fails/") {
            throw std::runtime_error("no");
        }
        return text("seen");
    }
};

TEST_P(DjangoReleases, CheckRequestsForForgery) {
    expect_answers_of("csrf");
}

TEST_P(DjangoReleases, RedirectRefuseAndKeepSessions) {
    expect_answers_of("other");
}

INSTANTIATE_TEST_SUITE_P(Each, DjangoReleases, every_release, name_of_release);

} // namespace
} // namespace drf_messages::middleware
