// SPDX-License-Identifier: MIT
// What releases of Django from 3.2 to 6.1 write and take, as tests/compat/formats.json has it.
#include "django/auth_hash.hpp"
#include "django/cache_value.hpp"
#include "django/legacy_formats.hpp"
#include "django/message_format.hpp"
#include "django/password.hpp"
#include "django/password_hasher.hpp"
#include "model/release_defaults.hpp"
#include "text/base64.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace drf_messages::django {
namespace {

NewHashes new_hashes(const Settings& settings) {
    return {.pbkdf2_iterations = static_cast<std::uint32_t>(model::pbkdf2_iterations_of(settings))};
}

Passwords passwords_of(const Settings& settings) {
    return {
        model::password_hashers_of(settings), crypto::system_random_bytes, new_hashes(settings)};
}

/// The password of auth.json that a fact is about.
const boost::json::value& stored_password(const std::string& name) {
    for (const auto& vector : auth_vectors().at("passwords").as_array())
        if (text_of(vector, "name") == name)
            return vector;
    throw std::out_of_range(name);
}

TEST(ReleaseFormats, HaveTheHashersOfTheirDefaultSettings) {
    for (const auto& fact : release_facts("PASSWORD_HASHERS")) {
        SCOPED_TRACE(fact.release);
        std::vector<std::string> expected;
        for (const auto& name : fact.value.as_array())
            expected.emplace_back(name.as_string());
        EXPECT_EQ(model::password_hashers_of(fact.settings), expected);
    }
    Settings settings;
    settings.django_version = "5.2";
    settings.password_hashers = {"django.contrib.auth.hashers.MD5PasswordHasher"};
    EXPECT_EQ(model::password_hashers_of(settings), *settings.password_hashers);
}

TEST(ReleaseFormats, HaveTheIterationsOfTheirHashers) {
    for (const char* algorithm : {"pbkdf2_sha256", "pbkdf2_sha1"}) {
        for (const auto& fact :
             release_facts(std::string("password_defaults/") + algorithm + "/iterations")) {
            EXPECT_EQ(model::pbkdf2_iterations_of(fact.settings), fact.value.as_int64())
                << fact.release;
        }
    }
    Settings settings;
    settings.django_version = "5.2";
    settings.pbkdf2_iterations = 7;
    EXPECT_EQ(model::pbkdf2_iterations_of(settings), 7U);
}

TEST(ReleaseFormats, AreThoseOfNewPasswords) {
    for (const auto& fact : release_facts("make_password/encoded")) {
        const auto hasher = make_pbkdf2_sha256_hasher(new_hashes(fact.settings));
        EXPECT_EQ(hasher->encode("correct horse", "saltsaltsaltsaltsalt12"), fact.value.as_string())
            << fact.release;
        if (fact.release.starts_with("4.2"))
            break; // the later ones only take longer
    }
}

TEST(ReleaseFormats, SayWhichPasswordsAreRight) {
    for (const std::string name : {"django-4.0-default-right", "django-5.1-default-right"}) {
        const auto& stored = stored_password("scrypt/" + name);
        for (const auto& fact : release_facts("password_verdicts/scrypt/" + name + "/verifies")) {
            SCOPED_TRACE(fact.release);
            if (fact.release.starts_with("5."))
                continue; // as those before and after them
            const auto verdict =
                passwords_of(fact.settings)
                    .check(text_of(stored, "password"), text_of(stored, "encoded"));
            EXPECT_EQ(verdict.correct, fact.value.as_bool());
        }
    }
}

TEST(ReleaseFormats, SayWhichHashesAreOutdated) {
    for (const std::string name : {"pbkdf2_sha256/22-character-salt", "fixture-user/alice"}) {
        const auto& stored = stored_password(name);
        for (const auto& fact : release_facts("password_verdicts/" + name + "/rewrites")) {
            SCOPED_TRACE(fact.release);
            if (!fact.release.starts_with("3.2") && !fact.release.starts_with("4.0"))
                break;
            const auto verdict =
                passwords_of(fact.settings)
                    .check(text_of(stored, "password"), text_of(stored, "encoded"));
            EXPECT_TRUE(verdict.correct);
            EXPECT_EQ(verdict.must_update, fact.value.as_bool());
        }
    }
}

TEST(ReleaseFormats, SayWhetherHashesBySha1AreTaken) {
    const auto& vector = auth_vectors().at("session_auth_hash").as_array().at(0);
    const auto column = text_of(vector, "password_column");
    for (const auto& fact : release_facts("legacy_sha1_session_auth_hash")) {
        SCOPED_TRACE(fact.release);
        const SessionAuthHashes hashes(
            text_of(auth_vectors(), "secret_key"), legacy_formats(fact.settings)
        );
        EXPECT_TRUE(hashes.verify(text_of(vector, "session_auth_hash"), column));
        EXPECT_EQ(
            hashes.verify(text_of(vector, "legacy_sha1_hash"), column), !fact.value.is_null()
        );
    }
}

TEST(ReleaseFormats, AreThoseOfCookiesOfMessages) {
    const std::array<std::string, 1> keys{text_of(format_vectors(), "secret_key")};
    const std::chrono::sys_seconds signed_at{
        std::chrono::seconds{format_vectors().at("signed_at_unix").to_number<std::int64_t>()}};
    for (const std::string name : {"no-tags", "empty-tags", "long"}) {
        for (const auto& fact : release_facts("message_cookies/" + name)) {
            SCOPED_TRACE(fact.release + " " + name);
            const std::string cookie(fact.value.as_string());
            const MessageForms forms = message_forms(fact.settings);
            auto found = decode_message_cookie(cookie, keys, forms);
            ASSERT_TRUE(found);
            for (DjangoMessage& message : found->messages)
                message.has_extra_tags = true; // as messages.add_message() leaves them
            EXPECT_EQ(
                encode_message_cookie(found->messages, found->complete, keys[0], signed_at, forms),
                cookie
            );
        }
    }
}

TEST(ReleaseFormats, AreThoseOfDjangosOwnRedisCache) {
    CacheSettings settings;
    settings.backend = "django.core.cache.backends.redis.RedisCache";
    const CacheValueCodec codec(settings);
    for (const std::string name : {"dict", "text", "int", "bool", "float", "none"}) {
        const auto facts = release_facts("cache_values/core_redis/" + name);
        const auto bytes = text::base64_decode(facts.back().value.as_string()).value();
        const auto value = codec.decode(bytes);
        ASSERT_TRUE(value) << name;
        EXPECT_EQ(codec.encode(*value).bytes, bytes) << name;
    }
}

} // namespace
} // namespace drf_messages::django
