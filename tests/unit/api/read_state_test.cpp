// SPDX-License-Identifier: MIT
#include "support/logged_in.hpp"
#include "unit/api/feed_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ReadState : public test::FeedSite {
protected:
    /// Without the feed's extensions, unless a test asks for them.
    ReadState() { site.settings.messages_extensions = {.read_state = true}; }

    void follow() { site.settings.messages_extensions.sync = true; }

    http::Response post(std::string target, std::string body = {}, std::string type = json) {
        auto wire = request(
            "POST",
            std::move(target),
            {{"Authorization", "Token " + token}, {"Content-Type", std::move(type)}}
        );
        wire.body = std::move(body);
        wire.headers.add("Content-Length", std::to_string(wire.body.size()));
        return answer(wire);
    }
    http::Response form(std::string target, std::string body) {
        return post(std::move(target), std::move(body), "application/x-www-form-urlencoded");
    }

    /// The ids of unread messages, those of others among them.
    std::vector<std::string> unread() {
        return test::rows(
            given.connection(),
            "SELECT id FROM drf_messages_message WHERE read_at IS NULL ORDER BY id",
            1
        );
    }
    std::vector<std::string> all() {
        return test::rows(given.connection(), "SELECT id FROM drf_messages_message ORDER BY id", 1);
    }

    /// 1 to 3 of ann, the second read; 4 is bob's.
    void some_messages() {
        given.message(ann, "one").level(20).view("api:upload");
        given.message(ann, "two").level(30).read();
        given.message(ann, "three").level(40).tag("upload");
        given.message(bob, "four").level(50);
    }

    static constexpr const char* json = "application/json";
    UserId bob = given.user("bob");
};

TEST_F(ReadState, OfOneMessage) {
    some_messages();
    EXPECT_EQ(
        post("/messages/3/read/").body,
        R"({"changed":1,"ids":[3],"count":1,"max_level":20,"max_level_tag":"info","state":null})"
    );
    EXPECT_EQ(
        post("/messages/3/read/").body,
        R"({"changed":0,"ids":[],"count":1,"max_level":20,"max_level_tag":"info","state":null})"
    );
    EXPECT_EQ(
        post("/messages/3/unread/").body,
        R"({"changed":1,"ids":[3],"count":2,"max_level":40,"max_level_tag":"error","state":null})"
    );
    EXPECT_THAT(unread(), ElementsAre("1", "3", "4"));
    for (const std::string id : {"4", "99", "x", "99999999999999999999", "0", "-1"}) {
        EXPECT_EQ(post("/messages/" + id + "/read/").status, 404) << id;
        EXPECT_EQ(post("/messages/" + id + "/unread/").status, 404) << id;
    }
    EXPECT_EQ(post("/messages/3/read/?level=20").status, 404);
    EXPECT_THAT(unread(), ElementsAre("1", "3", "4"));
    EXPECT_EQ(get("/messages/3/read/").status, 405);
    EXPECT_EQ(header(get("/messages/3/read/"), "Allow"), "POST, OPTIONS");
}

TEST_F(ReadState, OfManyMessagesAndBack) {
    some_messages();
    const auto marked = post("/messages/read/", R"({"ids":[1,2,3,4,99]})");
    EXPECT_EQ(
        marked.body,
        R"({"changed":2,"ids":[1,3],"count":0,"max_level":null,"max_level_tag":"","state":null})"
    );
    EXPECT_THAT(unread(), ElementsAre("4"));
    post("/messages/unread/", R"({"ids":[1,3]})");
    EXPECT_THAT(unread(), ElementsAre("1", "3", "4"));
    EXPECT_THAT(post("/messages/read/", R"({"all":true})").body, HasSubstr(R"("ids":[1,3])"));
    EXPECT_THAT(post("/messages/unread/", R"({"all":true})").body, HasSubstr(R"("ids":[1,2,3])"));
}

TEST_F(ReadState, OfWhatTheFiltersSelect) {
    some_messages();
    EXPECT_THAT(
        post("/messages/read/?extra_tags=upload", R"({"all":true})").body, HasSubstr(R"("ids":[3])")
    );
    EXPECT_THAT(
        post("/messages/read/?view=api:upload", R"({"ids":[1,3]})").body, HasSubstr(R"("ids":[1])")
    );
    EXPECT_EQ(post("/messages/read/?level=x", R"({"all":true})").status, 400);
    EXPECT_EQ(get("/messages/counts/?level=x").status, 400);
}

TEST_F(ReadState, IsCountedByLevel) {
    some_messages();
    given.message(ann, "five").level(40);
    EXPECT_EQ(
        get("/messages/counts/").body,
        R"({"count":3,"max_level":40,"max_level_tag":"error","levels":[)"
        R"({"level":20,"level_tag":"info","count":1},{"level":40,"level_tag":"error","count":2}],)"
        R"("state":null})"
    );
    EXPECT_EQ(
        get("/messages/counts/?extra_tags=upload").body,
        R"({"count":1,"max_level":40,"max_level_tag":"error","levels":[)"
        R"({"level":40,"level_tag":"error","count":1}],"state":null})"
    );
    EXPECT_EQ(
        get("/messages/counts/?level=10").body,
        R"({"count":0,"max_level":null,"max_level_tag":"","levels":[],"state":null})"
    );
}

TEST_F(ReadState, RefusesABodyThatSaysNothingOrTooMuch) {
    some_messages();
    const std::string one =
        R"({"non_field_errors":["Say one of ids, up_to and all, and nothing else."]})";
    std::string many = "1";
    for (int id = 2; id <= 501; ++id) {
        many += "," + std::to_string(id);
    }
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"", one},
        {"{}", one},
        {R"({"ids":[1],"all":true})", one},
        {R"({"ids":[1],"up_to":null})", one},
        {R"({"ids":[1],"level":20})", one},
        {R"({"id":1})", one},
        {R"([1])",
         R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})"},
        {"null", R"({"non_field_errors":["No data provided"]})"},
        {"\"all\"",
         R"({"non_field_errors":["Invalid data. Expected a dictionary, but got str."]})"},
        {R"({"ids":[]})", R"({"ids":["This list may not be empty."]})"},
        {R"({"ids":null})", R"({"ids":["This field may not be null."]})"},
        {R"({"ids":1})", R"({"ids":["Expected a list of items but got type \"int\"."]})"},
        {R"({"ids":{"1":1}})", R"({"ids":["Expected a list of items but got type \"dict\"."]})"},
        {R"({"ids":[1,true]})", R"({"ids":{"1":["A valid integer is required."]}})"},
        {R"({"ids":[1,"x",null]})",
         R"({"ids":{"1":["A valid integer is required."],"2":["This field may not be null."]}})"},
        {R"({"ids":["1"]})", R"({"ids":{"0":["A valid integer is required."]}})"},
        {R"({"all":1})", R"({"all":["Must be a valid boolean."]})"},
        {R"({"all":"true"})", R"({"all":["Must be a valid boolean."]})"},
        {R"({"ids":[[1]]})", R"({"ids":{"0":["A valid integer is required."]}})"},
        {R"({"ids":[1.5]})", R"({"ids":{"0":["A valid integer is required."]}})"},
        {R"({"ids":[0]})", R"({"ids":{"0":["Ensure this value is greater than or equal to 1."]}})"},
        {R"({"ids":[99999999999999999999]})",
         R"({"ids":{"0":["Ensure this value is less than or equal to 9223372036854775807."]}})"},
        {R"({"ids":[3,1,3]})", R"({"ids":["No id may come twice."]})"},
        {"{\"ids\":[" + many + "]}",
         R"({"ids":["Ensure this field has no more than 500 elements."]})"},
        {R"({"all":false})", R"({"all":["Must be true."]})"},
        {R"({"all":"x"})", R"({"all":["Must be a valid boolean."]})"},
        {R"({"all":[true]})", R"({"all":["Must be a valid boolean."]})"},
        {R"({"all":null})", R"({"all":["This field may not be null."]})"},
        {R"({"up_to":7})", R"({"up_to":["Not a valid state."]})"},
        {R"({"up_to":"yesterday"})", R"({"up_to":["Not a valid state."]})"},
        {R"({"up_to":""})", R"({"up_to":["This field may not be blank."]})"},
        {R"({"up_to":"k3x9ab-7"})", R"({"up_to":["There is no feed of changes."]})"},
    };
    for (const std::string path : {"/messages/read/", "/messages/unread/"}) {
        for (const auto& [body, text] : rows) {
            const auto response = post(path, body);
            EXPECT_EQ(response.status, 400) << body;
            EXPECT_EQ(response.body, text) << body;
        }
        for (const std::string& body :
             {std::string("{\"ids\":[NaN]}"),
              std::string("{\"ids\":"),
              std::string("all"),
              std::string(100'000, '[')}) {
            const auto response = post(path, body);
            EXPECT_EQ(response.status, 400) << body.substr(0, 20);
            EXPECT_THAT(response.body, HasSubstr("JSON parse error")) << body.substr(0, 20);
        }
        EXPECT_EQ(post(path, "x", "text/plain").status, 415);
    }
    EXPECT_THAT(unread(), ElementsAre("1", "3", "4"));
}

TEST_F(ReadState, IsChangedByFormsToo) {
    some_messages();
    EXPECT_THAT(
        form("/messages/read/", "ids=1&ids=3&csrfmiddlewaretoken=x").body,
        HasSubstr(R"("ids":[1,3])")
    );
    EXPECT_THAT(form("/messages/unread/", "all=true").body, HasSubstr(R"("ids":[1,2,3])"));
    EXPECT_EQ(
        form("/messages/read/", "ids=x").body, R"({"ids":{"0":["A valid integer is required."]}})"
    );
    EXPECT_EQ(form("/messages/read/", "all=true&ids=1").status, 400);
    const std::string part = "--b\r\nContent-Disposition: form-data; name=\"ids\"\r\n\r\n";
    EXPECT_THAT(
        post(
            "/messages/read/",
            part + "1\r\n" + part + "2\r\n--b--\r\n",
            "multipart/form-data; boundary=b"
        )
            .body,
        HasSubstr(R"("ids":[1,2])")
    );
    const std::string file =
        "--b\r\nContent-Disposition: form-data; name=\"ids\"; filename=\"f\"\r\n\r\n1\r\n--b--\r\n";
    EXPECT_EQ(post("/messages/read/", file, "multipart/form-data; boundary=b").status, 400);
}

TEST_F(ReadState, UpToAStateSparesWhatHasComeSince) {
    follow();
    some_messages();
    number();
    const auto seen = state();
    given.message(ann, "came later");
    number();
    given.message(ann, "came later, and has no position yet");
    const auto marked = post("/messages/read/", "{\"up_to\":\"" + seen + "\"}");
    EXPECT_THAT(marked.body, HasSubstr(R"("changed":2,"ids":[1,3],"count":2)"));
    EXPECT_THAT(unread(), ElementsAre("4", "5", "6"));
    EXPECT_THAT(marked.body, HasSubstr("\"state\":\"" + seen.substr(0, seen.find('-'))));
    EXPECT_THAT(
        post("/messages/unread/?level=40", "{\"up_to\":\"" + seen + "\"}").body,
        HasSubstr(R"("ids":[3])")
    );
}

TEST_F(ReadState, UpToAStateThatTheFeedDoesNotKnowIsGone) {
    follow();
    some_messages();
    number();
    const auto now = state();
    const auto epoch = now.substr(0, now.find('-') + 1);
    for (const std::string& unknown : {std::string("zzzz-1"), epoch + "999999"}) {
        const auto response = post("/messages/read/", "{\"up_to\":\"" + unknown + "\"}");
        EXPECT_EQ(response.status, 410) << unknown;
        EXPECT_EQ(
            response.body,
            R"({"detail":"What has happened since that state is not known any more.",)"
            R"("code":"state_expired","state":")" +
                now + "\"}"
        );
    }
    EXPECT_THAT(unread(), ElementsAre("1", "3", "4"));
}

TEST_F(ReadState, CanOnlyBeUndoneWithTheNewestOfManyIds) {
    for (int i = 0; i < 1203; ++i) {
        given.message(ann, "many");
    }
    const auto marked = post("/messages/read/", R"({"all":true})").body;
    EXPECT_THAT(marked, HasSubstr(R"({"changed":1203,"ids":[704,705,)"));
    EXPECT_THAT(unread(), IsEmpty());
    const auto ids = marked.substr(0, marked.find(']') + 1);
    post("/messages/unread/", "{" + ids.substr(ids.find("\"ids\"")) + "}");
    EXPECT_EQ(unread().size(), 500u);
}

TEST_F(ReadState, OfNobodyIsNothing) {
    some_messages();
    token = "wrong";
    EXPECT_EQ(post("/messages/read/", R"({"all":true})").status, 401);
    const auto anonymous = [this](std::string method, std::string target, std::string body) {
        auto wire = request(std::move(method), std::move(target), {{"Content-Type", json}});
        wire.headers.add("Content-Length", std::to_string(body.size()));
        wire.body = std::move(body);
        return answer(wire);
    };
    EXPECT_EQ(
        anonymous("POST", "/messages/read/", R"({"all":true})").body,
        R"({"changed":0,"ids":[],"count":0,"max_level":null,"max_level_tag":"","state":null})"
    );
    EXPECT_EQ(anonymous("POST", "/messages/1/read/", "").status, 404);
    EXPECT_EQ(
        anonymous("GET", "/messages/counts/", "").body,
        R"({"count":0,"max_level":null,"max_level_tag":"","levels":[],"state":null})"
    );
    EXPECT_THAT(unread(), ElementsAre("1", "3", "4"));
}

TEST_F(ReadState, DeletesWhatIsReadWhereTheSettingsSaySo) {
    site.settings.messages_delete_read = true;
    some_messages();
    EXPECT_THAT(post("/messages/read/", R"({"ids":[3]})").body, HasSubstr(R"("ids":[3])"));
    EXPECT_THAT(all(), ElementsAre("1", "4"));
    EXPECT_EQ(post("/messages/3/unread/").status, 404);
    EXPECT_THAT(post("/messages/unread/", R"({"all":true})").body, HasSubstr(R"("changed":0)"));
    EXPECT_THAT(all(), ElementsAre("1", "4"));
}

TEST_F(ReadState, StaysAsItIsInAListThatIsOnlyLookedAt) {
    some_messages();
    get("/messages/?mark=false");
    get("/messages/1/?mark=False");
    get("/messages/", {{"Sec-Purpose", "prefetch"}});
    get("/messages/", {{"Sec-Purpose", "prefetch;prerender"}});
    get("/messages/1/", {{"Sec-Purpose", "prefetch"}});
    EXPECT_THAT(unread(), ElementsAre("1", "3", "4"));
    EXPECT_EQ(get("/messages/?mark=perhaps").body, R"({"mark":["Must be a valid boolean."]})");
    site.settings.messages_mark_on_list = false;
    get("/messages/");
    EXPECT_THAT(unread(), ElementsAre("1", "3", "4"));
    get("/messages/1/");
    EXPECT_THAT(unread(), ElementsAre("3", "4"));
    get("/messages/?mark=true");
    EXPECT_THAT(unread(), ElementsAre("4"));
}

TEST_F(ReadState, IsNotThereWithoutItsExtension) {
    site.settings.messages_extensions = {};
    some_messages();
    for (const std::string path : {"counts", "read", "unread"}) {
        EXPECT_EQ(get("/messages/" + path + "/").body, get("/messages/none/").body) << path;
        EXPECT_EQ(post("/messages/" + path + "/").status, post("/messages/none/").status) << path;
        EXPECT_EQ(post("/messages/1/" + path + "/").status, 404) << path;
    }
    get("/messages/?mark=false", {{"Sec-Purpose", "prefetch"}});
    EXPECT_THAT(unread(), ElementsAre("4"));
}

TEST_F(ReadState, NeedsThePermissionsOfTheList) {
    some_messages();
    site.settings.rest_framework.default_permission_classes = {
        "rest_framework.permissions.DjangoModelPermissions"};
    EXPECT_EQ(post("/messages/read/", R"({"ids":[1]})").status, 200);
    EXPECT_EQ(post("/messages/3/read/").status, 200);
    site.settings.rest_framework.default_permission_classes = {
        "rest_framework.permissions.IsAdminUser"};
    EXPECT_EQ(post("/messages/unread/", R"({"all":true})").status, 403);
    site.settings.rest_framework.default_permission_classes = {"site.Readers"};
    site.settings.classes["site.Readers"] = {
        "rest_framework.permissions.DjangoModelPermissions",
        {{"perms_map",
          {SettingValue::Table{
              {"GET", {SettingValue::Array{{std::string("drf_messages.view_message")}}}}}}}}};
    EXPECT_EQ(post("/messages/unread/", R"({"all":true})").status, 403);
    EXPECT_THAT(unread(), ElementsAre("4"));
}

TEST_F(ReadState, NeedsTheCsrfTokenOfASession) {
    some_messages();
    site.settings.rest_framework.default_authentication_classes = {
        "rest_framework.authentication.SessionAuthentication"};
    const auto session = test::logged_in(given, ann, site.settings.secret_key);
    const std::string csrf(32, 'a');
    const auto by_session = [&](bool with_token) {
        auto wire = request(
            "POST",
            "/messages/read/",
            {{"Cookie", "sessionid=" + session + "; csrftoken=" + csrf}, {"Content-Type", json}}
        );
        if (with_token) {
            wire.headers.add("X-CSRFToken", csrf);
        }
        wire.body = R"({"all":true})";
        wire.headers.add("Content-Length", std::to_string(wire.body.size()));
        return answer(wire);
    };
    EXPECT_EQ(by_session(false).status, 403);
    EXPECT_THAT(unread(), ElementsAre("1", "3", "4"));
    EXPECT_EQ(by_session(true).status, 200);
    EXPECT_THAT(unread(), ElementsAre("4"));
}

TEST_F(ReadState, IsThatOfTheSessionAlone) {
    site.settings.messages_use_sessions = true;
    given.message(ann, "of no session");
    given.message(ann, "of another").session("other");
    EXPECT_THAT(
        post("/messages/read/", R"({"ids":[1,2]})").body, HasSubstr(R"("changed":1,"ids":[1])")
    );
    EXPECT_EQ(post("/messages/2/read/").status, 404);
    EXPECT_THAT(unread(), ElementsAre("2"));
}

TEST_F(ReadState, TellsOptionsWhatItTakes) {
    auto wire = request("OPTIONS", "/messages/read/", {{"Authorization", "Token " + token}});
    const auto response = answer(wire);
    EXPECT_EQ(response.status, 200);
    EXPECT_THAT(response.body, HasSubstr(R"("name":"Mark read")"));
    EXPECT_THAT(response.body, HasSubstr(R"("actions":{"POST":{"ids":{"type":"list")"));
    EXPECT_THAT(response.body, HasSubstr(R"("all":{"type":"boolean")"));
}

TEST_F(ReadState, ShowsIdsAsTextsWhereMessagesDo) {
    some_messages();
    site.settings.rest_framework.coerce_bigint_to_string = true;
    site.settings.rest_framework_version = "3.18";
    site.differences = model::differences_of(site.settings);
    EXPECT_THAT(
        post("/messages/read/", R"({"ids":["1","3"]})").body, HasSubstr(R"("ids":["1","3"])")
    );
}

} // namespace
} // namespace drf_messages::api
