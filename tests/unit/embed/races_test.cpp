// SPDX-License-Identifier: MIT
// Another writer comes in between our own statements, at each moment where the clock is asked for:
// the situations of tests/contract/races.json, in which the original loses or deletes what nobody
// saw, and the same through the interface of an application.
#include "recorded_tables.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/errors.hpp>
#include <drf_messages/field.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/messages.hpp>
#include <drf_messages/request.hpp>
#include <drf_messages/site.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

namespace json = boost::json;
using test::find;
using test::Given;
using test::string_of;

const UserId alice{std::int64_t{1}};

const json::object& recorded() {
    static const json::object content = test::recording("races.json");
    return content;
}

/// Recorded tables, a site on them, and a writer that comes once, when the site asks for the time
/// for the given time.
class Scene {
public:
    using Writer = std::function<void(Scene&)>;

    Scene(int moment, Writer writer, const json::object& changed = {})
        : moment_(moment), writer_(std::move(writer)) {
        given.now += std::chrono::hours(24 * 365);
        test::load_tables(given.connection(), recorded().at("fixture").as_object());
        const auto& base = recorded().at("base_settings").as_object();
        settings.secret_key = string_of(base.at("SECRET_KEY"));
        settings.allowed_hosts = {"testserver"};
        settings.database = given.database_settings();
        auto& rest = settings.rest_framework;
        rest.default_authentication_classes = {
            "rest_framework.authentication.SessionAuthentication",
            "rest_framework.authentication.TokenAuthentication"};
        rest.default_filter_backends = {
            "django_filters.rest_framework.DjangoFilterBackend",
            "rest_framework.filters.SearchFilter",
            "rest_framework.filters.OrderingFilter"};
        settings.messages_delete_read = changed.contains("MESSAGES_DELETE_READ");
        if (const auto* framework = find(changed, "REST_FRAMEWORK")) {
            rest.default_pagination_class = string_of(framework->at("DEFAULT_PAGINATION_CLASS"));
            rest.page_size = framework->at("PAGE_SIZE").as_int64();
        }
        SiteOptions options;
        options.clock = [this] {
            if (armed && ++asked_ == moment_) {
                wrote = true;
                writer_(*this);
            }
            return given.now;
        };
        site = std::make_unique<Site>(settings, std::move(options));
    }

    /// Message 100 of alice, newer than all others.
    void leave_a_message() {
        test::run(
            given.connection(),
            "INSERT INTO drf_messages_message (id, view, message, level, read_at, created,"
            " session_id, user_id, session_key)"
            " VALUES (100, '', 'arrived in between', 20, NULL, ?, NULL, 1, NULL)",
            {given.now}
        );
    }
    void remove_message(std::int64_t id) {
        test::run(
            given.connection(), "DELETE FROM drf_messages_messagetag WHERE message_id = ?", {id}
        );
        test::run(given.connection(), "DELETE FROM drf_messages_message WHERE id = ?", {id});
    }

    /// alice's messages that are there, and whether they are read.
    std::map<std::int64_t, bool> read() {
        std::map<std::int64_t, bool> messages;
        for (const Message& message : MessageManager(*site).all().filter(field::user == alice)) {
            messages[message.id.value] = message.read_at.has_value();
        }
        return messages;
    }

    Given given;
    Settings settings;
    std::unique_ptr<Site> site;
    bool armed = true; ///< whether the writer may come
    bool wrote = false;

private:
    int moment_;
    int asked_ = 0;
    Writer writer_;
};

/// Plays a scene with the writer at the first moment, the second, and so on until it does not come.
void at_each_moment(
    const Scene::Writer& writer,
    const json::object& changed,
    const std::function<void(Scene&)>& play
) {
    for (int moment = 1;; ++moment) {
        SCOPED_TRACE("moment " + std::to_string(moment));
        Scene scene(moment, writer, changed);
        play(scene);
        if (!scene.wrote) {
            EXPECT_GT(moment, 1) << "nobody asked for the time";
            return;
        }
        ASSERT_LT(moment, 50);
    }
}

const json::object& case_of(std::string_view name) {
    for (const json::value& value : recorded().at("cases").as_array()) {
        if (string_of(value.at("name")) == name) {
            return value.as_object();
        }
    }
    throw std::runtime_error("no such case: " + std::string(name));
}

http::Response answer(Scene& scene, const json::object& asked) {
    http::Request request;
    request.method = string_of(asked.at("method"));
    request.target = string_of(asked.at("path"));
    request.headers.set("Host", "testserver");
    if (asked.at("auth") == "session") {
        request.headers.set("Cookie", "sessionid=alicesessionkey00000000000000001");
    } else {
        request.headers.set("Authorization", "Token 456789abcdef0123456789abcdef012345678901");
    }
    Endpoint endpoint(*scene.site);
    return endpoint(request);
}

std::set<std::int64_t> ids_of(const http::Response& response) {
    const json::value body = json::parse(response.body);
    const json::array& list = body.is_array() ? body.as_array() : body.at("results").as_array();
    std::set<std::int64_t> ids;
    for (const json::value& message : list) {
        ids.insert(message.at("id").as_int64());
    }
    return ids;
}

class ListRace : public testing::TestWithParam<const char*> {};

TEST_P(ListRace, MarksOrDeletesExactlyWhatTheAnswerShows) {
    const json::object& recording = case_of(GetParam());
    const json::object& settings = recording.at("settings").as_object();
    at_each_moment(&Scene::leave_a_message, settings, [&](Scene& scene) {
        std::map<std::int64_t, bool> expected = scene.read();
        const http::Response response = answer(scene, recording.at("request").as_object());
        scene.armed = false;
        ASSERT_EQ(response.status, 200);
        const std::set<std::int64_t> shown = ids_of(response);
        EXPECT_FALSE(shown.empty());
        if (scene.wrote) {
            expected[100] = false;
        }
        for (const std::int64_t id : shown) {
            expected.at(id) = true;
        }
        if (scene.settings.messages_delete_read) {
            std::erase_if(expected, [](const auto& message) { return message.second; });
        }
        EXPECT_EQ(scene.read(), expected);
    });
}

INSTANTIATE_TEST_SUITE_P(
    Recorded,
    ListRace,
    testing::Values(
        "list-new-message-between-answer-and-update",
        "list-unread-new-message-between",
        "list-delete-read-new-message-between",
        "list-paginated-new-message-between"
    ),
    [](const auto& instance) {
        std::string name = instance.param;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    }
);

TEST(DetailRace, BringsNoDeletedMessageBack) {
    const json::object& recording = case_of("detail-row-deleted-before-save");
    const auto remove = [](Scene& scene) { scene.remove_message(1); };
    at_each_moment(remove, {}, [&](Scene& scene) {
        const http::Response response = answer(scene, recording.at("request").as_object());
        scene.armed = false;
        EXPECT_TRUE(response.status == 200 || (scene.wrote && response.status == 404));
        EXPECT_EQ(scene.read().contains(1), !scene.wrote);
    });
}

TEST(DetailRace, FindsAMessageOnceSoThatItIsNotLostOnTheWay) {
    // The original asks twice, and answers 404 although it had read the message.
    const json::object& recording = case_of("detail-row-deleted-between-the-two-reads");
    std::set<int> statuses;
    const auto remove = [](Scene& scene) { scene.remove_message(1); };
    at_each_moment(remove, {}, [&](Scene& scene) {
        const http::Response response = answer(scene, recording.at("request").as_object());
        scene.armed = false;
        statuses.insert(response.status);
        if (response.status == 200) {
            EXPECT_EQ(json::parse(response.body).at("message"), "Hello world!");
        }
    });
    EXPECT_TRUE(statuses.contains(200));
}

TEST(DetailRace, KeepsWhatAnotherWroteToTheSameMessage) {
    const json::object& recording = case_of("detail-text-changed-before-save");
    const auto edit = [](Scene& scene) {
        test::run(
            scene.given.connection(),
            "UPDATE drf_messages_message SET message = 'edited' WHERE id = 1"
        );
    };
    at_each_moment(edit, {}, [&](Scene& scene) {
        EXPECT_EQ(answer(scene, recording.at("request").as_object()).status, 200);
        scene.armed = false;
        const Message message = MessageManager(*scene.site).all().get(MessageId{1}).value();
        EXPECT_EQ(message.message, scene.wrote ? "edited" : "Hello world!");
        EXPECT_TRUE(message.read_at);
    });
}

TEST(DeleteRace, DeletesNoMessageThatWasMarkedUnreadMeanwhile) {
    // Nobody asks for the time here: the writer has begun before, and ends while the request waits.
    const json::object& asked =
        case_of("delete-row-marked-unread-before-delete").at("request").as_object();
    Scene scene(0, {});
    sql::ScopedTransaction writer(scene.given.connection());
    test::run(
        scene.given.connection(), "UPDATE drf_messages_message SET read_at = NULL WHERE id = 5"
    );
    auto response = std::async(std::launch::async, [&] { return answer(scene, asked); });
    EXPECT_EQ(response.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
    writer.commit();
    EXPECT_EQ(response.get().status, 403);
    EXPECT_FALSE(scene.read().at(5));
}

/// What an application calls, and the ids of the messages that it was shown.
using Call = std::vector<DjangoMessage> (*)(MessageStorage&);

std::vector<DjangoMessage> iterate(MessageStorage& storage) {
    std::vector<DjangoMessage> shown;
    for (const DjangoMessage& message : storage) {
        shown.push_back(message);
    }
    return shown;
}
std::vector<DjangoMessage> first_two(MessageStorage& storage) {
    return storage.slice(0, 2);
}
std::vector<DjangoMessage> every_second(MessageStorage& storage) {
    return storage.slice(std::nullopt, std::nullopt, 2);
}
std::vector<DjangoMessage> newest(MessageStorage& storage) {
    return {storage[0]};
}
std::vector<DjangoMessage> joined(MessageStorage& storage) {
    const std::string text = storage.str();
    std::vector<DjangoMessage> shown;
    for (const char* part :
         {"Hello world!", "Upload failed", "trace", "Unknown level", "arrived"}) {
        if (text.find(part) != std::string::npos) {
            shown.push_back({0, part, {}});
        }
    }
    return shown;
}

TEST(StorageRace, MarksExactlyWhatItShowed) {
    for (const Call call : {iterate, first_two, every_second, newest, joined}) {
        at_each_moment(&Scene::leave_a_message, {}, [&](Scene& scene) {
            Request request(*scene.site, {.user = alice});
            MessageStorage storage = messages::get_messages(request);
            const std::size_t before = storage.size();
            const std::vector<DjangoMessage> shown = call(storage);
            scene.armed = false;
            EXPECT_FALSE(shown.empty());
            const std::string left = storage.repr();
            for (const DjangoMessage& message : shown) {
                EXPECT_EQ(left.find(message.message), std::string::npos) << message;
            }
            EXPECT_EQ(storage.size(), before - shown.size() + (scene.wrote ? 1 : 0));
        });
    }
}

TEST(StorageRace, ShowsAMessageThatCameDuringAnIterationTheNextTime) {
    Scene scene(0, {});
    Request request(*scene.site, {.user = alice});
    MessageStorage storage = messages::get_messages(request);
    std::vector<std::string> shown;
    for (const DjangoMessage& message : storage) {
        if (shown.empty()) {
            messages::info(request, "added meanwhile");
        }
        shown.push_back(message.message);
    }
    EXPECT_EQ(shown.size(), 4U);
    EXPECT_EQ(storage.repr(), "added meanwhile");
}

TEST(MessageRace, OfAMessageInHandLeavesTheWorkOfOthersAlone) {
    Scene scene(0, {});
    Request request(*scene.site, {.user = alice});
    MessageQuerySet set = messages::get_messages(request).get_queryset();
    Message edited = set.get(MessageId{1}).value();
    Message deleted = set.get(MessageId{3}).value();
    test::run(
        scene.given.connection(), "UPDATE drf_messages_message SET message = 'edited' WHERE id = 1"
    );
    scene.remove_message(3);
    EXPECT_TRUE(edited.mark_read());
    EXPECT_FALSE(deleted.mark_read());
    EXPECT_THROW(deleted.add_tag("late"), Refused);
    EXPECT_EQ(set.get(MessageId{1})->message, "edited");
    EXPECT_FALSE(set.get(MessageId{3}));
    EXPECT_EQ(
        test::number(
            scene.given.connection(),
            "SELECT COUNT(*) FROM drf_messages_messagetag WHERE message_id = 3"
        ),
        0
    );
}

} // namespace
} // namespace drf_messages
