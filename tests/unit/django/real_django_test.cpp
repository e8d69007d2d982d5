// SPDX-License-Identifier: MIT
#include "django/cache_value.hpp"
#include "django/message_format.hpp"
#include "django/pickle.hpp"
#include "django/session_codec.hpp"
#include "django/signed_session.hpp"
#include "support/repository.hpp"
#include "text/base64.hpp"
#include "vectors.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace drf_messages;
using namespace drf_messages::django;
using std::chrono::seconds;
using std::chrono::sys_seconds;

// As in real_django.py.
const std::string secret_key = "a secret key of the tests";
constexpr sys_seconds now{seconds{1'700'000'000}};
constexpr seconds a_day = std::chrono::hours(24);

using Value = std::optional<boost::json::value>;

// The C++ side of one of real_django.py's ways; writes in one form or several.
struct Way {
    std::function<Value(const std::string& bytes, std::uint32_t flags)> read;
    std::function<std::vector<CacheBytes>(const boost::json::value&)> write;
};

Way pickle_way(int protocol) {
    return {
        [](const std::string& bytes, std::uint32_t) { return read_pickle(bytes); },
        [protocol](const boost::json::value& value) {
            std::vector<CacheBytes> written;
            for (const int other : {2, 3, 4, 5})
                if (other != protocol)
                    written.push_back({write_pickle(value, other), 0});
            if (protocol >= 2)
                written.insert(written.begin(), {write_pickle(value, protocol), 0});
            return written;
        }};
}

Way cache_way(const std::string& backend, std::map<std::string, SettingValue> options = {}) {
    CacheSettings settings;
    settings.backend = backend;
    settings.options = std::move(options);
    const auto codec = std::make_shared<const CacheValueCodec>(settings);
    return {
        [codec](const std::string& bytes, std::uint32_t flags) {
            return codec->decode(bytes, flags);
        },
        [codec](const boost::json::value& value) { return std::vector{codec->encode(value)}; }};
}

Value value_of(std::optional<boost::json::object> object) {
    return object ? Value(*std::move(object)) : std::nullopt;
}

Way row_way(SessionSerializer serializer) {
    return {
        [serializer](const std::string& bytes, std::uint32_t) {
            return value_of(decode_session(bytes, secret_key, session_store_salt, serializer));
        },
        [serializer](const boost::json::value& value) {
            const auto row =
                encode_session(value.as_object(), secret_key, now, session_store_salt, serializer);
            return std::vector{CacheBytes{row, 0}};
        }};
}

Way cookie_way(SessionSerializer serializer) {
    return {
        [serializer](const std::string& bytes, std::uint32_t) {
            const std::array keys{std::string("another key"), secret_key};
            return value_of(load_signed_session(bytes, keys, a_day, now, serializer));
        },
        [serializer](const boost::json::value& value) {
            const auto cookie = dump_signed_session(value.as_object(), secret_key, now, serializer);
            return std::vector{CacheBytes{cookie, 0}};
        }};
}

boost::json::value value_of(const std::vector<DjangoMessage>& messages) {
    boost::json::array list;
    for (const DjangoMessage& one : messages)
        list.push_back({one.is_safe, one.level, one.message, one.extra_tags});
    return list;
}

std::vector<DjangoMessage> messages_of(const boost::json::value& value) {
    std::vector<DjangoMessage> messages;
    for (const auto& one : value.as_array())
        messages.push_back(
            {one.at(1).to_number<Level>(),
             boost::json::value_to<std::string>(one.at(2)),
             boost::json::value_to<std::string>(one.at(3)),
             "",
             one.at(0).as_bool()}
        );
    return messages;
}

Way message_cookie_way() {
    return {
        [](const std::string& bytes, std::uint32_t) -> Value {
            const auto found = decode_message_cookie(bytes, std::array{secret_key});
            return found ? Value(value_of(found->messages)) : std::nullopt;
        },
        [](const boost::json::value& value) {
            const auto cookie = encode_message_cookie(messages_of(value), true, secret_key, now);
            return std::vector{CacheBytes{cookie, 0}};
        }};
}

Way message_session_way() {
    return {
        [](const std::string& bytes, std::uint32_t) -> Value {
            const auto found = decode_session_messages(bytes);
            return found ? Value(value_of(*found)) : std::nullopt;
        },
        [](const boost::json::value& value) {
            return std::vector{CacheBytes{encode_session_messages(messages_of(value)), 0}};
        }};
}

std::map<std::string, Way> make_ways() {
    const std::string redis = "django_redis.cache.RedisCache";
    const std::string memcached = "django.core.cache.backends.memcached.";
    const SettingValue json{std::string("django_redis.serializers.json.JSONSerializer")};
    const SettingValue zlib{std::string("django_redis.compressors.zlib.ZlibCompressor")};
    std::map<std::string, Way> ways;
    for (int protocol = 0; protocol <= 5; ++protocol)
        ways["pickle " + std::to_string(protocol)] = pickle_way(protocol);
    ways["django_redis"] = cache_way(redis);
    ways["django_redis 5"] = cache_way(redis, {{"PICKLE_VERSION", {std::int64_t{-1}}}});
    ways["django_redis zlib"] = cache_way(redis, {{"COMPRESSOR", zlib}});
    ways["django_redis json"] = cache_way(redis, {{"SERIALIZER", json}});
    ways["django_redis json zlib"] = cache_way(redis, {{"SERIALIZER", json}, {"COMPRESSOR", zlib}});
    ways["pylibmc"] = cache_way(memcached + "PyLibMCCache");
    ways["pymemcache"] = cache_way(memcached + "PyMemcacheCache");
    ways["row json"] = row_way(SessionSerializer::json);
    ways["row pickle"] = row_way(SessionSerializer::pickle);
    ways["cookie json"] = cookie_way(SessionSerializer::json);
    ways["cookie pickle"] = cookie_way(SessionSerializer::pickle);
    ways["messages cookie"] = message_cookie_way();
    ways["messages session"] = message_session_way();
    return ways;
}

// A file that is gone with the test.
class TemporaryFile {
public:
    TemporaryFile() {
        std::string path = std::filesystem::temp_directory_path() / "drf-messages-XXXXXX";
        const int file = mkstemp(path.data());
        if (file < 0)
            throw std::runtime_error("cannot make a temporary file");
        close(file);
        path_ = path;
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& path() const { return path_; }

private:
    std::string path_;
};

int run_python(const std::string& arguments) {
    return std::system((DRF_MESSAGES_PYTHON " " + arguments).c_str());
}

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

const std::string script = drf_messages::test::repository_path("tests/unit/django/real_django.py");

} // namespace

namespace {

bool has_real_django() {
    return run_python("-c 'import django, django_redis, pylibmc, pymemcache' 2>/dev/null") == 0;
}

} // namespace

TEST(RealDjango, WritesObjectsThatWeReadAroundAndNeverWrite) {
    if (!has_real_django()) {
        if (std::getenv("CI"))
            FAIL() << "Debian's Django and its caches are not installed";
        GTEST_SKIP() << "Debian's Django and its caches are not installed";
    }
    const TemporaryFile made;
    ASSERT_EQ(run_python(script + " foreign >" + made.path()), 0);
    const auto ways = make_ways();
    std::istringstream lines(contents(made.path()));
    int read = 0;
    for (std::string line; std::getline(lines, line); ++read) {
        const auto vector = boost::json::parse(line);
        const auto how = text_of(vector, "how");
        SCOPED_TRACE(how + " " + text_of(vector, "what"));
        const auto bytes = text::base64_decode(text_of(vector, "bytes")).value();
        const auto value = ways.at(how).read(bytes, vector.at("flags").to_number<std::uint32_t>());
        ASSERT_TRUE(value);
        const auto& session = value->as_object();
        EXPECT_EQ(session.at("_auth_user_id"), "7");
        EXPECT_EQ(session.at("_auth_user_hash"), "0123456789abcdef");
        EXPECT_EQ(skipped_classes(session), text_of(vector, "classes"));
        EXPECT_THROW(ways.at(how).write(*value), std::logic_error);
    }
    EXPECT_GT(read, 150);
}

TEST(RealDjango, WritesWhatWeReadAndReadsWhatWeWrite) {
    if (!has_real_django()) {
        if (std::getenv("CI"))
            FAIL() << "Debian's Django and its caches are not installed";
        GTEST_SKIP() << "Debian's Django and its caches are not installed";
    }
    const TemporaryFile made;
    const TemporaryFile written;
    const TemporaryFile complaints;
    const char* const seed = std::getenv("DRF_MESSAGES_TEST_SEED");
    const std::string arguments = std::string(" make ") + (seed ? seed : "20240101") + " 60 >";
    ASSERT_EQ(run_python(script + arguments + made.path()), 0);

    const auto ways = make_ways();
    std::istringstream lines(contents(made.path()));
    std::ofstream out(written.path(), std::ios::binary);
    int read = 0;
    int identical = 0;
    for (std::string line; std::getline(lines, line); ++read) {
        auto vector = boost::json::parse(line);
        const auto how = text_of(vector, "how");
        SCOPED_TRACE(how);
        const auto& way = ways.at(how);
        const auto bytes = text::base64_decode(text_of(vector, "bytes")).value();
        const auto flags = vector.at("flags").to_number<std::uint32_t>();
        const auto value = way.read(bytes, flags);
        ASSERT_TRUE(value) << line.substr(0, 2'000);
        const auto forms = way.write(*value);
        if (vector.at("same").as_bool() && how != "pickle 0" && how != "pickle 1") {
            EXPECT_EQ(text::base64_encode(forms[0].bytes), text_of(vector, "bytes"));
            EXPECT_EQ(forms[0].flags, flags);
            ++identical;
        }
        boost::json::array stored;
        for (const CacheBytes& form : forms)
            stored.push_back({boost::json::string(text::base64_encode(form.bytes)), form.flags});
        vector.as_object()["written"] = std::move(stored);
        out << boost::json::serialize(vector) << "\n";
    }
    out.close();
    EXPECT_GT(read, 59 * static_cast<int>(ways.size()));
    EXPECT_GT(identical, read / 2);
    EXPECT_EQ(
        run_python(script + " check <" + written.path() + " >" + complaints.path() + " 2>&1"), 0
    );
    EXPECT_EQ(contents(complaints.path()).substr(0, 4'000), "");
}
