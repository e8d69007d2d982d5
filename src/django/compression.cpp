// SPDX-License-Identifier: MIT
#include "django/compression.hpp"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace drf_messages::django {
namespace {

constexpr int gzip_window_bits = MAX_WBITS + 16;
// gzip.compress()'s default level, where zlib.compress() takes zlib's own.
constexpr int gzip_level = 9;
constexpr int default_memory_level = 8;

int window_bits(Compression format) {
    return format == Compression::gzip ? gzip_window_bits : MAX_WBITS;
}

// zlib's interface predates const.
Bytef* input(std::string_view bytes) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

// zlib's states are large. Reusing one of each kind per thread takes a quarter of the time of
// making a new one.
class Inflater {
public:
    explicit Inflater(Compression format) {
        if (inflateInit2(&stream_, window_bits(format)) != Z_OK) {
            throw std::runtime_error("zlib: no memory");
        }
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    z_stream& reset() {
        inflateReset(&stream_);
        return stream_;
    }

private:
    z_stream stream_{};
};

class Deflater {
public:
    explicit Deflater(Compression format) {
        const int level = format == Compression::gzip ? gzip_level : Z_DEFAULT_COMPRESSION;
        if (deflateInit2(
                &stream_,
                level,
                Z_DEFLATED,
                window_bits(format),
                default_memory_level,
                Z_DEFAULT_STRATEGY
            ) != Z_OK) {
            throw std::runtime_error("zlib: no memory");
        }
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    z_stream& reset() {
        deflateReset(&stream_);
        return stream_;
    }

private:
    z_stream stream_{};
};

template<typename Codec>
z_stream& stream_of(Compression format) {
    if (format == Compression::gzip) {
        thread_local Codec gzip(Compression::gzip);
        return gzip.reset();
    }
    thread_local Codec zlib(Compression::zlib);
    return zlib.reset();
}

} // namespace

Decompressed decompress(std::string_view compressed, std::size_t limit_bytes, Compression format) {
    using Outcome = Decompressed::Outcome;
    if (compressed.size() > limit_bytes) {
        return {Outcome::too_large, {}};
    }
    z_stream& stream = stream_of<Inflater>(format);
    stream.next_in = input(compressed);
    stream.avail_in = static_cast<uInt>(compressed.size());

    // One byte more than allowed distinguishes the largest from the too large.
    std::string out;
    std::size_t filled = 0;
    int status = Z_OK;
    while (status == Z_OK && filled <= limit_bytes) {
        constexpr std::size_t usual_ratio = 4;
        constexpr std::size_t smallest = 512;
        const std::size_t wanted =
            std::max({smallest, compressed.size() * usual_ratio, filled * 2});
        out.resize(std::min(wanted, limit_bytes + 1));
        stream.next_out = reinterpret_cast<Bytef*>(out.data()) + filled;
        stream.avail_out = static_cast<uInt>(out.size() - filled);
        status = inflate(&stream, Z_NO_FLUSH);
        filled = out.size() - stream.avail_out;
    }
    if (filled > limit_bytes) {
        return {Outcome::too_large, {}};
    }
    if (status != Z_STREAM_END) {
        return {Outcome::broken, {}};
    }
    out.resize(filled);
    return {Outcome::complete, std::move(out)};
}

std::string compress(std::string_view bytes, Compression format) {
    z_stream& stream = stream_of<Deflater>(format);
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = input(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int status = deflate(&stream, Z_FINISH);
    out.resize(out.size() - stream.avail_out);
    if (status != Z_STREAM_END) {
        throw std::runtime_error("zlib: cannot compress");
    }
    return out;
}

} // namespace drf_messages::django
