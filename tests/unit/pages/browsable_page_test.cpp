// SPDX-License-Identifier: MIT
#include "unit/api/messages_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Pages of ann's messages.
class BrowsablePage : public test::MessagesSite {
protected:
    BrowsablePage() {
        site.settings.rest_framework.default_filter_backends = {
            "django_filters.rest_framework.DjangoFilterBackend",
            "rest_framework.filters.SearchFilter",
            "rest_framework.filters.OrderingFilter"};
        site.settings.routes.emplace_back().route = "api-auth/";
        site.settings.routes.back().include = "rest_framework.urls";
    }

    http::Response page(const std::string& target) {
        return get(target, {{"Accept", "text/html"}});
    }

    /// What stands between two texts, from the first occurrence of `before` on; "" where it is not.
    static std::string
    between(const std::string& body, std::string_view before, std::string_view after) {
        const auto begin = body.find(before);
        if (begin == std::string::npos) {
            return {};
        }
        const auto end = body.find(after, begin + before.size());
        return body.substr(begin + before.size(), end - begin - before.size());
    }

    /// Every value of an attribute that stands behind `before`, up to the end of the element.
    static std::vector<std::string>
    links(const std::string& body, std::string_view from, std::string_view to) {
        const std::string part = between(body, from, to);
        std::vector<std::string> found;
        for (auto at = part.find("href=\""); at != std::string::npos;
             at = part.find("href=\"", at + 1)) {
            found.push_back(part.substr(at + 6, part.find('"', at + 6) - at - 6));
        }
        return found;
    }

    std::string path_of(const std::string& target) {
        std::string path;
        for (const auto& link : links(page(target).body, "id=\"breadcrumbs\"", "</ol>")) {
            path += link + " ";
        }
        return path;
    }
};

TEST_F(BrowsablePage, SaysWhatRestFrameworksSays) {
    given.message(ann, "Hello");
    const auto answer = page("/messages/");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(header(answer, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_THAT(answer.body, HasSubstr("<h1 id=\"name\"><bdi>Messages List</bdi></h1>"));
    EXPECT_EQ(
        between(answer.body, "id=\"request-line\" class=\"line\" dir=\"auto\">", "<"),
        "GET /messages/"
    );
    EXPECT_EQ(between(answer.body, "id=\"status-line\" class=\"line good\">", "<"), "HTTP 200 OK");
    EXPECT_THAT(
        answer.body, HasSubstr("<dt>Content-Type</dt><dd dir=\"auto\">application/json</dd>")
    );
    EXPECT_THAT(answer.body, HasSubstr("Logged in as <bdi>ann</bdi>"));
    EXPECT_THAT(
        links(answer.body, "id=\"extra-actions\"", "</nav>"),
        ElementsAre("http://testserver/messages/peek/")
    );
    EXPECT_THAT(
        links(answer.body, "id=\"formats\"", "</nav>"),
        ElementsAre("/messages/?format=json", "/messages/?format=api")
    );
    EXPECT_THAT(
        links(answer.body, "id=\"response-body\"", "</pre>"),
        ElementsAre("http://testserver/messages/1/")
    );
    EXPECT_THAT(answer.body, HasSubstr("href=\"/static/drf_messages/style.css\""));
    EXPECT_THAT(answer.body, HasSubstr("data-header=\"X-CSRFTOKEN\""));
    EXPECT_THAT(cookies(answer), ElementsAre(HasSubstr("csrftoken=")));
    EXPECT_THAT(answer.body, Not(HasSubstr("<style")));
}

TEST_F(BrowsablePage, LeadsBackOverTheViewsAboveIt) {
    EXPECT_EQ(path_of("/messages/"), "/messages/ ");
    EXPECT_EQ(path_of("/messages/7/"), "/messages/ /messages/7/ ");
    EXPECT_EQ(
        path_of("/messages/peek/?format=api"), "/messages/?format=api /messages/peek/?format=api "
    );
    site.settings.force_script_name = "/app";
    EXPECT_EQ(path_of("/messages/7/"), "/app/messages/ /app/messages/7/ ");
    site.settings.force_script_name.reset();
    site.settings.routes.front().route = "a/b/";
    EXPECT_EQ(path_of("/a/b/7/"), "/a/b/ /a/b/7/ ");
}

TEST_F(BrowsablePage, OffersToDeleteWhatCanBeDeleted) {
    given.message(ann, "Hello");
    const std::string_view button = "id=\"delete-button\"";
    EXPECT_THAT(page("/messages/1/").body, Not(HasSubstr(button))); // it was unread
    EXPECT_THAT(page("/messages/1/").body, HasSubstr(button));
    EXPECT_THAT(
        page("/messages/1/").body,
        HasSubstr("data-question=\"Are you sure you want to delete this Messages Instance?\"")
    );
    EXPECT_THAT(page("/messages/").body, Not(HasSubstr(button)));
    EXPECT_THAT(page("/messages/9/").body, HasSubstr(button));
    site.settings.rest_framework.default_permission_classes = {
        "rest_framework.permissions.DjangoModelPermissions"};
    EXPECT_THAT(page("/messages/1/").body, Not(HasSubstr(button)));
    site.settings.rest_framework.default_permission_classes = {
        "rest_framework.permissions.IsAdminUser"};
    const auto refused = page("/messages/").body;
    EXPECT_THAT(refused, Not(HasSubstr("id=\"options-button\"")));
    EXPECT_THAT(refused, Not(HasSubstr("id=\"extra-actions\"")));
    EXPECT_THAT(refused, Not(HasSubstr("id=\"filters\"")));
}

TEST_F(BrowsablePage, KeepsWhatWasAskedInTheForm) {
    const auto body =
        page("/messages/"
             "?level=30&level_tag=warning&search=a+b&ordering=-level&unread=true&limit=5&view=%22x")
            .body;
    const auto form = between(body, "id=\"filters\"", "</form>");
    EXPECT_THAT(form, HasSubstr("name=\"level\" type=\"number\" step=\"any\" value=\"30\""));
    EXPECT_THAT(form, HasSubstr("<option value=\"warning\" selected>warning</option>"));
    EXPECT_THAT(form, HasSubstr("<option value=\"-level\" selected>level - descending</option>"));
    EXPECT_THAT(form, HasSubstr("<option value=\"true\" selected>Yes</option>"));
    EXPECT_THAT(form, HasSubstr("name=\"search\" type=\"text\" value=\"a b\""));
    EXPECT_THAT(form, HasSubstr("name=\"view\" type=\"text\" value=\"&quot;x\""));
    EXPECT_THAT(form, HasSubstr("<input type=\"hidden\" name=\"limit\" value=\"5\">"));
    EXPECT_THAT(form, Not(HasSubstr("level__gt")));
    EXPECT_THAT(form, HasSubstr("<label for=\"filter-created_before\">Created before</label>"));
    site.settings.messages_filter_lookups = true;
    EXPECT_THAT(page("/messages/?level__gt=9").body, HasSubstr("<details open>"));
    EXPECT_THAT(page("/messages/?level=9").body, HasSubstr("<details>"));
    EXPECT_THAT(
        page("/messages/").body,
        HasSubstr("<label for=\"filter-level__gt\">Level is greater than</label>")
    );
}

TEST_F(BrowsablePage, NamesAWrongValueBesideItsField) {
    const auto answer = page("/messages/?level=abc&created_after=x");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(
        answer.body,
        HasSubstr("type=\"text\" value=\"abc\" dir=\"auto\" aria-invalid=\"true\" "
                  "aria-describedby=\"error-level\"")
    );
    EXPECT_THAT(between(answer.body, "id=\"error-level\">", "</ul>"), HasSubstr("Enter a number."));
    EXPECT_THAT(
        between(answer.body, "id=\"error-created_after\">", "</ul>"),
        HasSubstr("Enter a valid date/time.")
    );
    EXPECT_THAT(answer.body, Not(HasSubstr("error-created_before")));
}

TEST_F(BrowsablePage, HasTheLinksOfItsPagination) {
    for (int i = 0; i < 45; ++i) {
        given.message(ann, "Hello");
    }
    auto& rest = site.settings.rest_framework;
    rest.page_size = 4;
    const auto numbers = [&](const std::string& query) {
        const auto nav = between(page("/messages/" + query).body, "id=\"pagination\"", "</nav>");
        std::string found;
        for (auto at = nav.find("<li>"); at != std::string::npos; at = nav.find("<li>", at + 1)) {
            const auto item = nav.substr(at, nav.find("</li>", at) - at);
            found += item.substr(0, item.rfind('<'))
                         .substr(item.substr(0, item.rfind('<')).rfind('>') + 1);
            found += item.find("aria-current") != std::string::npos ? "! " : " ";
        }
        return found;
    };
    rest.default_pagination_class = "rest_framework.pagination.LimitOffsetPagination";
    EXPECT_EQ(numbers(""), "Previous 1! 2 3 … 12 Next ");
    EXPECT_EQ(numbers("?offset=20"), "Previous 1 … 5 6! 7 … 12 Next ");
    EXPECT_EQ(numbers("?offset=44"), "Previous 1 … 10 11 12! Next ");
    EXPECT_EQ(numbers("?limit=100"), "");
    EXPECT_EQ(numbers("?offset=9999999999999999999&limit=1"), "Previous 1 … 43 44 45! Next ");
    EXPECT_THAT(
        links(page("/messages/?offset=4").body, "id=\"pagination\"", "</nav>"),
        ElementsAre(
            "http://testserver/messages/?limit=4",
            "http://testserver/messages/",
            "http://testserver/messages/?offset=4",
            "http://testserver/messages/?offset=8",
            "http://testserver/messages/?offset=44",
            "http://testserver/messages/?limit=4&amp;offset=8"
        )
    );
    rest.default_pagination_class = "rest_framework.pagination.PageNumberPagination";
    EXPECT_EQ(numbers("?page=6"), "Previous 1 … 5 6! 7 … 12 Next ");
    EXPECT_THAT(
        page("/messages/?page=2&limit=9").body,
        HasSubstr("<input type=\"hidden\" name=\"limit\" value=\"9\">")
    );
    EXPECT_THAT(
        page("/messages/?page=2").body, Not(HasSubstr("<input type=\"hidden\" name=\"page\""))
    );
    rest.default_pagination_class = "rest_framework.pagination.CursorPagination";
    EXPECT_EQ(numbers(""), "Previous Next ");
    rest.page_size = 100;
    EXPECT_EQ(numbers(""), "");
}

TEST_F(BrowsablePage, SpeaksGerman) {
    site.settings.language_code = "de";
    const auto body = page("/messages/").body;
    EXPECT_THAT(body, HasSubstr("<html lang=\"de\">"));
    EXPECT_THAT(body, HasSubstr("Angemeldet als <bdi>ann</bdi>"));
    EXPECT_THAT(body, HasSubstr("level - Absteigend"));
    EXPECT_THAT(body, HasSubstr("Ungelesen"));
    site.settings.language_code = "fr";
    EXPECT_THAT(page("/messages/").body, HasSubstr("<html lang=\"en\">"));
}

TEST_F(BrowsablePage, ShowsMarkupAsText) {
    given.message(ann, "<b>\"bold\"</b> \u202e\u0007");
    const auto body = page("/messages/?search=%3Ci%3E&x=%3Cu%3E").body + page("/messages/1/").body;
    for (const std::string_view markup : {"<b>", "<i>", "<u>", "\u202e"}) {
        EXPECT_THAT(body, Not(HasSubstr(markup)));
    }
    EXPECT_THAT(body, HasSubstr("\\u202e"));
}

TEST_F(BrowsablePage, OfAnErrorIsAPageToo) {
    const auto anonymous = answer(request("GET", "/messages/5/", {{"Accept", "text/html"}}));
    EXPECT_EQ(anonymous.status, 404);
    EXPECT_THAT(anonymous.body, HasSubstr("HTTP 404 Not Found"));
    EXPECT_THAT(
        links(anonymous.body, "class=\"account\"", "</div>"),
        ElementsAre("/api-auth/login/?next=/messages/5/")
    );
    auto wire = request(
        "DELETE", "/messages/5/", {{"Accept", "text/html"}, {"Authorization", "Token " + token}}
    );
    given.message(ann, "Hello").read(given.now);
    wire.target = "/messages/1/";
    const auto deleted = answer(wire);
    EXPECT_EQ(deleted.status, 200);
    EXPECT_THAT(deleted.body, HasSubstr("HTTP 204 No Content"));
    EXPECT_THAT(deleted.body, HasSubstr("No content."));
}

TEST_F(BrowsablePage, LeadsToNoOtherHost) {
    site.settings.routes.front().regex = true; // fits anywhere in a path
    for (const std::string path : {"//evil.example/messages/", "//evil.example/messages/1/"}) {
        const auto body = page(path).body;
        EXPECT_THAT(body, HasSubstr("data-url=\"/%2Fevil.example/messages/")) << path;
        EXPECT_THAT(body, Not(HasSubstr("\"//evil.example"))) << path;
    }
    std::string deep = "/";
    for (int i = 0; i < 1000; ++i) {
        deep += "a/";
    }
    EXPECT_EQ(page(deep + "messages/").status, 200);
}

TEST_F(BrowsablePage, AsksToLogInWhoIsRefused) {
    site.settings.rest_framework.default_permission_classes = {
        "rest_framework.permissions.IsAuthenticated"};
    const auto refused = answer(request("GET", "/messages/", {{"Accept", "text/html"}}));
    EXPECT_EQ(refused.status, 401);
    EXPECT_THAT(
        links(refused.body, "class=\"notice\"", "</p>"),
        ElementsAre("/api-auth/login/?next=/messages/")
    );
    EXPECT_THAT(page("/messages/").body, Not(HasSubstr("class=\"notice\"")));
}

TEST_F(BrowsablePage, SaysHowAProgramAsks) {
    const auto body = page("/messages/?search=it%27s").body;
    EXPECT_EQ(
        between(body, "id=\"curl\" class=\"quiet\" dir=\"auto\">", "</pre>"),
        "curl -H &#x27;Authorization: Token TOKEN&#x27; -H &#x27;Accept: application/json&#x27; "
        "&#x27;http://testserver/messages/?search=it%27s&#x27;"
    );
}

} // namespace
} // namespace drf_messages
