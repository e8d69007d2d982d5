// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

namespace drf_messages::django {

/// Of all integers beyond 64 bits in a pickle: the time that they take grows with the square of
/// their length.
inline constexpr std::size_t most_integer_bytes = 256 * 1'024;

/// A value as a pickle describes it. Containers share nodes: one node may be in several places,
/// even inside itself.
struct PickleNode {
    enum class Kind : std::uint8_t {
        none,
        boolean,   ///< number
        integer,   ///< number
        digits,    ///< text: a whole number beyond 64 bits
        real,      ///< real
        text,      ///< text: UTF-8, lone surrogates as three bytes
        bytes,     ///< text
        bytearray, ///< text
        list,
        tuple,
        set,
        frozenset,
        dict,      ///< items: key, value, key, value
        date,      ///< text: four valid bytes
        datetime,  ///< text: ten valid bytes; first: the node of its tzinfo
        timezone,  ///< number: microseconds from UTC; count: 1 when text is its name
        utc,       ///< pytz.utc
        timedelta, ///< number: microseconds
        global,    ///< number: PickleGlobal; named as `foreign` is
        /// An object, class or function that is not built here. Its class is text, "module\nname",
        /// or in two nodes: `first` its module, `last` its name.
        foreign,
    };
    static constexpr std::uint32_t nothing = 0xFFFFFFFF;

    Kind kind = Kind::none;
    std::uint32_t count = 0;       ///< of the items
    std::uint32_t first = nothing; ///< items, in a chain
    std::uint32_t last = nothing;
    union {
        std::int64_t number = 0;
        double real;
    };
    std::string_view text; ///< a part of the pickle, or of the machine's memory
};

/// One place in a container.
struct PickleItem {
    std::uint32_t node;
    std::uint32_t next;
};

/// The classes and functions that plain data needs: nothing else is ever made or called.
enum class PickleGlobal : std::int64_t {
    bytes,
    bytearray,
    set,
    frozenset,
    codecs_encode,
    date,
    datetime,
    timedelta,
    timezone,
    pytz_utc,
};

/// Runs a pickle's opcodes into nodes. What is no plain data becomes a foreign node: what an opcode
/// would give to it or call with it is dropped. Not recursive; time and memory are linear in the
/// pickle, which must outlive the machine.
class PickleMachine {
public:
    explicit PickleMachine(std::string_view pickle);

    /// The node of the whole value; absent when the pickle is broken, or hostile.
    std::optional<std::uint32_t> run();

    const PickleNode& node(std::uint32_t index) const { return nodes_[index]; }
    const PickleItem& item(std::uint32_t index) const { return items_[index]; }

private:
    using Kind = PickleNode::Kind;

    bool step(unsigned char opcode);

    std::optional<std::string_view> take(std::size_t size);
    std::optional<std::string_view> take_line();
    /// A length, read from that many little-endian bytes.
    std::optional<std::string_view> take_counted(std::size_t length_bytes);
    std::optional<std::uint64_t> take_number(std::size_t bytes);
    std::string_view keep(std::string_view bytes);

    bool push(std::uint32_t index);
    bool push_node(const PickleNode& node);
    bool push_number(Kind kind, std::int64_t number);
    bool push_real(double real);
    bool push_text(Kind kind, std::optional<std::string_view> text);
    bool push_utf8(std::optional<std::string_view> text);
    /// A str of Python 2.
    bool push_ascii(std::optional<std::string_view> text);
    bool push_signed(std::size_t bytes);
    bool push_unsigned(std::size_t bytes);
    bool push_decimal(std::string_view digits);
    bool push_integer_line();
    bool push_long_line();
    bool push_float_line();
    bool push_unicode_line();
    bool push_string_line();
    bool push_binary_long(std::optional<std::string_view> bytes);
    bool push_binary_float();

    std::size_t fence() const { return marks_.empty() ? 0 : marks_.back(); }
    std::optional<std::uint32_t> pop();
    bool mark();
    /// The number of items since the last mark, which is removed.
    std::optional<std::size_t> pop_mark();
    bool add_item(PickleNode& container, std::uint32_t node);
    /// A new container of the topmost items.
    bool push_container(Kind kind, std::optional<std::size_t> count);
    /// Moves the topmost items to the container below them.
    bool add_to_container(Kind kind, std::optional<std::size_t> count);
    bool drop(std::optional<std::size_t> count);
    bool drop_top();
    bool duplicate();

    bool put(std::optional<std::uint64_t> index);
    bool get(std::optional<std::uint64_t> index);

    bool push_global(std::string_view module, std::string_view name, PickleNode named);
    bool push_global_lines();
    bool push_stack_global();
    /// An object of the class, or the result of the function, that a node names.
    bool push_foreign(std::uint32_t maker);
    bool push_instance_lines();
    bool push_marked_instance();
    bool push_new_object(std::size_t arguments);
    bool build();
    bool reduce();
    /// Arguments of a call: the nodes of at most three.
    class Arguments {
    public:
        void add(std::uint32_t node) { nodes_[size_++] = node; }
        std::size_t size() const { return size_; }
        std::uint32_t operator[](std::size_t place) const { return nodes_[place]; }

    private:
        std::array<std::uint32_t, 3> nodes_{};
        std::size_t size_ = 0;
    };
    bool call(PickleGlobal global, const Arguments& arguments);
    bool call_bytearray(const Arguments& arguments);
    bool call_set(Kind kind, const Arguments& arguments);
    bool call_codecs_encode(const Arguments& arguments);
    bool call_date(const Arguments& arguments);
    bool call_datetime(const Arguments& arguments);
    bool call_timedelta(const Arguments& arguments);
    bool call_timezone(const Arguments& arguments);

    std::string_view rest_;
    std::size_t longest_memo_;
    std::size_t memo_count_ = 0;
    std::size_t long_bytes_ = 0;
    bool stopped_ = false;

    std::array<std::byte, 8 * 1024> first_memory_;
    std::pmr::monotonic_buffer_resource memory_;
    std::pmr::vector<PickleNode> nodes_;
    std::pmr::vector<PickleItem> items_;
    std::pmr::vector<std::uint32_t> stack_;
    std::pmr::vector<std::size_t> marks_;
    std::pmr::vector<std::uint32_t> memo_;
};

} // namespace drf_messages::django
