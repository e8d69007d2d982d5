// SPDX-License-Identifier: MIT
#include "http/headers.hpp"
#include "middleware/factories.hpp"
#include "text/ascii.hpp"

#include <zlib.h>

#include <numeric>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::middleware {
namespace {

constexpr std::size_t shortest_worth_compressing = 200; // bytes
constexpr std::size_t most_random_bytes = 100;
constexpr int unix_os = 3; // as zlib has it in a header of its own

bool is_word_character(char c) {
    return text::is_alphanumeric(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// Whether "gzip" appears as a separate word, whatever its q says: Django's \bgzip\b.
bool accepts_gzip(std::string_view accept_encoding) {
    constexpr std::string_view word = "gzip";
    for (std::size_t at = accept_encoding.find(word); at != std::string_view::npos;
         at = accept_encoding.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_word_character(accept_encoding[at - 1])) &&
            (end == accept_encoding.size() || !is_word_character(accept_encoding[end]))) {
            return true;
        }
    }
    return false;
}

/// A file name of 0 to 99 characters, which nobody wants to know: who guesses parts of an answer
/// cannot tell from its length whether that was right (the attack is called BREACH).
std::string random_file_name(const crypto::RandomBytes& random) {
    std::string lengths(most_random_bytes, '\0');
    std::iota(lengths.begin(), lengths.end(), '\0');
    const std::string chosen = crypto::random_string(random, 1, lengths);
    return std::string(static_cast<unsigned char>(chosen[0]), 'a');
}

/// The gzip form; empty when zlib fails.
/// - file_name: in its header.
std::string gzip(std::string_view bytes, std::optional<std::string> file_name) {
    constexpr int level = 6;
    constexpr int window_bits_with_gzip_header = 15 + 16;
    constexpr int memory_level = 8;
    z_stream stream{};
    if (deflateInit2(
            &stream,
            level,
            Z_DEFLATED,
            window_bits_with_gzip_header,
            memory_level,
            Z_DEFAULT_STRATEGY
        ) != Z_OK) {
        return {};
    }
    gz_header header{};
    if (file_name) {
        header.os = unix_os;
        header.name = reinterpret_cast<Bytef*>(file_name->data());
        deflateSetHeader(&stream, &header);
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = deflate(&stream, Z_FINISH);
    out.resize(result == Z_STREAM_END ? stream.total_out : 0);
    deflateEnd(&stream);
    return out;
}

/// Django: django/middleware/gzip.py.
class GZipMiddleware final : public Middleware {
public:
    void process_response(HttpRequest& request, http::Response& response) override {
        // Django compresses streams too. Here each is for one client that listens for hours: what
        // it says must go out at once, not with the compressor's next block, and a compressor for
        // each client would cost a quarter of a megabyte.
        if (response.stream) {
            return;
        }
        if (response.body.size() < shortest_worth_compressing ||
            response.headers.contains("Content-Encoding")) {
            return;
        }
        http::patch_vary(response.headers, "Accept-Encoding");
        if (!accepts_gzip(request.header("Accept-Encoding").value_or(""))) {
            return;
        }
        const auto& site = request.site;
        std::string compressed = gzip(
            response.body,
            site.differences.has(model::Difference::gzip_random_length)
                ? std::optional(random_file_name(site.random))
                : std::nullopt
        );
        if (compressed.empty() || compressed.size() >= response.body.size()) {
            return;
        }
        response.body = std::move(compressed);
        response.headers.set("Content-Length", std::to_string(response.body.size()));
        if (const auto etag = response.headers.find("ETag"); etag && etag->starts_with('"')) {
            response.headers.set("ETag", "W/" + std::string(*etag));
        }
        response.headers.set("Content-Encoding", "gzip");
    }
};

} // namespace

std::unique_ptr<Middleware> make_gzip_middleware(const SiteResources&, const View&) {
    return std::make_unique<GZipMiddleware>();
}

} // namespace drf_messages::middleware
