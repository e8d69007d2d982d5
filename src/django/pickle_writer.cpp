// SPDX-License-Identifier: MIT
#include "django/pickle.hpp"
#include "django/pickle_opcode.hpp"
#include "django/pickle_output.hpp"
#include "django/pickle_text.hpp"
#include "django/python_value.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

namespace drf_messages::django {
namespace {

namespace op = pickle_opcode;

constexpr std::size_t batch_size = 1'000;

// A dict's opcodes: a batch of exactly the largest size is followed by an empty one.
class DictBatches {
public:
    DictBatches(PickleOutput& writer, std::size_t size) : writer_(writer), size_(size) {}

    void begin_item() {
        if (size_ > 1 && !open_) {
            writer_.opcode(op::mark);
            open_ = true;
        }
    }

    void end_item() {
        if (size_ == 1) {
            writer_.opcode(op::setitem);
        } else if (++in_batch_ == batch_size) {
            end_batch();
        }
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

    PickleOutput& writer_;
    std::size_t size_;
    std::size_t in_batch_ = 0;
    bool open_ = false;
};

// What Python's pickler, the one in C, writes, save(object) by save(object).
class Writer {
public:
    explicit Writer(int protocol) : out_(protocol) {}

    std::string finish(const boost::json::value& value) {
        save(value);
        return out_.finish();
    }

private:
    using Global = PickleOutput::Global;

    void save(const boost::json::value& value) {
        out_.end_large_frame();
        switch (value.kind()) {
        case boost::json::kind::null:
            out_.opcode(op::none);
            break;
        case boost::json::kind::bool_:
            out_.opcode(value.get_bool() ? op::newtrue : op::newfalse);
            break;
        case boost::json::kind::int64:
            out_.save_integer(value.get_int64());
            break;
        case boost::json::kind::uint64:
            out_.save_unsigned(value.get_uint64());
            break;
        case boost::json::kind::double_:
            out_.save_real(value.get_double());
            break;
        case boost::json::kind::string: {
            const auto text = python_text(value.get_string());
            if (text.starts_with(python_marker)) {
                out_.save_long(decimal_to_long(text.substr(1)));
            } else {
                out_.save_text(text);
            }
            break;
        }
        case boost::json::kind::array:
            save_list(value.get_array());
            break;
        case boost::json::kind::object:
            if (const auto* const member = python_value(value.get_object())) {
                save_python(python_text(member->key()), member->value());
            } else {
                save_dict(value.get_object());
            }
            break;
        }
    }

    void save_list(const boost::json::array& list) {
        out_.opcode(op::empty_list);
        out_.memoize();
        if (list.size() == 1) {
            save(list[0]);
            out_.opcode(op::append);
            return;
        }
        for (std::size_t begin = 0; begin < list.size(); begin += batch_size) {
            out_.opcode(op::mark);
            for (std::size_t i = begin; i < std::min(begin + batch_size, list.size()); ++i) {
                save(list[i]);
            }
            out_.opcode(op::appends);
        }
    }

    void save_dict(const boost::json::object& dict) {
        out_.opcode(op::empty_dict);
        out_.memoize();
        const auto* const found = dict.if_contains(python_other_keys);
        const boost::json::array* const other_keys = found ? &found->get_array() : nullptr;
        const std::size_t size = dict.size() + (other_keys ? other_keys->size() - 1 : 0);
        DictBatches batches(out_, size);
        for (const auto& member : dict) {
            if (&member.value() == found) {
                continue;
            }
            batches.begin_item();
            out_.save_text(python_text(member.key()));
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

    void save_python(std::string_view tag, const boost::json::value& value) {
        if (tag == python_tuple) {
            save_tuple(value.get_array());
        } else if (tag == python_set) {
            save_set(value.get_array());
        } else if (tag == python_frozenset) {
            save_frozenset(value.get_array());
        } else if (tag == python_bytes) {
            out_.save_bytes(python_text(value.get_string()));
        } else if (tag == python_bytearray) {
            save_bytearray(python_text(value.get_string()));
        } else if (tag == python_date) {
            save_date(python_text(value.get_string()));
        } else if (tag == python_datetime_tag) {
            save_datetime(value.get_array());
        } else {
            throw std::logic_error("write_pickle: a wrapper that read_pickle does not make");
        }
    }

    void save_tuple(const boost::json::array& tuple) {
        constexpr std::array short_tuples{op::empty_tuple, op::tuple1, op::tuple2, op::tuple3};
        const bool is_short = tuple.size() < short_tuples.size();
        if (!is_short) {
            out_.opcode(op::mark);
        }
        for (const auto& item : tuple) {
            save(item);
        }
        out_.opcode(is_short ? short_tuples[tuple.size()] : op::tuple);
        if (!tuple.empty()) {
            out_.memoize();
        }
    }

    void save_set(const boost::json::array& set) {
        if (out_.protocol() < 4) {
            out_.save_global(set_);
            save_list(set);
            out_.end_call(op::tuple1);
            return;
        }
        out_.opcode(op::empty_set);
        out_.memoize();
        for (std::size_t begin = 0; begin < set.size(); begin += batch_size) {
            out_.opcode(op::mark);
            for (std::size_t i = begin; i < std::min(begin + batch_size, set.size()); ++i) {
                save(set[i]);
            }
            out_.opcode(op::additems);
        }
    }

    void save_frozenset(const boost::json::array& set) {
        if (out_.protocol() < 4) {
            out_.save_global(frozenset_);
            save_list(set);
            out_.end_call(op::tuple1);
            return;
        }
        out_.opcode(op::mark);
        for (const auto& item : set) {
            save(item);
        }
        out_.opcode(op::frozenset);
        out_.memoize();
    }

    void save_bytearray(std::string_view bytes) {
        if (out_.protocol() >= 5) {
            out_.counted(op::bytearray8, 8, bytes);
            out_.memoize();
            return;
        }
        out_.save_global(bytearray_);
        if (!bytes.empty()) {
            out_.save_bytes(bytes);
        }
        out_.end_call(bytes.empty() ? op::empty_tuple : op::tuple1);
    }

    void save_date(std::string_view state) {
        out_.save_global(date_);
        out_.save_bytes(state);
        out_.end_call(op::tuple1);
    }

    void save_datetime(const boost::json::array& parts) {
        out_.save_global(datetime_);
        out_.save_bytes(python_text(parts[0].get_string()));
        const auto& tzinfo = parts[1];
        if (tzinfo.is_null()) {
            out_.end_call(op::tuple1);
            return;
        }
        if (tzinfo.is_bool()) {
            save_pytz_utc();
        } else if (tzinfo.is_array()) {
            save_timezone(tzinfo.get_array()[0].get_int64(), &tzinfo.get_array()[1].get_string());
        } else {
            save_timezone(tzinfo.get_int64(), nullptr);
        }
        out_.end_call(op::tuple2);
    }

    void save_pytz_utc() {
        if (out_.recall(pytz_utc_memo_)) {
            return;
        }
        out_.save_global(pytz_utc_);
        out_.end_call(op::empty_tuple);
        pytz_utc_memo_ = out_.last_memo();
    }

    void save_timezone(std::int64_t offset, const boost::json::string* name) {
        const bool is_utc = offset == 0 && !name;
        if (is_utc && out_.recall(utc_memo_)) {
            return;
        }
        out_.save_global(timezone_);
        save_timedelta(offset);
        if (name) {
            out_.save_text(python_text(*name));
        }
        out_.end_call(name ? op::tuple2 : op::tuple1);
        if (is_utc) {
            utc_memo_ = out_.last_memo();
        }
    }

    // - microseconds: less than a day, either way.
    void save_timedelta(std::int64_t microseconds) {
        constexpr std::int64_t second = 1'000'000;
        constexpr std::int64_t day = 86'400 * second;
        const std::int64_t days = microseconds < 0 ? -1 : 0;
        const std::int64_t rest = microseconds - days * day;
        out_.save_global(timedelta_);
        out_.save_integer(days);
        out_.save_integer(rest / second);
        out_.save_integer(rest % second);
        out_.end_call(op::tuple3);
    }
    PickleOutput out_;
    std::uint32_t pytz_utc_memo_ = PickleOutput::not_in_memo;
    std::uint32_t utc_memo_ = PickleOutput::not_in_memo;
    Global bytearray_{"builtins", "bytearray"};
    Global set_{"builtins", "set"};
    Global frozenset_{"builtins", "frozenset"};
    Global date_{"datetime", "date"};
    Global datetime_{"datetime", "datetime"};
    Global timedelta_{"datetime", "timedelta"};
    Global timezone_{"datetime", "timezone"};
    Global pytz_utc_{"pytz", "_UTC"};
};

} // namespace

std::string write_pickle(const boost::json::value& value, int protocol) {
    if (protocol < 2 || protocol > static_cast<int>(op::highest_protocol)) {
        throw std::logic_error("write_pickle: protocol");
    }
    if (is_incomplete(value)) {
        throw std::logic_error("write_pickle: a value from which something was skipped");
    }
    return Writer(protocol).finish(value);
}

} // namespace drf_messages::django
