// SPDX-License-Identifier: MIT
#include "django/cache_value.hpp"
#include "django/compression.hpp"
#include "django/pickle.hpp"
#include "django/python_json.hpp"
#include "text/base64.hpp"
#include "vectors.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace {

using namespace drf_messages;
using namespace drf_messages::django;
using namespace std::string_literals;

const std::string redis = "django_redis.cache.RedisCache";
const std::string memcached = "django.core.cache.backends.memcached.";

CacheSettings cache(std::string backend, std::map<std::string, SettingValue> options = {}) {
    CacheSettings settings;
    settings.backend = std::move(backend);
    settings.options = std::move(options);
    return settings;
}

// CACHES.default of a recording; absent where it has none.
std::optional<CacheSettings> cache_of(const boost::json::value& vector) {
    const auto* const caches = vector.at("settings").as_object().if_contains("CACHES");
    if (!caches)
        return std::nullopt;
    const auto& recorded = caches->at("default");
    auto settings = cache(text_of(recorded, "BACKEND"));
    if (const auto* const options = recorded.as_object().if_contains("OPTIONS"))
        for (const auto& option : options->as_object())
            settings.options[std::string(option.key())] = {std::string(option.value().as_string())};
    return settings;
}

const boost::json::value* stored_in_cache(const boost::json::value& vector) {
    if (const auto* const stored = vector.as_object().if_contains("stored"))
        for (const auto& entry : stored->as_array())
            if (entry.as_object().contains("value_base64"))
                return &entry;
    return nullptr;
}

std::uint32_t flags_of(const boost::json::value& entry) {
    const auto* const flags = entry.as_object().if_contains("flags");
    return flags && !flags->is_null() ? flags->to_number<std::uint32_t>() : 0;
}

} // namespace

TEST(CacheValue, IsReadAndWrittenAsTheRealSiteWroteIt) {
    int written = 0;
    for (const auto& vector : session_vectors().at("written").as_array()) {
        const auto settings = cache_of(vector);
        if (!settings)
            continue;
        SCOPED_TRACE(text_of(vector, "name"));
        const auto& entry = *stored_in_cache(vector);
        const CacheValueCodec codec(*settings);
        const auto value = codec.decode(stored_bytes(vector), flags_of(entry));
        ASSERT_TRUE(value);
        EXPECT_EQ(*value, vector.at("decoded"));
        const auto encoded = codec.encode(*value);
        EXPECT_EQ(text::base64_encode(encoded.bytes), text_of(entry, "value_base64"));
        EXPECT_EQ(encoded.flags, flags_of(entry));
        ++written;
    }
    EXPECT_EQ(written, 41);
}

TEST(CacheValue, IsReadAsTheRealSiteReadIt) {
    int read = 0;
    for (const auto& vector : session_vectors().at("read").as_array()) {
        const auto settings = cache_of(vector);
        const auto* const entry = stored_in_cache(vector);
        if (!settings || !entry)
            continue;
        SCOPED_TRACE(text_of(vector, "name"));
        ++read;
        const auto value =
            CacheValueCodec(*settings).decode(stored_bytes(vector), flags_of(*entry));
        const auto& result = vector.at("result").as_object();
        const bool kept = result.at("session_key_kept").as_bool();
        // A cache does not tell None from nothing; cached_db has a row beside it.
        if (!kept || text_of(vector, "name") == "cached_db/garbage-in-cache") {
            EXPECT_TRUE(!value || value->is_null());
            continue;
        }
        ASSERT_TRUE(value);
        const auto* const decoded = result.if_contains("decoded");
        const bool is_repr =
            decoded && decoded->is_string() && decoded->as_string().starts_with("b'");
        if (is_repr) {
            EXPECT_TRUE(value->is_object());
            continue;
        }
        if (decoded && *value != *decoded) {
            EXPECT_THAT(
                text_of(vector, "name"),
                testing::AnyOf(
                    "cache-redis/pickle-with-datetime",
                    "cache-redis/pickle-with-set",
                    "cache-redis/dict-with-int-keys"
                )
            );
        }
    }
    EXPECT_GE(read, 60);
}

TEST(CacheValue, OfAnIntegerIsItsDigits) {
    const CacheValueCodec django_redis(cache(redis));
    EXPECT_EQ(django_redis.encode(12).bytes, "12");
    EXPECT_EQ(django_redis.encode(-5).bytes, "-5");
    EXPECT_EQ(django_redis.decode("12"), boost::json::value(12));
    EXPECT_EQ(django_redis.decode(" +1_2\n"), boost::json::value(12));
    const auto large = django_redis.decode("18446744073709551616");
    ASSERT_TRUE(large);
    EXPECT_EQ(django_redis.encode(*large).bytes, "18446744073709551616");
    EXPECT_EQ(django_redis.encode(true).bytes, "\x80\x04\x88.");
    // int() of bytes knows ASCII digits only.
    EXPECT_FALSE(django_redis.decode("\xD9\xA1"));
    EXPECT_FALSE(django_redis.decode("1x"));
    EXPECT_FALSE(django_redis.decode(""));

    const CacheValueCodec redis_of_django(cache("django.core.cache.backends.redis.RedisCache"));
    EXPECT_EQ(redis_of_django.encode(12).bytes, "12");
    EXPECT_EQ(redis_of_django.decode("12"), boost::json::value(12));
    EXPECT_EQ(redis_of_django.encode("x").bytes, "\x80\x05\x95\x05\0\0\0\0\0\0\0\x8C\1x\x94."s);
}

TEST(CacheValue, OfMemcachedIsReadByItsFlags) {
    const CacheValueCodec pylibmc(cache(memcached + "PyLibMCCache"));
    const CacheValueCodec pymemcache(cache(memcached + "PyMemcacheCache"));
    const CacheValueCodec python_memcached(cache(memcached + "MemcachedCache"));
    for (const auto* const codec : {&pylibmc, &pymemcache, &python_memcached}) {
        EXPECT_EQ(codec->decode("12", 2), boost::json::value(12));
        EXPECT_EQ(codec->decode("12", 4), boost::json::value(12));
        EXPECT_EQ(codec->decode("x", 16), boost::json::value("x"));
        EXPECT_FALSE(codec->decode("\xFF", 16));
        EXPECT_FALSE(codec->decode("x", 2));
        EXPECT_FALSE(codec->decode("x", 1));
    }
    const auto bytes = pylibmc.decode("x", 0);
    ASSERT_TRUE(bytes);
    EXPECT_TRUE(bytes->is_object());
    EXPECT_EQ(pylibmc.encode(*bytes).bytes, "x");
    EXPECT_EQ(pylibmc.encode(*bytes).flags, 0U);
    EXPECT_EQ(python_memcached.decode("x", 0), boost::json::value("x"));
    // which would be text there
    const auto written = python_memcached.encode(*bytes);
    EXPECT_EQ(python_memcached.decode(written.bytes, written.flags), bytes);

    EXPECT_FALSE(pylibmc.decode("12", 3));
    EXPECT_EQ(pymemcache.decode("12", 3), boost::json::value(12));
    EXPECT_EQ(pylibmc.encode(7).flags, 4U);
    EXPECT_EQ(pymemcache.encode(7).flags, 2U);
    EXPECT_EQ(pylibmc.encode(true).bytes, "1");
    EXPECT_EQ(pymemcache.encode(true).flags, 1U);
    EXPECT_EQ(pymemcache.encode("x").flags, 16U);
}

TEST(CacheValue, InflatesUpToItsLimitAndNoFurther) {
    const SettingValue zlib{"django_redis.compressors.zlib.ZlibCompressor"s};
    const SettingValue gzip{"django_redis.compressors.gzip.GzipCompressor"s};
    for (const auto& compressor : {zlib, gzip}) {
        const CacheValueCodec codec(cache(redis, {{"COMPRESSOR", compressor}}));
        const auto encoded = codec.encode(boost::json::string(100'000, 'x'));
        EXPECT_LT(encoded.bytes.size(), 1'000U);
        EXPECT_EQ(
            codec.decode(encoded.bytes), boost::json::value(boost::json::string(100'000, 'x'))
        );
        // Too short to be compressed, or written before compression was switched on.
        EXPECT_EQ(codec.encode(nullptr).bytes, "\x80\x04N.");
        EXPECT_EQ(codec.decode("\x80\x04N."), boost::json::value(nullptr));
    }
    const CacheValueCodec codec(cache(redis, {{"COMPRESSOR", zlib}}));
    const std::string bomb = compress(std::string(20'000'000, 'x'), Compression::zlib);
    EXPECT_EQ(codec.decode(bomb), too_large_to_read());
    const CacheValueCodec pylibmc(cache(memcached + "PyLibMCCache"));
    EXPECT_EQ(pylibmc.decode(bomb, 8), too_large_to_read());
    EXPECT_THROW(codec.encode(too_large_to_read()), std::logic_error);
}

TEST(CacheValue, AsJsonIsCheckedToBeUtf8) {
    const SettingValue json{"django_redis.serializers.json.JSONSerializer"s};
    const CacheValueCodec codec(cache(redis, {{"SERIALIZER", json}}));
    EXPECT_EQ(codec.decode("{\"a\": \"\xC3\xA9\"}"), (boost::json::object{{"a", "\xC3\xA9"}}));
    EXPECT_FALSE(codec.decode("{\"\xFF:bytes\": 1}"));
    EXPECT_FALSE(codec.decode("\"\xFF"
                              "1\""));
    EXPECT_FALSE(codec.decode("{"));
    // A pickled datetime of another alias becomes text, as Django's encoder has it.
    const auto datetime =
        read_pickle("cdatetime\ndatetime\nC\x0A\x07\xE8\x01\x02\x03\x04\x05\x01\xE2\x40\x85R."s);
    ASSERT_TRUE(datetime);
    EXPECT_EQ(codec.encode(*datetime).bytes, R"("2024-01-02T03:04:05.123")");
}

TEST(CacheValue, RefusesOptionsThatItDoesNotHave) {
    const auto complaint = [](const CacheSettings& settings) -> std::string {
        try {
            const CacheValueCodec codec(settings);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "accepted";
    };
    const SettingValue msgpack{"django_redis.serializers.msgpack.MSGPackSerializer"s};
    const SettingValue lzma{"django_redis.compressors.lzma.LzmaCompressor"s};
    EXPECT_EQ(
        complaint(cache(redis, {{"SERIALIZER", msgpack}})),
        "OPTIONS.SERIALIZER django_redis.serializers.msgpack.MSGPackSerializer is not available"
    );
    EXPECT_EQ(
        complaint(cache(redis, {{"COMPRESSOR", lzma}})),
        "OPTIONS.COMPRESSOR django_redis.compressors.lzma.LzmaCompressor is not available"
    );
    EXPECT_EQ(
        complaint(cache(redis, {{"SERIALIZER", {std::int64_t{1}}}})),
        "OPTIONS.SERIALIZER must be the name of a class"
    );
    EXPECT_EQ(
        complaint(cache("django.core.cache.backends.db.DatabaseCache")),
        "BACKEND django.core.cache.backends.db.DatabaseCache is not available"
    );
    for (const SettingValue& version : {SettingValue{std::int64_t{6}}, SettingValue{"x"s}})
        EXPECT_EQ(
            complaint(cache(redis, {{"PICKLE_VERSION", version}})),
            "OPTIONS.PICKLE_VERSION must be an integer, at most 5"
        );
    EXPECT_EQ(complaint(cache(redis, {{"SOCKET_TIMEOUT", {std::int64_t{5}}}})), "accepted");
}

TEST(CacheValue, IsPickledWithTheProtocolOfTheOptions) {
    const auto protocol = [](const SettingValue& version) {
        const CacheValueCodec codec(cache(redis, {{"PICKLE_VERSION", version}}));
        return static_cast<int>(codec.encode(nullptr).bytes.at(1));
    };
    EXPECT_EQ(protocol({std::int64_t{-1}}), 5);
    EXPECT_EQ(protocol({std::int64_t{3}}), 3);
    EXPECT_EQ(protocol({"4"s}), 4);
    // Protocol 2 says the same in a form that every Python 3 reads.
    EXPECT_EQ(protocol({std::int64_t{0}}), 2);
}
