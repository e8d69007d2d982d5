// SPDX-License-Identifier: MIT
#include "django/pickle_output.hpp"

#include "django/pickle_opcode.hpp"
#include "django/pickle_text.hpp"
#include "text/utf8.hpp"

#include <cstring>
#include <limits>

namespace drf_messages::django {
namespace {

namespace op = pickle_opcode;

constexpr std::size_t frame_header_size = 9;
constexpr std::size_t smallest_frame = 4;
constexpr std::size_t frame_target = 64 * 1'024;

} // namespace

PickleOutput::PickleOutput(int protocol) : protocol_(protocol) {
    latin1_characters_.fill(not_in_memo);
    single_bytes_.fill(not_in_memo);
    out_ += static_cast<char>(op::proto);
    out_ += static_cast<char>(protocol);
    framing_ = protocol >= 4;
}

std::string PickleOutput::finish() {
    opcode(op::stop);
    end_frame();
    return std::move(out_);
}

void PickleOutput::write(std::string_view bytes) {
    if (framing_ && frame_start_ == std::string::npos) {
        frame_start_ = out_.size();
        out_.append(frame_header_size, '\0');
    }
    out_ += bytes;
}

void PickleOutput::opcode(unsigned char code) {
    const char byte = static_cast<char>(code);
    write({&byte, 1});
}

void PickleOutput::opcode(unsigned char code, std::uint64_t number, std::size_t bytes) {
    std::array<char, 9> buffer{static_cast<char>(code)};
    for (std::size_t i = 0; i < bytes; ++i) {
        buffer[i + 1] = static_cast<char>(number >> (8 * i) & 0xFFU);
    }
    write({buffer.data(), bytes + 1});
}

void PickleOutput::end_frame() {
    if (frame_start_ == std::string::npos) {
        return;
    }
    const std::size_t size = out_.size() - frame_start_ - frame_header_size;
    if (size < smallest_frame) {
        out_.erase(frame_start_, frame_header_size);
    } else {
        out_[frame_start_] = static_cast<char>(op::frame);
        for (std::size_t i = 0; i < sizeof(std::uint64_t); ++i) {
            out_[frame_start_ + 1 + i] = static_cast<char>(size >> (8 * i) & 0xFFU);
        }
    }
    frame_start_ = std::string::npos;
}

void PickleOutput::end_large_frame() {
    if (frame_start_ != std::string::npos &&
        out_.size() - frame_start_ - frame_header_size >= frame_target) {
        end_frame();
    }
}

// A large payload is outside frames.
void PickleOutput::counted(unsigned char code, std::size_t length_bytes, std::string_view payload) {
    const bool framing = framing_;
    if (payload.size() >= frame_target) {
        end_frame();
        framing_ = false;
    }
    opcode(code, payload.size(), length_bytes);
    write(payload);
    framing_ = framing;
}

void PickleOutput::memoize() {
    if (protocol_ >= 4) {
        opcode(op::memoize);
    } else if (memo_size_ <= 0xFF) {
        opcode(op::binput, memo_size_, 1);
    } else {
        opcode(op::long_binput, memo_size_, 4);
    }
    ++memo_size_;
}

void PickleOutput::memoize_as(std::uint32_t& memo) {
    memo = memo_size_;
    memoize();
}

bool PickleOutput::recall(std::uint32_t memo) {
    if (memo == not_in_memo) {
        return false;
    }
    opcode(memo <= 0xFF ? op::binget : op::long_binget, memo, memo <= 0xFF ? 1 : 4);
    return true;
}

void PickleOutput::save_integer(std::int64_t number) {
    if (number >= 0 && number <= 0xFF) {
        opcode(op::binint1, static_cast<std::uint64_t>(number), 1);
    } else if (number >= 0 && number <= 0xFFFF) {
        opcode(op::binint2, static_cast<std::uint64_t>(number), 2);
    } else if (number >= std::numeric_limits<std::int32_t>::min() && number <= std::numeric_limits<std::int32_t>::max()) {
        opcode(op::binint, static_cast<std::uint64_t>(number), 4);
    } else {
        save_long(decimal_to_long(std::to_string(number)));
    }
}

void PickleOutput::save_unsigned(std::uint64_t number) {
    if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        save_integer(static_cast<std::int64_t>(number));
    } else {
        save_long(decimal_to_long(std::to_string(number)));
    }
}

void PickleOutput::save_long(std::string_view bytes) {
    const bool is_short = bytes.size() <= 0xFF;
    opcode(is_short ? op::long1 : op::long4, bytes.size(), is_short ? 1 : 4);
    write(bytes);
}

void PickleOutput::save_real(double number) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof bits);
    std::array<char, 9> buffer{static_cast<char>(op::binfloat)};
    for (std::size_t i = 0; i < sizeof bits; ++i) {
        buffer[buffer.size() - 1 - i] = static_cast<char>(bits >> (8 * i) & 0xFFU);
    }
    write({buffer.data(), buffer.size()});
}

void PickleOutput::save_text(std::string_view text) {
    end_large_frame();
    std::uint32_t* const shared = memo_of_shared(text);
    if (shared && recall(*shared)) {
        return;
    }
    if (protocol_ >= 4 && text.size() <= 0xFF) {
        counted(op::short_binunicode, 1, text);
    } else {
        counted(op::binunicode, 4, text);
    }
    if (shared) {
        *shared = memo_size_;
    }
    memoize();
}

// Python keeps one object for the empty text and one for each character of Latin-1.
std::uint32_t* PickleOutput::memo_of_shared(std::string_view text) {
    if (text.empty()) {
        return &latin1_characters_[empty];
    }
    if (text.size() > 2) {
        return nullptr;
    }
    const auto first = text::first_utf8_character(text);
    if (!first.valid || first.size != text.size() || first.code_point > 0xFF) {
        return nullptr;
    }
    return &latin1_characters_[first.code_point];
}

void PickleOutput::save_bytes(std::string_view bytes) {
    std::uint32_t* const shared = memo_of_shared_bytes(bytes);
    if (shared && recall(*shared)) {
        return;
    }
    save_new_bytes(bytes);
    if (shared) {
        *shared = memo_size_ - 1;
    }
}

// And one for no bytes, and for each byte.
std::uint32_t* PickleOutput::memo_of_shared_bytes(std::string_view bytes) {
    if (bytes.size() > 1) {
        return nullptr;
    }
    return &single_bytes_[bytes.empty() ? empty : static_cast<unsigned char>(bytes.front())];
}

void PickleOutput::save_new_bytes(std::string_view bytes) {
    if (protocol_ >= 3) {
        const bool is_short = bytes.size() <= 0xFF;
        counted(is_short ? op::short_binbytes : op::binbytes, is_short ? 1 : 4, bytes);
        memoize();
    } else if (bytes.empty()) {
        save_global(bytes_);
        end_call(op::empty_tuple);
    } else {
        save_global(codecs_encode_);
        save_text(text::latin1_to_utf8(bytes));
        if (!recall(latin1_memo_)) {
            latin1_memo_ = memo_size_;
            save_text("latin1");
        }
        end_call(op::tuple2);
    }
}

void PickleOutput::save_global(Global& global) {
    if (recall(global.memo)) {
        return;
    }
    std::string_view module = global.module;
    if (protocol_ >= 4) {
        save_module(module);
        save_text(global.name);
        opcode(op::stack_global);
    } else {
        if (protocol_ < 3 && module == "builtins") {
            module = "__builtin__";
        }
        opcode(op::global);
        write(std::string(module) + "\n" + std::string(global.name) + "\n");
    }
    memoize_as(global.memo);
}

void PickleOutput::save_module(std::string_view module) {
    for (const Global& known : modules_) {
        if (known.module == module && recall(known.memo)) {
            return;
        }
    }
    for (Global& free : modules_) {
        if (free.memo != not_in_memo) {
            continue;
        }
        free = {module, {}, memo_size_};
        break;
    }
    save_text(module);
}

// The items of a call have just been written.
void PickleOutput::end_call(unsigned char tuple) {
    opcode(tuple);
    if (tuple != op::empty_tuple) {
        memoize();
    }
    opcode(op::reduce);
    memoize();
}

} // namespace drf_messages::django
