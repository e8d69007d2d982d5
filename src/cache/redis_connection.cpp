// SPDX-License-Identifier: MIT
#include "cache/redis_connection.hpp"

#include <hiredis/hiredis.h>

#include <array>
#include <cstddef>

namespace drf_messages::cache {
namespace {

/// Far more than a session or a throttle's history, and no danger to this process.
constexpr std::size_t longest_reply_bytes = 64 * 1024 * 1024;

SocketStream::Deadline after(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

SocketStream open_stream(const RedisOptions& options, SocketStream::Deadline deadline) {
    return options.unix_socket.empty() ? SocketStream::tcp(options.host, options.port, deadline)
                                       : SocketStream::unix_domain(options.unix_socket, deadline);
}

/// As Redis reads commands: an array of texts, each after its length.
void append_command(std::string& out, std::initializer_list<std::string_view> words) {
    out += '*' + std::to_string(words.size()) + "\r\n";
    for (const std::string_view word : words) {
        out += '$' + std::to_string(word.size()) + "\r\n";
        out += word;
        out += "\r\n";
    }
}

[[noreturn]] void not_redis() {
    throw SocketError("an answer that is not Redis's", false);
}

RedisReply value_of(const redisReply& reply) {
    switch (reply.type) {
    case REDIS_REPLY_NIL:
        return std::monostate();
    case REDIS_REPLY_INTEGER:
        return std::int64_t{reply.integer};
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        return std::string(reply.str, static_cast<std::size_t>(reply.len));
    case REDIS_REPLY_ERROR: {
        const std::string_view text(reply.str, static_cast<std::size_t>(reply.len));
        throw Refusal(std::string(text.substr(0, text.find(' '))));
    }
    default:
        not_redis();
    }
}

} // namespace

RedisConnection::RedisConnection(const RedisOptions& options)
    : stream_(open_stream(options, after(options.connect_timeout))),
      reader_(::redisReaderCreate(), ::redisReaderFree) {
    if (!reader_) {
        throw std::bad_alloc();
    }
    const auto deadline = after(options.connect_timeout);
    if (!options.password.empty() || !options.username.empty()) {
        if (options.username.empty()) {
            command({"AUTH", options.password}, deadline);
        } else {
            command({"AUTH", options.username, options.password}, deadline);
        }
    }
    if (options.db != 0) {
        command({"SELECT", std::to_string(options.db)}, deadline);
    }
}

RedisConnection::~RedisConnection() = default;

RedisReply RedisConnection::command(
    std::initializer_list<std::string_view> words, SocketStream::Deadline deadline
) {
    std::string bytes;
    append_command(bytes, words);
    stream_.write(bytes, deadline);
    return read_reply(deadline);
}

RedisReply RedisConnection::read_reply(SocketStream::Deadline deadline) {
    std::array<char, 16 * 1024> buffer;
    std::size_t total = 0;
    while (true) {
        const std::size_t size = stream_.read(buffer.data(), buffer.size(), deadline);
        total += size;
        void* reply = nullptr;
        if (total > longest_reply_bytes ||
            ::redisReaderFeed(reader_.get(), buffer.data(), size) != REDIS_OK ||
            ::redisReaderGetReply(reader_.get(), &reply) != REDIS_OK) {
            not_redis();
        }
        if (reply != nullptr) {
            const std::unique_ptr<void, void (*)(void*)> owned(reply, ::freeReplyObject);
            if (reader_->pos != reader_->len) {
                not_redis();
            }
            return value_of(*static_cast<redisReply*>(reply));
        }
    }
}

} // namespace drf_messages::cache
