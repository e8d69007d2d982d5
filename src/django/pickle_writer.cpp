// SPDX-License-Identifier: MIT
#include "django/pickle.hpp"
#include "django/pickle_opcode.hpp"
#include "django/pickle_text.hpp"
#include "django/python_value.hpp"
#include "text/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <stdexcept>

namespace drf_messages::django {
namespace {

namespace op = pickle_opcode;

constexpr std::size_t batch_size = 1'000;
constexpr std::size_t frame_header_size = 9;
constexpr std::size_t smallest_frame = 4;
constexpr std::size_t frame_target = 64 * 1'024;
constexpr std::uint32_t not_in_memo = 0xFFFFFFFF;

// A class or function by its module; `memo` once it was written.
struct Global {
    std::string_view module;
    std::string_view name;
    std::uint32_t memo = not_in_memo;
};

// What Python's pickler of C writes, save(object) by save(object).
class Writer {
public:
    explicit Writer(int protocol) : protocol_(protocol) {
        latin1_characters_.fill(not_in_memo);
        single_bytes_.fill(not_in_memo);
        out_ += static_cast<char>(op::proto);
        out_ += static_cast<char>(protocol);
        framing_ = protocol >= 4;
    }

    std::string finish(const boost::json::value& value) {
        save(value);
        opcode(op::stop);
        end_frame();
        return std::move(out_);
    }

private:
    void write(std::string_view bytes) {
        if (framing_ && frame_start_ == std::string::npos) {
            frame_start_ = out_.size();
            out_.append(frame_header_size, '\0');
        }
        out_ += bytes;
    }

    void opcode(unsigned char code) {
        const char byte = static_cast<char>(code);
        write({&byte, 1});
    }

    void opcode(unsigned char code, std::uint64_t number, std::size_t bytes) {
        std::array<char, 9> buffer{static_cast<char>(code)};
        for (std::size_t i = 0; i < bytes; ++i)
            buffer[i + 1] = static_cast<char>(number >> (8 * i) & 0xFFU);
        write({buffer.data(), bytes + 1});
    }

    void end_frame() {
        if (frame_start_ == std::string::npos)
            return;
        const std::size_t size = out_.size() - frame_start_ - frame_header_size;
        if (size < smallest_frame) {
            out_.erase(frame_start_, frame_header_size);
        } else {
            out_[frame_start_] = static_cast<char>(op::frame);
            for (std::size_t i = 0; i < sizeof(std::uint64_t); ++i)
                out_[frame_start_ + 1 + i] = static_cast<char>(size >> (8 * i) & 0xFFU);
        }
        frame_start_ = std::string::npos;
    }

    void end_large_frame() {
        if (frame_start_ != std::string::npos &&
            out_.size() - frame_start_ - frame_header_size >= frame_target)
            end_frame();
    }

    // A large payload stands outside of frames.
    void counted(unsigned char code, std::size_t length_bytes, std::string_view payload) {
        const bool framing = framing_;
        if (payload.size() >= frame_target) {
            end_frame();
            framing_ = false;
        }
        opcode(code, payload.size(), length_bytes);
        write(payload);
        framing_ = framing;
    }

    void memoize() {
        if (protocol_ >= 4)
            opcode(op::memoize);
        else if (memo_size_ <= 0xFF)
            opcode(op::binput, memo_size_, 1);
        else
            opcode(op::long_binput, memo_size_, 4);
        ++memo_size_;
    }

    bool recall(std::uint32_t memo) {
        if (memo == not_in_memo)
            return false;
        opcode(memo <= 0xFF ? op::binget : op::long_binget, memo, memo <= 0xFF ? 1 : 4);
        return true;
    }

    void memoize_as(std::uint32_t& memo) {
        memo = memo_size_;
        memoize();
    }

    void save(const boost::json::value& value) {
        end_large_frame();
        switch (value.kind()) {
        case boost::json::kind::null:
            opcode(op::none);
            break;
        case boost::json::kind::bool_:
            opcode(value.get_bool() ? op::newtrue : op::newfalse);
            break;
        case boost::json::kind::int64:
            save_integer(value.get_int64());
            break;
        case boost::json::kind::uint64:
            save_unsigned(value.get_uint64());
            break;
        case boost::json::kind::double_:
            save_real(value.get_double());
            break;
        case boost::json::kind::string: {
            const auto text = python_text(value.get_string());
            if (text.starts_with(python_marker))
                save_long(decimal_to_long(text.substr(1)));
            else
                save_text(text);
            break;
        }
        case boost::json::kind::array:
            save_list(value.get_array());
            break;
        case boost::json::kind::object:
            if (const auto* const member = python_value(value.get_object()))
                save_python(python_text(member->key()), member->value());
            else
                save_dict(value.get_object());
            break;
        }
    }

    void save_integer(std::int64_t number) {
        if (number >= 0 && number <= 0xFF)
            opcode(op::binint1, static_cast<std::uint64_t>(number), 1);
        else if (number >= 0 && number <= 0xFFFF)
            opcode(op::binint2, static_cast<std::uint64_t>(number), 2);
        else if (number >= std::numeric_limits<std::int32_t>::min() && number <= std::numeric_limits<std::int32_t>::max())
            opcode(op::binint, static_cast<std::uint64_t>(number), 4);
        else
            save_long(decimal_to_long(std::to_string(number)));
    }

    void save_unsigned(std::uint64_t number) {
        if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            save_integer(static_cast<std::int64_t>(number));
        else
            save_long(decimal_to_long(std::to_string(number)));
    }

    void save_long(std::string_view bytes) {
        const bool is_short = bytes.size() <= 0xFF;
        opcode(is_short ? op::long1 : op::long4, bytes.size(), is_short ? 1 : 4);
        write(bytes);
    }

    void save_real(double number) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &number, sizeof bits);
        std::array<char, 9> buffer{static_cast<char>(op::binfloat)};
        for (std::size_t i = 0; i < sizeof bits; ++i)
            buffer[buffer.size() - 1 - i] = static_cast<char>(bits >> (8 * i) & 0xFFU);
        write({buffer.data(), buffer.size()});
    }

    void save_text(std::string_view text) {
        end_large_frame();
        std::uint32_t* const shared = memo_of_shared(text);
        if (shared && recall(*shared))
            return;
        if (protocol_ >= 4 && text.size() <= 0xFF)
            counted(op::short_binunicode, 1, text);
        else
            counted(op::binunicode, 4, text);
        if (shared)
            *shared = memo_size_;
        memoize();
    }

    // Python keeps one object for the empty text and one for each character of Latin-1.
    std::uint32_t* memo_of_shared(std::string_view text) {
        if (text.empty())
            return &latin1_characters_[empty];
        if (text.size() > 2)
            return nullptr;
        const auto first = text::first_utf8_character(text);
        if (!first.valid || first.size != text.size() || first.code_point > 0xFF)
            return nullptr;
        return &latin1_characters_[first.code_point];
    }

    void save_list(const boost::json::array& list) {
        opcode(op::empty_list);
        memoize();
        if (list.size() == 1) {
            save(list[0]);
            opcode(op::append);
            return;
        }
        for (std::size_t begin = 0; begin < list.size(); begin += batch_size) {
            opcode(op::mark);
            for (std::size_t i = begin; i < std::min(begin + batch_size, list.size()); ++i)
                save(list[i]);
            opcode(op::appends);
        }
    }

    void save_dict(const boost::json::object& dict) {
        opcode(op::empty_dict);
        memoize();
        const auto* const found = dict.if_contains(python_other_keys);
        const boost::json::array* const other_keys = found ? &found->get_array() : nullptr;
        const std::size_t size = dict.size() + (other_keys ? other_keys->size() - 1 : 0);
        DictBatches batches(*this, size);
        for (const auto& member : dict) {
            if (&member.value() == found)
                continue;
            batches.begin_item();
            save_text(python_text(member.key()));
            save(member.value());
            batches.end_item();
        }
        if (other_keys) {
            for (const auto& pair : *other_keys) {
                batches.begin_item();
                save(pair.get_array()[0]);
                save(pair.get_array()[1]);
                batches.end_item();
            }
        }
        batches.end();
    }

    // A dict's opcodes: a batch of exactly the largest size is followed by an empty one.
    class DictBatches {
    public:
        DictBatches(Writer& writer, std::size_t size) : writer_(writer), size_(size) {}

        void begin_item() {
            if (size_ > 1 && !open_) {
                writer_.opcode(op::mark);
                open_ = true;
            }
        }

        void end_item() {
            if (size_ == 1)
                writer_.opcode(op::setitem);
            else if (++in_batch_ == batch_size)
                end_batch();
        }

        void end() {
            if (open_) {
                end_batch();
            } else if (size_ > 1) {
                writer_.opcode(op::mark);
                end_batch();
            }
        }

    private:
        void end_batch() {
            writer_.opcode(op::setitems);
            open_ = false;
            in_batch_ = 0;
        }

        Writer& writer_;
        std::size_t size_;
        std::size_t in_batch_ = 0;
        bool open_ = false;
    };

    void save_python(std::string_view tag, const boost::json::value& value) {
        if (tag == python_tuple)
            save_tuple(value.get_array());
        else if (tag == python_set)
            save_set(value.get_array());
        else if (tag == python_frozenset)
            save_frozenset(value.get_array());
        else if (tag == python_bytes)
            save_bytes(python_text(value.get_string()));
        else if (tag == python_bytearray)
            save_bytearray(python_text(value.get_string()));
        else if (tag == python_date)
            save_date(python_text(value.get_string()));
        else if (tag == python_datetime_tag)
            save_datetime(value.get_array());
        else
            throw std::logic_error("write_pickle: a wrapper that read_pickle does not make");
    }

    void save_tuple(const boost::json::array& tuple) {
        constexpr std::array short_tuples{op::empty_tuple, op::tuple1, op::tuple2, op::tuple3};
        const bool is_short = tuple.size() < short_tuples.size();
        if (!is_short)
            opcode(op::mark);
        for (const auto& item : tuple)
            save(item);
        opcode(is_short ? short_tuples[tuple.size()] : op::tuple);
        if (!tuple.empty())
            memoize();
    }

    // The items of a call were just written.
    void end_call(unsigned char tuple) {
        opcode(tuple);
        if (tuple != op::empty_tuple)
            memoize();
        opcode(op::reduce);
        memoize();
    }

    void save_set(const boost::json::array& set) {
        if (protocol_ < 4) {
            save_global(set_);
            save_list(set);
            end_call(op::tuple1);
            return;
        }
        opcode(op::empty_set);
        memoize();
        for (std::size_t begin = 0; begin < set.size(); begin += batch_size) {
            opcode(op::mark);
            for (std::size_t i = begin; i < std::min(begin + batch_size, set.size()); ++i)
                save(set[i]);
            opcode(op::additems);
        }
    }

    void save_frozenset(const boost::json::array& set) {
        if (protocol_ < 4) {
            save_global(frozenset_);
            save_list(set);
            end_call(op::tuple1);
            return;
        }
        opcode(op::mark);
        for (const auto& item : set)
            save(item);
        opcode(op::frozenset);
        memoize();
    }

    // And one for no bytes, and for each byte.
    std::uint32_t* memo_of_shared_bytes(std::string_view bytes) {
        if (bytes.size() > 1)
            return nullptr;
        return &single_bytes_[bytes.empty() ? empty : static_cast<unsigned char>(bytes.front())];
    }

    void save_bytes(std::string_view bytes) {
        std::uint32_t* const shared = memo_of_shared_bytes(bytes);
        if (shared && recall(*shared))
            return;
        save_new_bytes(bytes);
        if (shared)
            *shared = memo_size_ - 1;
    }

    void save_new_bytes(std::string_view bytes) {
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

    void save_bytearray(std::string_view bytes) {
        if (protocol_ >= 5) {
            counted(op::bytearray8, 8, bytes);
            memoize();
            return;
        }
        save_global(bytearray_);
        if (!bytes.empty())
            save_bytes(bytes);
        end_call(bytes.empty() ? op::empty_tuple : op::tuple1);
    }

    void save_date(std::string_view state) {
        save_global(date_);
        save_bytes(state);
        end_call(op::tuple1);
    }

    void save_datetime(const boost::json::array& parts) {
        save_global(datetime_);
        save_bytes(python_text(parts[0].get_string()));
        const auto& tzinfo = parts[1];
        if (tzinfo.is_null()) {
            end_call(op::tuple1);
            return;
        }
        if (tzinfo.is_bool())
            save_pytz_utc();
        else if (tzinfo.is_array())
            save_timezone(tzinfo.get_array()[0].get_int64(), &tzinfo.get_array()[1].get_string());
        else
            save_timezone(tzinfo.get_int64(), nullptr);
        end_call(op::tuple2);
    }

    void save_pytz_utc() {
        if (recall(pytz_utc_memo_))
            return;
        save_global(pytz_utc_);
        end_call(op::empty_tuple);
        pytz_utc_memo_ = memo_size_ - 1;
    }

    void save_timezone(std::int64_t offset, const boost::json::string* name) {
        const bool is_utc = offset == 0 && !name;
        if (is_utc && recall(utc_memo_))
            return;
        save_global(timezone_);
        save_timedelta(offset);
        if (name)
            save_text(python_text(*name));
        end_call(name ? op::tuple2 : op::tuple1);
        if (is_utc)
            utc_memo_ = memo_size_ - 1;
    }

    // - microseconds: less than a day, either way.
    void save_timedelta(std::int64_t microseconds) {
        constexpr std::int64_t second = 1'000'000;
        constexpr std::int64_t day = 86'400 * second;
        const std::int64_t days = microseconds < 0 ? -1 : 0;
        const std::int64_t rest = microseconds - days * day;
        save_global(timedelta_);
        save_integer(days);
        save_integer(rest / second);
        save_integer(rest % second);
        end_call(op::tuple3);
    }

    void save_global(Global& global) {
        if (recall(global.memo))
            return;
        std::string_view module = global.module;
        if (protocol_ >= 4) {
            save_module(module);
            save_text(global.name);
            opcode(op::stack_global);
        } else {
            if (protocol_ < 3 && module == "builtins")
                module = "__builtin__";
            opcode(op::global);
            write(std::string(module) + "\n" + std::string(global.name) + "\n");
        }
        memoize_as(global.memo);
    }

    void save_module(std::string_view module) {
        for (const Global& known : modules_)
            if (known.module == module && recall(known.memo))
                return;
        for (Global& free : modules_) {
            if (free.memo != not_in_memo)
                continue;
            free = {module, {}, memo_size_};
            break;
        }
        save_text(module);
    }

    int protocol_;
    std::string out_;
    bool framing_ = false;
    std::size_t frame_start_ = std::string::npos;
    std::uint32_t memo_size_ = 0;
    static constexpr std::size_t empty = 256;
    std::array<std::uint32_t, empty + 1> latin1_characters_;
    std::array<std::uint32_t, empty + 1> single_bytes_;
    std::uint32_t latin1_memo_ = not_in_memo;
    std::uint32_t pytz_utc_memo_ = not_in_memo;
    std::uint32_t utc_memo_ = not_in_memo;
    std::array<Global, 4> modules_;
    Global bytes_{"builtins", "bytes"};
    Global bytearray_{"builtins", "bytearray"};
    Global set_{"builtins", "set"};
    Global frozenset_{"builtins", "frozenset"};
    Global codecs_encode_{"_codecs", "encode"};
    Global date_{"datetime", "date"};
    Global datetime_{"datetime", "datetime"};
    Global timedelta_{"datetime", "timedelta"};
    Global timezone_{"datetime", "timezone"};
    Global pytz_utc_{"pytz", "_UTC"};
};

} // namespace
} // namespace drf_messages::django

std::string drf_messages::django::write_pickle(const boost::json::value& value, int protocol) {
    if (protocol < 2 || protocol > static_cast<int>(op::highest_protocol))
        throw std::logic_error("write_pickle: protocol");
    return Writer(protocol).finish(value);
}
