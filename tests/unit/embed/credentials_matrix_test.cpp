// SPDX-License-Identifier: MIT
// Each user's credentials of every kind against each other user's messages, on every endpoint.
#include "django/password.hpp"
#include "support/database.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/site.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

struct Variant {
    const char* name;
    const char* engine;
    bool use_sessions;
    bool delete_read;
};

const std::vector<std::string> user_names = {"ann", "bob", "eve"};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// What a request can carry, and whose messages it then stands for.
struct Credential {
    std::string name;
    HeaderList headers;
    std::optional<std::string> viewer;
    std::optional<std::string> session_key;
};

std::string base64(std::string_view text) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += 3) {
        unsigned bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits =
                bits << 8U | (at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            out += at + i <= text.size() ? digits[bits >> (18U - 6U * i) & 63U] : '=';
        }
    }
    return out;
}

class CredentialsMatrix : public testing::TestWithParam<Variant> {
protected:
    CredentialsMatrix() {
        Settings settings;
        settings.secret_key = "a-key-of-the-tests";
        settings.allowed_hosts = {"testserver"};
        settings.database = given.database_settings();
        settings.session_engine =
            std::string("django.contrib.sessions.backends.") + GetParam().engine;
        settings.session_file_path = given.folder.path().string();
        settings.messages_use_sessions = GetParam().use_sessions;
        settings.messages_delete_read = GetParam().delete_read;
        settings.messages_allow_delete_unread = true;
        settings.messages_filter_lookups = true;
        settings.password_hashers = {"django.contrib.auth.hashers.MD5PasswordHasher"};
        settings.login_throttle_rate.reset();
        settings.basic_throttle_rate.reset();
        auto& rest = settings.rest_framework;
        rest.default_authentication_classes = {
            "rest_framework.authentication.SessionAuthentication",
            "rest_framework.authentication.TokenAuthentication",
            "rest_framework.authentication.BasicAuthentication"};
        rest.default_filter_backends = {
            "django_filters.rest_framework.DjangoFilterBackend",
            "rest_framework.filters.SearchFilter",
            "rest_framework.filters.OrderingFilter"};
        const auto text = [](const char* value) { return SettingValue{std::string(value)}; };
        settings.classes["site.Cursors"] = {
            "rest_framework.pagination.CursorPagination",
            {{"page_size", {std::int64_t{1}}}, {"ordering", text("-created")}}};
        settings.classes["site.Limits"] = {
            "rest_framework.pagination.LimitOffsetPagination",
            {{"default_limit", {std::int64_t{2}}}}};
        settings.classes["site.Pages"] = {
            "rest_framework.pagination.PageNumberPagination", {{"page_size", {std::int64_t{2}}}}};
        settings.routes.clear();
        auto& router = settings.routes.emplace_back();
        router.route = "m/";
        router.router = "DefaultRouter";
        for (const char* pages : {"Cursors", "Limits", "Pages"}) {
            const std::string viewset = std::string("site.") + pages + "View";
            settings.classes[viewset] = {
                "drf_messages.views.MessagesViewSet",
                {{"pagination_class", {std::string("site.") + pages}}}};
            router.registrations.push_back({pages, viewset, pages});
        }
        settings.routes.emplace_back().route = "messages/";
        settings.routes.back().include = "drf_messages.urls";
        settings.routes.emplace_back().route = "api-auth/";
        settings.routes.back().include = "rest_framework.urls";

        const django::Passwords passwords(*settings.password_hashers, crypto::system_random_bytes);
        for (const std::string& name : user_names) {
            auto user = given.user(name);
            user.password(passwords.make("the password of " + name));
            ids.emplace(name, user.number());
            tokens[name] = given.token(user);
        }
        auto gone = given.user("gone");
        gone.password(passwords.make("the password of gone"));
        tokens["gone"] = given.token(gone);

        SiteOptions options;
        options.clock = given.clock();
        site.emplace(settings, options);
        endpoint.emplace(*site);
    }

    http::Response
    ask(const std::string& method,
        const std::string& target,
        const HeaderList& headers,
        std::string body = {}) {
        http::Request wire;
        wire.method = method;
        wire.target = target;
        wire.headers.add("Host", "testserver");
        wire.headers.add("Content-Length", std::to_string(body.size()));
        for (const auto& [name, value] : headers) {
            wire.headers.add(name, value);
        }
        wire.body = std::move(body);
        return (*endpoint)(wire);
    }

    static std::optional<std::string> cookie(const http::Response& response, std::string name) {
        name += '=';
        for (const auto& [field, value] : response.headers.fields()) {
            if (field == "Set-Cookie" && value.starts_with(name)) {
                return value.substr(name.size(), value.find(';') - name.size());
            }
        }
        return std::nullopt;
    }

    /// Logs in by the form; the headers of whoever does so.
    Credential log_in(const std::string& name) {
        const std::string before = *cookie(ask("GET", "/api-auth/login/", {}), "csrftoken");
        const http::Response response =
            ask("POST",
                "/api-auth/login/",
                {{"Cookie", "csrftoken=" + before},
                 {"Content-Type", "application/x-www-form-urlencoded"}},
                "csrfmiddlewaretoken=" + before + "&username=" + name +
                    "&password=the+password+of+" + name);
        EXPECT_EQ(response.status, 302) << response.body;
        const std::string csrf = *cookie(response, "csrftoken");
        const std::string session = *cookie(response, "sessionid");
        return {
            "session of " + name,
            {{"Cookie", "sessionid=" + session + "; csrftoken=" + csrf}, {"X-CSRFToken", csrf}},
            name,
            session};
    }

    std::vector<Credential> credentials() {
        std::vector<Credential> all = {
            {"nothing", {}, {}, {}},
            {"a made-up session",
             {{"Cookie", "sessionid=abcdefghijklmnopqrstuvwxyz012345"}},
             {},
             {}},
            {"a made-up token", {{"Authorization", "Token " + std::string(40, 'f')}}, {}, {}},
            {"a wrong password", {{"Authorization", "Basic " + base64("ann:wrong")}}, {}, {}},
            {"an empty password", {{"Authorization", "Basic " + base64("ann:")}}, {}, {}},
            {"the token of an inactive user",
             {{"Authorization", "Token " + tokens.at("gone")}},
             {},
             {}}};
        Credential logged_out = log_in("ann");
        ask("GET", "/api-auth/logout/", logged_out.headers);
        logged_out.name = "a session after logout";
        // A signed cookie is the session: who kept a copy is in again, as Django says of it.
        if (std::string_view(GetParam().engine) != "signed_cookies") {
            logged_out.viewer.reset();
        }
        all.push_back(logged_out);
        Credential inactive = log_in("gone");
        test::run(
            given.connection(),
            "UPDATE auth_user SET is_active = ? WHERE username = 'gone'",
            {false}
        );
        inactive.name = "the session of an inactive user";
        inactive.viewer.reset();
        all.push_back(inactive);
        for (std::size_t i = 0; i < user_names.size(); ++i) {
            const std::string& name = user_names[i];
            const std::string& other = user_names[(i + 1) % user_names.size()];
            const std::pair<std::string, std::string> token = {
                "Authorization", "Token " + tokens.at(name)};
            const Credential session = log_in(name);
            sessions[name] = *session.session_key;
            all.push_back(session);
            all.push_back({"token of " + name, {token}, name, {}});
            all.push_back(
                {"password of " + name,
                 {{"Authorization", "Basic " + base64(name + ":the password of " + name)}},
                 name,
                 {}}
            );
            all.push_back(
                {"a made-up session and the token of " + name,
                 {{"Cookie", "sessionid=abcdefghijklmnopqrstuvwxyz012345"}, token},
                 name,
                 {}}
            );
            // Whose session it is decides, as the classes stand in that order.
            Credential both = log_in(other);
            both.name = "the session of " + other + " and the token of " + name;
            both.headers.push_back(token);
            all.push_back(both);
            // Without CSRF token the cookie alone changes nothing.
            Credential forged = log_in(name);
            forged.name = "the cookie of " + name + " without CSRF token";
            forged.headers.pop_back();
            all.push_back(forged);
        }
        return all;
    }

    /// Three messages for each user, the ids counting up from 100: unread without a session, read,
    /// and unread in a session that is nobody's here.
    void messages_as_at_first() {
        auto& connection = given.connection();
        test::run(connection, "DELETE FROM drf_messages_messagetag");
        test::run(connection, "DELETE FROM drf_messages_message");
        texts.clear();
        std::int64_t id = 100;
        for (const std::string& name : user_names) {
            for (const int kind : {0, 1, 2}) {
                const std::string text = "private-" + name + "-" + std::to_string(kind);
                texts[id] = {text, name, kind == 2};
                test::run(
                    connection,
                    "INSERT INTO drf_messages_message (id, view, message, level, read_at, created, "
                    "session_id, user_id, session_key) VALUES (?, '', ?, 20, ?, ?, NULL, ?, ?)",
                    {id,
                     std::string_view(text),
                     kind == 1 ? sql::Value(given.now) : sql::Value(),
                     given.now - std::chrono::seconds(id),
                     ids.at(name),
                     kind == 2 ? sql::Value(std::string_view("somebodys-other-session-0000000"))
                               : sql::Value()}
                );
                test::run(
                    connection,
                    "INSERT INTO drf_messages_messagetag (text, message_id) VALUES (?, ?)",
                    {std::string_view("private-tag"), id}
                );
                ++id;
            }
        }
    }

    struct Stored {
        std::string text;
        std::string owner;
        bool in_other_session = false;
    };

    bool may_see(const Credential& credential, const Stored& message) const {
        return credential.viewer == message.owner &&
               !(GetParam().use_sessions && message.in_other_session);
    }

    /// Everything that the credential must neither see nor change.
    std::vector<std::string> foreign_rows(const Credential& credential) {
        std::vector<std::string> foreign;
        for (const std::string& row : test::rows(
                 given.connection(),
                 "SELECT m.id, m.message, m.user_id, m.session_key, m.level, m.read_at, m.created,"
                 " t.text FROM drf_messages_message m LEFT JOIN drf_messages_messagetag t"
                 " ON t.message_id = m.id ORDER BY m.id, t.id",
                 8
             )) {
            if (!may_see(credential, texts.at(std::stoll(row)))) {
                foreign.push_back(row);
            }
        }
        return foreign;
    }

    /// The numbers behind a key of JSON: `"count":3`.
    static std::vector<std::int64_t> numbers_of(const std::string& body, std::string key) {
        key = '"' + key + "\":";
        std::vector<std::int64_t> numbers;
        for (auto at = body.find(key); at != std::string::npos; at = body.find(key, at + 1)) {
            std::int64_t number = -1;
            const char* begin = body.data() + at + key.size();
            if (std::from_chars(begin, body.data() + body.size(), number).ec == std::errc()) {
                numbers.push_back(number);
            }
        }
        return numbers;
    }

    /// One request, and that nothing foreign was seen, changed or counted.
    http::Response
    check(const Credential& credential, const std::string& method, const std::string& target) {
        SCOPED_TRACE(method + " " + target + " with " + credential.name);
        const auto before = foreign_rows(credential);
        const http::Response response = ask(method, target, credential.headers);
        EXPECT_LT(response.status, 500);
        EXPECT_EQ(foreign_rows(credential), before);
        std::int64_t own = 0;
        for (const auto& [id, message] : texts) {
            if (may_see(credential, message)) {
                ++own;
                continue;
            }
            EXPECT_EQ(response.body.find(message.text), std::string::npos);
            const auto shown = numbers_of(response.body, "id");
            EXPECT_EQ(std::count(shown.begin(), shown.end(), id), 0);
        }
        for (const char* key : {"count", "unread_count"}) {
            for (const std::int64_t counted : numbers_of(response.body, key)) {
                EXPECT_LE(counted, own);
            }
        }
        ++requests;
        return response;
    }

    test::Given given;
    std::map<std::string, std::int64_t> ids;
    std::map<std::string, std::string> tokens;
    std::map<std::string, std::string> sessions;
    std::map<std::int64_t, Stored> texts;
    std::optional<Site> site;
    std::optional<Endpoint> endpoint;
    int requests = 0;
};

/// `next` of a list, as a path.
std::optional<std::string> next_page(const std::string& body) {
    constexpr std::string_view key = "\"next\":\"http://testserver";
    const auto begin = body.find(key);
    if (begin == std::string::npos) {
        return std::nullopt;
    }
    const auto path = begin + key.size();
    return body.substr(path, body.find('"', path) - path);
}

TEST_P(CredentialsMatrix, NobodySeesChangesOrCountsWhatIsNotTheirs) {
    const std::vector<Credential> all = credentials();
    messages_as_at_first();
    std::vector<std::string> lists = {
        "/messages/",
        "/messages/?unread=true",
        "/messages/?unread=false",
        "/messages/?level=20",
        "/messages/?level__gte=10",
        "/messages/?search=private",
        "/messages/?ordering=message",
        "/messages/?ordering=-user",
        "/messages/?message=private-ann-0",
        "/messages/?user=" + std::to_string(ids.at("ann")),
        "/messages/?extra_tags=private-tag",
        "/messages/?created_after=2000-01-01",
        "/messages/?format=api",
        "/messages/.json",
        "/messages/peek/",
        "/messages/peek/?unread=true",
        "/m/Limits/?limit=100",
        "/m/Limits/?limit=1&offset=1",
        "/m/Limits/?offset=3",
        "/m/Pages/",
        "/m/Pages/?page=2",
        "/m/Pages/?page=last",
        "/m/Cursors/",
        "/m/Cursors/?search=private",
        "/m/Cursors/peek/"};
    for (const Credential& credential : all) {
        if (credential.viewer) {
            if (const auto cursor = next_page(ask("GET", "/m/Cursors/", credential.headers).body)) {
                lists.push_back(*cursor);
            }
        }
    }
    std::sort(lists.begin(), lists.end());
    lists.erase(std::unique(lists.begin(), lists.end()), lists.end());
    ASSERT_GE(lists.size(), 26U) << "the pages of other users are among them";

    for (const Credential& credential : all) {
        messages_as_at_first();
        for (const auto& [id, message] : texts) {
            const bool foreign = !may_see(credential, message);
            for (const std::string base : {"/messages/", "/m/Cursors/"}) {
                const std::string target = base + std::to_string(id) + "/";
                for (const char* method :
                     {"HEAD", "OPTIONS", "GET", "PUT", "PATCH", "POST", "DELETE"}) {
                    const auto response = check(credential, method, target);
                    if (foreign && std::string_view(method) != "OPTIONS") {
                        EXPECT_GE(response.status, 400) << method << target << credential.name;
                    }
                }
                check(credential, "GET", target + "?format=api");
                check(credential, "DELETE", target + "?unread=true");
            }
        }
        messages_as_at_first();
        // That it is all about something: who is let in does see what is theirs.
        const auto shown = check(credential, "GET", "/messages/");
        for (const auto& [id, message] : texts) {
            if (may_see(credential, message)) {
                EXPECT_NE(shown.body.find(message.text), std::string::npos)
                    << credential.name << ": " << shown.body;
            }
        }
        for (const std::string& list : lists) {
            for (const char* method : {"GET", "HEAD", "OPTIONS", "POST", "DELETE"}) {
                check(credential, method, list);
            }
        }
    }
    EXPECT_GT(requests, 4000);
}

INSTANTIATE_TEST_SUITE_P(
    Sessions,
    CredentialsMatrix,
    testing::Values(
        Variant{"Db", "db", false, false},
        Variant{"DbBySession", "db", true, false},
        Variant{"DbDeletingWhatIsRead", "db", false, true},
        Variant{"DbBySessionDeletingWhatIsRead", "db", true, true},
        Variant{"File", "file", true, false},
        Variant{"Cache", "cache", true, false},
        Variant{"CachedDb", "cached_db", true, false},
        Variant{"SignedCookies", "signed_cookies", true, false}
    ),
    [](const auto& variant) { return std::string(variant.param.name); }
);

} // namespace
} // namespace drf_messages
