// SPDX-License-Identifier: MIT
// What a cache holds, in every backend's form; the first byte chooses which, the second is
// memcached's flags.
#include "django/cache_value.hpp"

#include "django/pickle.hpp"
#include "fuzz.hpp"

#include <string>
#include <vector>

using namespace drf_messages;

namespace {

django::CacheValueCodec codec(std::string backend, std::map<std::string, SettingValue> options) {
    CacheSettings settings;
    settings.backend = std::move(backend);
    settings.options = std::move(options);
    return django::CacheValueCodec(settings);
}

const std::vector<django::CacheValueCodec>& codecs() {
    const std::string redis = "django_redis.cache.RedisCache";
    const std::string memcached = "django.core.cache.backends.memcached.";
    const SettingValue json{std::string("django_redis.serializers.json.JSONSerializer")};
    const SettingValue zlib{std::string("django_redis.compressors.zlib.ZlibCompressor")};
    const SettingValue gzip{std::string("django_redis.compressors.gzip.GzipCompressor")};
    static const std::vector<django::CacheValueCodec> all{
        codec(redis, {}),
        codec(redis, {{"SERIALIZER", json}}),
        codec(redis, {{"COMPRESSOR", zlib}}),
        codec(redis, {{"SERIALIZER", json}, {"COMPRESSOR", gzip}}),
        codec("django.core.cache.backends.redis.RedisCache", {}),
        codec(memcached + "PyLibMCCache", {}),
        codec(memcached + "PyMemcacheCache", {}),
        codec(memcached + "MemcachedCache", {})};
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2)
        return 0;
    const auto& codec = codecs()[data[0] % codecs().size()];
    const auto value = codec.decode(fuzz::text(data + 2, size - 2), data[1]);
    if (!value || (value->is_object() && !django::skipped_classes(value->get_object()).empty()))
        return 0;
    const auto written = codec.encode(*value);
    const auto again = codec.decode(written.bytes, written.flags);
    fuzz::require(again.has_value());
    fuzz::require(codec.encode(*again).bytes == written.bytes);
    return 0;
}
