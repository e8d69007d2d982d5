// SPDX-License-Identifier: MIT
#include "accounts/session.hpp"
#include "django/pickle.hpp"
#include "django/python_json.hpp"
#include "session_vectors.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>

namespace drf_messages::accounts {
namespace {

using std::chrono::seconds;

Timestamp unix_time(const boost::json::value& number) {
    return Timestamp(seconds(number.to_number<std::int64_t>()));
}

ConnectionSource connection_of(VectorStores& stores) {
    return [&stores]() -> sql::Connection& { return stores.given.connection(); };
}

Session session_of(VectorStores& stores) {
    return Session(
        *stores.engine,
        stores.settings,
        stores.given.clock(),
        crypto::system_random_bytes,
        connection_of(stores),
        text_of(stores.vector, "session_key")
    );
}

/// What a session holds, byte for byte as text; looking at it loads the session.
std::string content_of(VectorStores& stores, Session& session) {
    session.find("anything");
    if (!session.session_key()) {
        return "{}";
    }
    const auto loaded = stores.engine->load(connection_of(stores), *session.session_key());
    return loaded ? boost::json::serialize(loaded->data.read()) : "{}";
}

bool is_kept(const boost::json::value& vector, const Session& session) {
    return session.session_key() == text_of(vector, "session_key");
}

std::string entry_text(const boost::json::value& entry) {
    const std::string store = text_of(entry, "store");
    return text_of(
        entry,
        store == "table django_session" ? "session_data"
        : store == "file"               ? "value"
                                        : "value_base64"
    );
}

/// One of several values of a session, shared in the pickle that Python wrote: what Python reads is
/// the same, the bytes are not.
bool shares_an_object(const boost::json::value& vector) {
    const std::string name = text_of(vector, "name");
    return name.find("with-extras") != std::string::npos;
}

std::int64_t wanted_ttl(const boost::json::value& entry) {
    const auto* ttl = entry.as_object().if_contains("ttl");
    return ttl == nullptr ? 0 : ttl->to_number<std::int64_t>();
}

} // namespace

TEST(SessionVectors, WhatDjangoStoredIsReadByTheEngine) {
    std::set<std::string> engines;
    for (const boost::json::value& vector : session_vectors().at("written").as_array()) {
        SCOPED_TRACE(text_of(vector, "name"));
        VectorStores stores(vector);
        stores.given.now = unix_time(session_vectors().at("signed_at_unix"));
        stores.fill();
        Session session = session_of(stores);
        EXPECT_EQ(content_of(stores, session), boost::json::serialize(vector.at("decoded")));
        EXPECT_TRUE(is_kept(vector, session));
        EXPECT_FALSE(session.modified());
        engines.insert(stores.settings.session_engine);
    }
    EXPECT_EQ(engines.size(), 6U);
}

TEST(SessionVectors, WhatTheEngineStoresIsWhatDjangoStores) {
    int compared = 0;
    for (const boost::json::value& vector : session_vectors().at("written").as_array()) {
        const auto& given = vector.at("settings").as_object();
        if (given.contains("DEFAULT_HASHING_ALGORITHM")) {
            continue;
        }
        SCOPED_TRACE(text_of(vector, "name"));
        VectorStores stores(vector);
        stores.given.now = unix_time(session_vectors().at("signed_at_unix"));
        const boost::json::object& decoded = vector.at("decoded").as_object();
        const auto* asked = decoded.if_contains("_session_expiry");
        const seconds age =
            asked == nullptr ? stores.settings.session_cookie_age : seconds(asked->as_int64());
        const auto saved = stores.engine->save(
            connection_of(stores),
            text_of(vector, "session_key"),
            decoded,
            {age, stores.given.now + age},
            true
        );
        EXPECT_EQ(saved, text_of(vector, "cookie_value"));
        for (const boost::json::value& entry : vector.at("stored").as_array()) {
            const auto found = stores.found(entry);
            ASSERT_TRUE(found) << text_of(entry, "store");
            if (!shares_an_object(vector)) {
                EXPECT_EQ(*found, entry_text(entry));
                ++compared;
            }
            if (const std::int64_t ttl = wanted_ttl(entry); ttl > 0) {
                test::RawRedis redis(static_cast<int>(entry.at("db").as_int64()));
                const auto left = redis.command({"TTL", text_of(entry, "key")});
                EXPECT_NEAR(
                    static_cast<double>(std::stoll(left.value())), static_cast<double>(ttl), 5
                );
            }
        }
        // And it is read again, whatever the bytes.
        const auto loaded = stores.engine->load(connection_of(stores), *saved);
        ASSERT_TRUE(loaded);
        EXPECT_EQ(
            boost::json::serialize(loaded->data.read()),
            boost::json::serialize(vector.at("decoded"))
        );
    }
    EXPECT_GT(compared, 50);
}

namespace {

/// What a vector of `read` says that we must read.
std::string expected_content(const boost::json::value& vector) {
    const auto& object = vector.as_object();
    const auto& result = object.at("result").as_object();
    if (object.contains("must_limit")) {
        return boost::json::serialize(django::too_large_to_read());
    }
    if (const auto* json = result.if_contains("decoded_json_text")) {
        const auto& text = json->as_string();
        return boost::json::serialize(
            django::parse_python_json(std::string_view(text.data(), text.size())).value()
        );
    }
    const auto* decoded = result.if_contains("decoded");
    return decoded != nullptr && decoded->is_object() ? boost::json::serialize(*decoded) : "{}";
}

bool holds_more_than_json(const boost::json::value& vector) {
    const std::string name = text_of(vector, "name");
    for (const char* part : {"all-types", "with-datetime", "with-set", "int-keys"}) {
        if (name.find(part) != std::string::npos) {
            return true;
        }
    }
    return false;
}

} // namespace

TEST(SessionVectors, WhatDjangoReadIsReadAsDjangoDid) {
    std::set<std::string> engines;
    for (const boost::json::value& vector : session_vectors().at("read").as_array()) {
        SCOPED_TRACE(text_of(vector, "name"));
        VectorStores stores(vector);
        const auto* read_at = vector.as_object().if_contains("read_at_unix");
        stores.given.now = read_at != nullptr
                               ? unix_time(*read_at)
                               : Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
        stores.fill();
        Session session = session_of(stores);
        const std::string content = content_of(stores, session);
        engines.insert(stores.settings.session_engine);
        const auto& result = vector.at("result").as_object();
        if (holds_more_than_json(vector)) {
            // The recording has these as Python writes them; the user is enough.
            const bool has_user =
                boost::json::serialize(result).find("_auth_user_id") != std::string::npos;
            EXPECT_EQ(session.find("_auth_user_id") != nullptr, has_user);
            if (text_of(vector, "name") == "cache-redis/pickle-with-datetime") {
                EXPECT_EQ(
                    session.get_expiry_date(),
                    Timestamp(std::chrono::sys_days(std::chrono::year(2099) / 1 / 1))
                );
            }
        } else {
            EXPECT_EQ(content, expected_content(vector));
        }
        const auto* kept = result.if_contains("session_key_kept");
        // A signed cookie that is no good is replaced by an empty one at once; its own text as the
        // key, which Django has until then, would be a key of the client's choice.
        const bool replaced = session.modified();
        if (kept != nullptr && !replaced) {
            EXPECT_EQ(is_kept(vector, session), kept->as_bool());
        }
        if (replaced) {
            EXPECT_FALSE(is_kept(vector, session));
            EXPECT_EQ(content, "{}");
        }
    }
    EXPECT_EQ(engines.size(), 6U);
}

TEST(SessionVectors, WhatNewerDjangosReadOtherwiseIsReadAsTheyDo) {
    std::set<std::string> releases;
    for (const ReleaseVector& read : release_vectors("read")) {
        SCOPED_TRACE(read.release + " " + read.name);
        VectorStores stores(read.vector, read.release);
        stores.given.now = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
        stores.fill();
        Session session = session_of(stores);
        EXPECT_EQ(content_of(stores, session), boost::json::serialize(read.value.at("decoded")));
        EXPECT_EQ(is_kept(read.vector, session), read.value.at("session_key_kept").as_bool());
        releases.insert(read.release);
    }
    EXPECT_EQ(releases.size(), 3U);
}

TEST(SessionVectors, WhatNewerDjangosWriteOtherwiseIsWrittenAsTheyDo) {
    std::set<std::string> releases;
    for (const ReleaseVector& written : release_vectors("written")) {
        SCOPED_TRACE(written.release + " " + written.name);
        VectorStores stores(written.vector, written.release);
        releases.insert(written.release);
        if (written.value.is_object()) {
            EXPECT_FALSE(session_engine_problems(stores.settings).empty())
                << text_of(written.value, "cannot_run");
            continue;
        }
        stores.given.now = unix_time(session_vectors().at("signed_at_unix"));
        const seconds age = stores.settings.session_cookie_age;
        stores.engine->save(
            connection_of(stores),
            text_of(written.vector, "session_key"),
            written.vector.at("decoded").as_object(),
            {age, stores.given.now + age},
            true
        );
        for (const boost::json::value& entry : written.value.as_array()) {
            EXPECT_EQ(stores.found(entry), entry_text(entry));
        }
    }
    EXPECT_EQ(releases.size(), 3U);
}

TEST(SessionVectors, AHostileValueIsNoSession) {
    for (const boost::json::value& vector : session_vectors().at("must_refuse").as_array()) {
        SCOPED_TRACE(text_of(vector, "name"));
        VectorStores stores(vector);
        stores.fill();
        Session session = session_of(stores);
        const std::string name = text_of(vector, "name");
        if (name == "pickle/inside-dict" || name == "pickle/as-key") {
            // A session all the same, around a call that is not made; it stays as it is stored.
            EXPECT_EQ(session.find_text("_auth_user_id").has_value(), name == "pickle/inside-dict");
            EXPECT_EQ(session.skipped_classes(), "posix.system");
            EXPECT_TRUE(is_kept(vector, session));
            session.set_text("x", "1");
            session.save();
            for (const boost::json::value& entry : vector.at("stored").as_array()) {
                EXPECT_EQ(stores.found(entry), entry_text(entry));
            }
            continue;
        }
        const std::string content = content_of(stores, session);
        EXPECT_EQ(content, "{}");
        EXPECT_EQ(session.session_key(), std::nullopt);
    }
}

} // namespace drf_messages::accounts
