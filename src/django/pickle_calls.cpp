// SPDX-License-Identifier: MIT
#include "django/pickle_machine.hpp"
#include "django/pickle_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace drf_messages::django {
namespace {

constexpr std::int64_t seconds_a_day = 86'400;
constexpr std::int64_t microseconds_a_second = 1'000'000;

struct NamedGlobal {
    std::string_view module;
    std::string_view name;
    PickleGlobal global;
};

// Pickles below protocol 3 carry Python 2's name of the module.
constexpr std::array known_globals{
    NamedGlobal{"builtins", "bytes", PickleGlobal::bytes},
    NamedGlobal{"__builtin__", "bytes", PickleGlobal::bytes},
    NamedGlobal{"builtins", "bytearray", PickleGlobal::bytearray},
    NamedGlobal{"__builtin__", "bytearray", PickleGlobal::bytearray},
    NamedGlobal{"builtins", "set", PickleGlobal::set},
    NamedGlobal{"__builtin__", "set", PickleGlobal::set},
    NamedGlobal{"builtins", "frozenset", PickleGlobal::frozenset},
    NamedGlobal{"__builtin__", "frozenset", PickleGlobal::frozenset},
    NamedGlobal{"_codecs", "encode", PickleGlobal::codecs_encode},
    NamedGlobal{"datetime", "date", PickleGlobal::date},
    NamedGlobal{"datetime", "datetime", PickleGlobal::datetime},
    NamedGlobal{"datetime", "timedelta", PickleGlobal::timedelta},
    NamedGlobal{"datetime", "timezone", PickleGlobal::timezone},
    NamedGlobal{"pytz", "_UTC", PickleGlobal::pytz_utc},
};

unsigned byte_at(std::string_view bytes, std::size_t place) {
    return static_cast<unsigned char>(bytes[place]);
}

bool is_date(std::string_view state) {
    constexpr unsigned without_fold = 0x7F;
    const std::chrono::year_month_day date{
        std::chrono::year(static_cast<int>(byte_at(state, 0) << 8 | byte_at(state, 1))),
        std::chrono::month(byte_at(state, 2) & without_fold),
        std::chrono::day(byte_at(state, 3))};
    return date.ok() && date.year() >= std::chrono::year(1) &&
           date.year() <= std::chrono::year(9999);
}

bool is_time(std::string_view state) {
    const unsigned microseconds =
        byte_at(state, 3) << 16 | byte_at(state, 4) << 8 | byte_at(state, 5);
    return byte_at(state, 0) < 24 && byte_at(state, 1) < 60 && byte_at(state, 2) < 60 &&
           microseconds < microseconds_a_second;
}

} // namespace

// - named: a node that holds the name.
bool PickleMachine::push_global(std::string_view module, std::string_view name, PickleNode named) {
    named.kind = Kind::foreign;
    for (const NamedGlobal& known : known_globals) {
        if (known.module == module && known.name == name) {
            named.kind = Kind::global;
            named.number = static_cast<std::int64_t>(known.global);
        }
    }
    return push_node(named);
}

bool PickleMachine::push_global_lines() {
    const auto module = take_line();
    const auto name = take_line();
    if (!module || !name) {
        return false;
    }
    PickleNode named;
    named.text = {module->data(), module->size() + 1 + name->size()};
    return push_global(*module, *name, named);
}

bool PickleMachine::push_stack_global() {
    const auto name = pop();
    const auto module = pop();
    if (!name || !module || nodes_[*name].kind != Kind::text ||
        nodes_[*module].kind != Kind::text) {
        return false;
    }
    PickleNode named;
    named.first = *module;
    named.last = *name;
    return push_global(nodes_[*module].text, nodes_[*name].text, named);
}

bool PickleMachine::push_foreign(std::uint32_t maker) {
    PickleNode object = nodes_[maker];
    if (object.kind != Kind::global && object.kind != Kind::foreign) {
        return false;
    }
    object.kind = Kind::foreign;
    return push_node(object);
}

bool PickleMachine::push_instance_lines() {
    if (!drop(pop_mark()) || !push_global_lines()) {
        return false;
    }
    const auto maker = pop();
    return maker && push_foreign(*maker);
}

bool PickleMachine::push_marked_instance() {
    const auto count = pop_mark();
    if (!count || *count == 0) {
        return false;
    }
    const std::uint32_t maker = stack_[stack_.size() - *count];
    return drop(count) && push_foreign(maker);
}

// - arguments: how many objects they take: a tuple, or a tuple and a dict.
bool PickleMachine::push_new_object(std::size_t arguments) {
    if (stack_.size() - fence() <= arguments) {
        return false;
    }
    drop(arguments);
    const auto maker = pop();
    return maker && push_foreign(*maker);
}

// The state of an object. Nothing else has one that a pickle sets.
bool PickleMachine::build() {
    return pop() && stack_.size() > fence() && nodes_[stack_.back()].kind == Kind::foreign;
}

bool PickleMachine::reduce() {
    const auto tuple = pop();
    const auto global = pop();
    if (!tuple || !global) {
        return false;
    }
    const PickleNode& given = nodes_[*tuple];
    if (given.kind == Kind::foreign || nodes_[*global].kind == Kind::foreign) {
        return (given.kind == Kind::foreign || given.kind == Kind::tuple) && push_foreign(*global);
    }
    constexpr std::size_t most_arguments = 3;
    if (given.kind != Kind::tuple || given.count > most_arguments ||
        nodes_[*global].kind != Kind::global) {
        return false;
    }
    Arguments arguments;
    for (auto item = given.first; item != PickleNode::nothing; item = items_[item].next) {
        if (nodes_[items_[item].node].kind == Kind::foreign) {
            return push_foreign(*global);
        }
        arguments.add(items_[item].node);
    }
    return call(static_cast<PickleGlobal>(nodes_[*global].number), arguments);
}

bool PickleMachine::call(PickleGlobal global, const Arguments& arguments) {
    switch (global) {
    case PickleGlobal::bytes:
        return arguments.size() == 0 && push_text(Kind::bytes, std::string_view());
    case PickleGlobal::bytearray:
        return call_bytearray(arguments);
    case PickleGlobal::set:
        return call_set(Kind::set, arguments);
    case PickleGlobal::frozenset:
        return call_set(Kind::frozenset, arguments);
    case PickleGlobal::codecs_encode:
        return call_codecs_encode(arguments);
    case PickleGlobal::date:
        return call_date(arguments);
    case PickleGlobal::datetime:
        return call_datetime(arguments);
    case PickleGlobal::timedelta:
        return call_timedelta(arguments);
    case PickleGlobal::timezone:
        return call_timezone(arguments);
    case PickleGlobal::pytz_utc:
        return arguments.size() == 0 && push_number(Kind::utc, 0);
    }
    return false;
}

bool PickleMachine::call_bytearray(const Arguments& arguments) {
    if (arguments.size() == 0) {
        return push_text(Kind::bytearray, std::string_view());
    }
    if (arguments.size() != 1 || nodes_[arguments[0]].kind != Kind::bytes) {
        return false;
    }
    return push_text(Kind::bytearray, nodes_[arguments[0]].text);
}

bool PickleMachine::call_set(Kind kind, const Arguments& arguments) {
    if (arguments.size() != 1 || nodes_[arguments[0]].kind != Kind::list) {
        return false;
    }
    // The items of the list as it is now: its chain only ever grows at the end.
    PickleNode set = nodes_[arguments[0]];
    set.kind = kind;
    return push_node(set);
}

// How bytes are pickled below protocol 3.
bool PickleMachine::call_codecs_encode(const Arguments& arguments) {
    if (arguments.size() != 2) {
        return false;
    }
    const PickleNode text = nodes_[arguments[0]];
    const PickleNode& encoding = nodes_[arguments[1]];
    if (text.kind != Kind::text || encoding.kind != Kind::text || encoding.text != "latin1") {
        return false;
    }
    const auto bytes = utf8_to_latin1(text.text);
    return bytes && push_text(Kind::bytes, keep(*bytes));
}

bool PickleMachine::call_date(const Arguments& arguments) {
    constexpr std::size_t state_size = 4;
    constexpr unsigned fold = 0x80;
    if (arguments.size() != 1) {
        return false;
    }
    const PickleNode state = nodes_[arguments[0]];
    return state.kind == Kind::bytes && state.text.size() == state_size && is_date(state.text) &&
           (byte_at(state.text, 2) & fold) == 0 && push_text(Kind::date, state.text);
}

bool PickleMachine::call_datetime(const Arguments& arguments) {
    constexpr std::size_t state_size = 10;
    constexpr std::size_t date_size = 4;
    if (arguments.size() < 1 || arguments.size() > 2) {
        return false;
    }
    PickleNode datetime = nodes_[arguments[0]];
    if (datetime.kind != Kind::bytes || datetime.text.size() != state_size ||
        !is_date(datetime.text) || !is_time(datetime.text.substr(date_size))) {
        return false;
    }
    if (arguments.size() == 2) {
        const Kind tzinfo = nodes_[arguments[1]].kind;
        if (tzinfo != Kind::timezone && tzinfo != Kind::utc) {
            return false;
        }
        datetime.first = arguments[1];
    }
    datetime.kind = Kind::datetime;
    return push_node(datetime);
}

bool PickleMachine::call_timedelta(const Arguments& arguments) {
    if (arguments.size() != 3) {
        return false;
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (nodes_[arguments[i]].kind != Kind::integer) {
            return false;
        }
    }
    const std::int64_t days = nodes_[arguments[0]].number;
    const std::int64_t seconds = nodes_[arguments[1]].number;
    const std::int64_t microseconds = nodes_[arguments[2]].number;
    // Python's own bounds, and the form in which it pickles one.
    constexpr std::int64_t most_days = 999'999'999;
    if (days < -most_days || days > most_days || seconds < 0 || seconds >= seconds_a_day ||
        microseconds < 0 || microseconds >= microseconds_a_second) {
        return false;
    }
    // Beyond what a time zone can have all are one: no number is read from them.
    const std::int64_t near_days = std::clamp<std::int64_t>(days, -2, 1);
    return push_number(
        Kind::timedelta,
        (near_days * seconds_a_day + seconds) * microseconds_a_second + microseconds
    );
}

bool PickleMachine::call_timezone(const Arguments& arguments) {
    if (arguments.size() < 1 || arguments.size() > 2) {
        return false;
    }
    PickleNode zone = nodes_[arguments[0]];
    constexpr std::int64_t a_day = seconds_a_day * microseconds_a_second;
    if (zone.kind != Kind::timedelta || zone.number <= -a_day || zone.number >= a_day) {
        return false;
    }
    if (arguments.size() == 2) {
        const PickleNode& name = nodes_[arguments[1]];
        if (name.kind != Kind::text) {
            return false;
        }
        zone.text = name.text;
        zone.count = 1;
    }
    zone.kind = Kind::timezone;
    return push_node(zone);
}

} // namespace drf_messages::django
