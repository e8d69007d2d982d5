// SPDX-License-Identifier: MIT
// The bytes of a connection: in one piece and in many they are the same requests, none of which a
// proxy in front could read another way; the first byte chooses the pieces. A request that is
// written again is read again as it was.
#include "fuzz.hpp"
#include "http/headers.hpp"
#include "server/conversation.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

using namespace drf_messages;

namespace {

constexpr server::RequestReader::Limits narrow{.header_bytes = 1024, .body_bytes = 4096};
constexpr server::RequestReader::Limits wide{.header_bytes = 64 * 1024, .body_bytes = 64 * 1024};

/// How many bytes come at a time: always one, or for another seed now few, now many.
class Pieces {
public:
    explicit Pieces(std::uint8_t seed) : state_(seed) {}

    std::size_t next() {
        state_ = state_ * 1'103'515'245U;
        return 1 + (state_ >> 16U) % 64;
    }

private:
    std::uint32_t state_;
};

struct Whole {
    static std::size_t next() { return std::string_view::npos; }
};

void require_answer(const server::Conversation& conversation) {
    std::string text;
    for (const auto part : conversation.out()) {
        text += part;
    }
    fuzz::require(text.starts_with("HTTP/1.1 ") && text.find("\r\n\r\n") != std::string::npos);
}

http::Response hello() {
    http::Response response;
    response.headers.add("Content-Type", "text/plain");
    response.body = "hello";
    return response;
}

/// The requests among the bytes, each answered before the next one is read.
template<class Sizes>
std::vector<http::Request>
heard(std::string_view bytes, server::RequestReader::Limits limits, Sizes sizes) {
    const std::atomic<bool> draining{false};
    const server::Conversation::Time now{};
    server::Conversation conversation(limits, {.remote_address = "127.0.0.1"}, draining);
    std::vector<http::Request> requests;
    server::Decision decision{server::Step::read};
    while (true) {
        switch (decision.step) {
        case server::Step::read: {
            if (bytes.empty()) {
                decision = conversation.ended();
                break;
            }
            if (conversation.is_idle()) {
                const auto lent = bytes.substr(
                    0, std::min(sizes.next(), std::size_t{server::InputBuffer::initial_size})
                );
                bytes.remove_prefix(lent.size());
                // whose memory others use too, once it is looked at
                decision = conversation.received(std::string(lent), now);
                break;
            }
            const std::span<char> room = conversation.room();
            fuzz::require(!room.empty());
            const auto count = std::min({room.size(), bytes.size(), sizes.next()});
            std::memcpy(room.data(), bytes.data(), count);
            bytes.remove_prefix(count);
            decision = conversation.received(count, now);
            break;
        }
        case server::Step::handle:
            requests.push_back(conversation.request());
            decision = conversation.answer(hello());
            break;
        case server::Step::continue_100:
        case server::Step::write:
            require_answer(conversation);
            decision = conversation.written(now);
            break;
        case server::Step::stream:
        case server::Step::linger:
        case server::Step::close:
            return requests;
        }
    }
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < 0x7f &&
               std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
    });
}

bool is_control(char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f;
}

/// How a body is framed; a request that is written again has a length of its own.
bool is_framing(std::string_view name) {
    return http::same_name(name, "Content-Length") || http::same_name(name, "Transfer-Encoding") ||
           http::same_name(name, "Expect");
}

/// RFC 9112, and what it leaves open that proxies read in more than one way (RFC 9112, 11.2).
void require_one_reading(const http::Request& request) {
    fuzz::require(is_token(request.method));
    fuzz::require(!request.target.empty());
    fuzz::require(std::none_of(request.target.begin(), request.target.end(), [](char c) {
        return is_control(c) || c == ' ' || c == '\t' || c == '#';
    }));
    std::size_t lengths = 0;
    std::size_t encodings = 0;
    for (const auto& [name, value] : request.headers.fields()) {
        fuzz::require(is_token(name));
        fuzz::require(std::none_of(value.begin(), value.end(), is_control));
        lengths += http::same_name(name, "Content-Length") ? 1 : 0;
        encodings += http::same_name(name, "Transfer-Encoding") ? 1 : 0;
    }
    fuzz::require(lengths + encodings <= 1);
    if (encodings == 0) {
        const auto length = request.headers.find("Content-Length");
        fuzz::require(
            request.body.size() == (length ? std::stoull(std::string(*length)) : std::size_t{0})
        );
    }
}

/// What of a request reaches a handler, its framing left out.
std::vector<std::pair<std::string, std::string>> content(const http::Request& request) {
    std::vector<std::pair<std::string, std::string>> all{
        {request.method, request.target}, {"", request.body}};
    for (const auto& field : request.headers.fields()) {
        if (!is_framing(field.first)) {
            all.push_back(field);
        }
    }
    return all;
}

std::string written(const http::Request& request) {
    std::string text = request.method + " " + request.target + " HTTP/1.0\r\n";
    for (const auto& [name, value] : request.headers.fields()) {
        if (!is_framing(name)) {
            text += name + ": " + value + "\r\n";
        }
    }
    return text + "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n" +
           request.body;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const auto bytes = fuzz::text(data + 1, size - 1);
    const auto whole = heard(bytes, narrow, Whole());
    const auto pieces = heard(bytes, narrow, Pieces(data[0]));
    // beyond the limits it depends on the pieces how much of a header was seen
    fuzz::require(whole.size() == pieces.size() || bytes.size() > narrow.header_bytes);
    for (std::size_t i = 0; i < std::min(whole.size(), pieces.size()); ++i) {
        fuzz::require(content(whole[i]) == content(pieces[i]));
    }
    for (const auto& request : whole) {
        require_one_reading(request);
        const auto again = heard(written(request), wide, Whole());
        fuzz::require(again.size() == 1 && content(again.front()) == content(request));
    }
    return 0;
}
