// SPDX-License-Identifier: MIT
#include "django/pickle_machine.hpp"

#include "django/pickle.hpp"
#include "django/pickle_opcode.hpp"

#include <charconv>

namespace drf_messages::django {
namespace {

// A genuine pickle has a mark for each container that is being filled.
constexpr std::size_t most_marks = 2'000;
// Values that are thrown away count too.
constexpr std::size_t most_nodes = 2 * pickle_limit_values;

std::optional<std::uint64_t> memo_index(std::optional<std::string_view> line) {
    std::uint64_t index = 0;
    if (!line || line->empty()) {
        return std::nullopt;
    }
    const char* const end = line->data() + line->size();
    const auto read = std::from_chars(line->data(), end, index);
    if (read.ec != std::errc() || read.ptr != end) {
        return std::nullopt;
    }
    return index;
}

} // namespace

PickleMachine::PickleMachine(std::string_view pickle)
    : rest_(pickle), longest_memo_(pickle.size()),
      memory_(first_memory_.data(), first_memory_.size()), nodes_(&memory_), items_(&memory_),
      stack_(&memory_), marks_(&memory_), memo_(&memory_) {
    constexpr std::size_t usual_values = 48;
    nodes_.reserve(usual_values);
    items_.reserve(usual_values);
    stack_.reserve(usual_values);
    memo_.reserve(usual_values);
}

std::optional<std::uint32_t> PickleMachine::run() {
    while (!stopped_) {
        if (rest_.empty()) {
            return std::nullopt;
        }
        const auto opcode = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        if (!step(opcode)) {
            return std::nullopt;
        }
    }
    return pop();
}

bool PickleMachine::step(unsigned char opcode) {
    namespace op = pickle_opcode;
    switch (opcode) {
    case op::stop:
        stopped_ = true;
        return true;
    case op::proto: {
        const auto protocol = take_number(1);
        return protocol && *protocol <= op::highest_protocol;
    }
    case op::frame: {
        const auto size = take_number(8);
        return size && *size <= rest_.size();
    }

    case op::none:
        return push_node({});
    case op::newtrue:
        return push_number(Kind::boolean, 1);
    case op::newfalse:
        return push_number(Kind::boolean, 0);
    case op::integer:
        return push_integer_line();
    case op::binint:
        return push_signed(4);
    case op::binint1:
        return push_unsigned(1);
    case op::binint2:
        return push_unsigned(2);
    case op::long_line:
        return push_long_line();
    case op::long1:
        return push_binary_long(take_counted(1));
    case op::long4:
        return push_binary_long(take_counted(4));
    case op::real:
        return push_float_line();
    case op::binfloat:
        return push_binary_float();

    case op::string:
        return push_string_line();
    case op::binstring:
        return push_ascii(take_counted(4));
    case op::short_binstring:
        return push_ascii(take_counted(1));
    case op::unicode:
        return push_unicode_line();
    case op::short_binunicode:
        return push_utf8(take_counted(1));
    case op::binunicode:
        return push_utf8(take_counted(4));
    case op::binunicode8:
        return push_utf8(take_counted(8));
    case op::short_binbytes:
        return push_text(Kind::bytes, take_counted(1));
    case op::binbytes:
        return push_text(Kind::bytes, take_counted(4));
    case op::binbytes8:
        return push_text(Kind::bytes, take_counted(8));
    case op::bytearray8:
        return push_text(Kind::bytearray, take_counted(8));

    case op::mark:
        return mark();
    case op::empty_list:
        return push_container(Kind::list, 0);
    case op::empty_dict:
        return push_container(Kind::dict, 0);
    case op::empty_set:
        return push_container(Kind::set, 0);
    case op::empty_tuple:
        return push_container(Kind::tuple, 0);
    case op::tuple1:
        return push_container(Kind::tuple, 1);
    case op::tuple2:
        return push_container(Kind::tuple, 2);
    case op::tuple3:
        return push_container(Kind::tuple, 3);
    case op::tuple:
        return push_container(Kind::tuple, pop_mark());
    case op::list:
        return push_container(Kind::list, pop_mark());
    case op::dict:
        return push_container(Kind::dict, pop_mark());
    case op::frozenset:
        return push_container(Kind::frozenset, pop_mark());
    case op::append:
        return add_to_container(Kind::list, 1);
    case op::appends:
        return add_to_container(Kind::list, pop_mark());
    case op::setitem:
        return add_to_container(Kind::dict, 2);
    case op::setitems:
        return add_to_container(Kind::dict, pop_mark());
    case op::additems:
        return add_to_container(Kind::set, pop_mark());

    case op::memoize:
        return put(memo_count_);
    case op::put:
        return put(memo_index(take_line()));
    case op::binput:
        return put(take_number(1));
    case op::long_binput:
        return put(take_number(4));
    case op::get:
        return get(memo_index(take_line()));
    case op::binget:
        return get(take_number(1));
    case op::long_binget:
        return get(take_number(4));

    case op::pop:
        return drop_top();
    case op::pop_mark:
        return drop(pop_mark());
    case op::dup:
        return duplicate();

    case op::global:
        return push_global_lines();
    case op::stack_global:
        return push_stack_global();
    case op::reduce:
        return reduce();
    case op::build:
        return build();
    case op::inst:
        return push_instance_lines();
    case op::obj:
        return push_marked_instance();
    case op::newobj:
        return push_new_object(1);
    case op::newobj_ex:
        return push_new_object(2);
    default:
        return false;
    }
}

std::optional<std::string_view> PickleMachine::take(std::size_t size) {
    if (size > rest_.size()) {
        return std::nullopt;
    }
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
}

std::optional<std::string_view> PickleMachine::take_line() {
    const auto end = rest_.find('\n');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const auto line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
}

std::optional<std::uint64_t> PickleMachine::take_number(std::size_t bytes) {
    const auto taken = take(bytes);
    if (!taken) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    for (auto byte = taken->rbegin(); byte != taken->rend(); ++byte) {
        number = number << 8 | static_cast<unsigned char>(*byte);
    }
    return number;
}

std::optional<std::string_view> PickleMachine::take_counted(std::size_t length_bytes) {
    const auto length = take_number(length_bytes);
    return length && *length <= rest_.size() ? take(static_cast<std::size_t>(*length))
                                             : std::nullopt;
}

bool PickleMachine::push(std::uint32_t index) {
    if (stack_.size() >= most_nodes) {
        return false;
    }
    stack_.push_back(index);
    return true;
}

bool PickleMachine::push_node(const PickleNode& node) {
    if (nodes_.size() >= most_nodes) {
        return false;
    }
    nodes_.push_back(node);
    return push(static_cast<std::uint32_t>(nodes_.size() - 1));
}

std::optional<std::uint32_t> PickleMachine::pop() {
    if (stack_.size() <= fence()) {
        return std::nullopt;
    }
    const std::uint32_t index = stack_.back();
    stack_.pop_back();
    return index;
}

bool PickleMachine::mark() {
    if (marks_.size() >= most_marks) {
        return false;
    }
    marks_.push_back(stack_.size());
    return true;
}

std::optional<std::size_t> PickleMachine::pop_mark() {
    if (marks_.empty()) {
        return std::nullopt;
    }
    const std::size_t count = stack_.size() - marks_.back();
    marks_.pop_back();
    return count;
}

bool PickleMachine::add_item(PickleNode& container, std::uint32_t node) {
    if (items_.size() >= most_nodes) {
        return false;
    }
    const auto index = static_cast<std::uint32_t>(items_.size());
    items_.push_back({node, PickleNode::nothing});
    if (container.count == 0) {
        container.first = index;
    } else {
        items_[container.last].next = index;
    }
    container.last = index;
    ++container.count;
    return true;
}

bool PickleMachine::push_container(Kind kind, std::optional<std::size_t> count) {
    if (!count || stack_.size() - fence() < *count || (kind == Kind::dict && *count % 2 != 0)) {
        return false;
    }
    PickleNode container;
    container.kind = kind;
    for (std::size_t i = stack_.size() - *count; i < stack_.size(); ++i) {
        if (!add_item(container, stack_[i])) {
            return false;
        }
    }
    stack_.resize(stack_.size() - *count);
    return push_node(container);
}

bool PickleMachine::add_to_container(Kind kind, std::optional<std::size_t> count) {
    if (!count || stack_.size() - fence() <= *count || (kind == Kind::dict && *count % 2 != 0)) {
        return false;
    }
    const std::size_t first = stack_.size() - *count;
    PickleNode& container = nodes_[stack_[first - 1]];
    if (container.kind == Kind::foreign) {
        stack_.resize(first);
        return true;
    }
    if (container.kind != kind) {
        return false;
    }
    for (std::size_t i = first; i < stack_.size(); ++i) {
        if (!add_item(container, stack_[i])) {
            return false;
        }
    }
    stack_.resize(first);
    return true;
}

bool PickleMachine::drop(std::optional<std::size_t> count) {
    if (!count) {
        return false;
    }
    stack_.resize(stack_.size() - *count);
    return true;
}

// Python takes the mark itself away where nothing stands above it.
bool PickleMachine::drop_top() {
    if (!marks_.empty() && stack_.size() == fence()) {
        marks_.pop_back();
        return true;
    }
    return pop().has_value();
}

bool PickleMachine::duplicate() {
    return stack_.size() > fence() && push(stack_.back());
}

bool PickleMachine::put(std::optional<std::uint64_t> index) {
    // A pickler counts its memo up from zero: one that is larger than the pickle is an attack.
    if (!index || *index > longest_memo_ || stack_.size() <= fence()) {
        return false;
    }
    const auto place = static_cast<std::size_t>(*index);
    if (place >= memo_.size()) {
        memo_.resize(place + 1, PickleNode::nothing);
    }
    if (memo_[place] == PickleNode::nothing) {
        ++memo_count_;
    }
    memo_[place] = stack_.back();
    return true;
}

bool PickleMachine::get(std::optional<std::uint64_t> index) {
    if (!index || *index >= memo_.size()) {
        return false;
    }
    const std::uint32_t node = memo_[static_cast<std::size_t>(*index)];
    return node != PickleNode::nothing && push(node);
}

} // namespace drf_messages::django
