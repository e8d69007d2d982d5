// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// The bytes of a pickle: opcodes, the frames of protocol 4, the memo, and all values that contain
/// no others. Python: Modules/_pickle.c.
class PickleOutput {
public:
    static constexpr std::uint32_t not_in_memo = 0xFFFFFFFF;

    /// A class or function by its module; `memo` once it was written.
    struct Global {
        std::string_view module;
        std::string_view name;
        std::uint32_t memo = not_in_memo;
    };

    /// - protocol: 2 to 5.
    explicit PickleOutput(int protocol);

    int protocol() const noexcept { return protocol_; }
    /// Ends the pickle; may be taken once.
    std::string finish();

    void opcode(unsigned char code);
    /// An opcode, the length of its payload in so many bytes, and the payload.
    void counted(unsigned char code, std::size_t length_bytes, std::string_view payload);
    /// Call before each object: a frame that is large enough ends here.
    void end_large_frame();

    /// Remembers the object that has just been written.
    void memoize();
    /// Where that object is.
    std::uint32_t last_memo() const noexcept { return memo_size_ - 1; }
    /// Writes a reference instead of the object; false when it is not in the memo.
    bool recall(std::uint32_t memo);

    void save_integer(std::int64_t number);
    void save_unsigned(std::uint64_t number);
    /// - bytes: little-endian two's complement.
    void save_long(std::string_view bytes);
    void save_real(double number);
    void save_text(std::string_view text);
    void save_bytes(std::string_view bytes);
    void save_global(Global& global);
    /// Calls the global that was written before its arguments; this opcode makes their tuple.
    void end_call(unsigned char tuple);

private:
    void write(std::string_view bytes);
    void opcode(unsigned char code, std::uint64_t number, std::size_t bytes);
    void end_frame();
    void memoize_as(std::uint32_t& memo);
    std::uint32_t* memo_of_shared(std::string_view text);
    std::uint32_t* memo_of_shared_bytes(std::string_view bytes);
    void save_new_bytes(std::string_view bytes);
    void save_module(std::string_view module);

    static constexpr std::size_t empty = 256;

    int protocol_;
    std::string out_;
    bool framing_ = false;
    std::size_t frame_start_ = std::string::npos;
    std::uint32_t memo_size_ = 0;
    std::array<std::uint32_t, empty + 1> latin1_characters_;
    std::array<std::uint32_t, empty + 1> single_bytes_;
    std::uint32_t latin1_memo_ = not_in_memo;
    std::array<Global, 4> modules_;
    Global bytes_{"builtins", "bytes"};
    Global codecs_encode_{"_codecs", "encode"};
};

} // namespace drf_messages::django
