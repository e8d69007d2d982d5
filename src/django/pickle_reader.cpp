// SPDX-License-Identifier: MIT
#include "django/pickle.hpp"
#include "django/pickle_machine.hpp"
#include "django/python_value.hpp"
#include "text/ascii.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

namespace drf_messages::django {
namespace {

// Turns nodes into values. Shared nodes become separate values, and count each time.
class Expansion {
    // So that what is written of it is read again: a byte makes two digits at least.
    static constexpr std::size_t most_integer_digits = 2 * most_integer_bytes;

public:
    explicit Expansion(const PickleMachine& machine) : machine_(machine) {}

    bool value(boost::json::value& out, std::uint32_t index, int depth) {
        using Kind = PickleNode::Kind;
        const PickleNode& node = machine_.node(index);
        if (!count(depth) || !count_text(node.text)) {
            return false;
        }
        switch (node.kind) {
        case Kind::none:
            out = nullptr;
            return true;
        case Kind::boolean:
            out = node.number != 0;
            return true;
        case Kind::integer:
            out = node.number;
            return true;
        case Kind::digits:
            digits_ += node.text.size();
            if (digits_ > most_integer_digits) {
                name_skipped("builtins.int");
                tagged(out, python_foreign) = nullptr;
            } else {
                digits(out, node.text);
            }
            return true;
        case Kind::real:
            out = node.real;
            return true;
        case Kind::text:
            out.emplace_string() = node.text;
            return true;
        case Kind::bytes:
            tagged(out, python_bytes).emplace_string() = node.text;
            return true;
        case Kind::bytearray:
            tagged(out, python_bytearray).emplace_string() = node.text;
            return true;
        case Kind::list:
            return items(out.emplace_array(), node, depth, false);
        case Kind::tuple:
            return items(tagged(out, python_tuple).emplace_array(), node, depth, false);
        case Kind::set:
            return items(tagged(out, python_set).emplace_array(), node, depth, true);
        case Kind::frozenset:
            return items(tagged(out, python_frozenset).emplace_array(), node, depth, true);
        case Kind::dict:
            return dict(out.emplace_object(), node, depth);
        case Kind::date:
            tagged(out, python_date).emplace_string() = node.text;
            return true;
        case Kind::datetime:
            datetime(tagged(out, python_datetime_tag).emplace_array(), node);
            return true;
        case Kind::timezone:
        case Kind::utc:
        case Kind::timedelta:
        case Kind::global:
        case Kind::foreign:
            name_skipped(class_name(node));
            tagged(out, python_foreign) = nullptr;
            return true;
        }
        return false;
    }

    /// Whether value() was false because of our limits, which Python does not have.
    bool exhausted() const { return exhausted_; }

    /// Of a dict that is beyond the limits: what stands right in it, without what holds other
    /// values. Keys that are not text are left out.
    void plain_members(boost::json::object& out, const PickleNode& node) {
        std::uint32_t item = node.first;
        for (std::uint32_t i = 0; i < node.count; i += 2) {
            const PickleNode& key = machine_.node(machine_.item(item).node);
            item = machine_.item(item).next;
            const std::uint32_t member = machine_.item(item).node;
            item = machine_.item(item).next;
            if (key.kind != PickleNode::Kind::text || !count_text(key.text)) {
                name_skipped("builtins.dict");
                continue;
            }
            auto& place = out.emplace(key.text, nullptr).first->value();
            const std::string_view holder = holder_class(machine_.node(member).kind);
            if (!holder.empty() || !value(place, member, 1)) {
                name_skipped(holder.empty() ? "builtins.dict" : holder);
                tagged(place, python_foreign) = nullptr;
            }
        }
    }

    /// The classes of what was skipped.
    const std::set<std::string>& skipped() const { return skipped_; }

    /// Whether it could be written in more bytes than are read.
    bool may_be_long() const {
        constexpr std::size_t most_bytes_around_a_value = 64;
        constexpr std::size_t most_bytes_of_a_byte = 2; // of bytes, in protocol 2
        return most_bytes_of_a_byte * text_bytes_ + most_bytes_around_a_value * values_ >
               pickle_limit_bytes;
    }

private:
    bool count(int depth) {
        const bool fits = depth <= deepest_nesting && values_ < pickle_limit_values;
        values_ += fits ? 1 : 0;
        exhausted_ = exhausted_ || !fits;
        return fits;
    }

    bool count_text(std::string_view text) {
        const bool fits = text.size() <= pickle_limit_bytes - text_bytes_;
        text_bytes_ += fits ? text.size() : 0;
        exhausted_ = exhausted_ || !fits;
        return fits;
    }

    /// The class of what holds other values; empty for anything else.
    static std::string_view holder_class(PickleNode::Kind kind) {
        switch (kind) {
        case PickleNode::Kind::list:
            return "builtins.list";
        case PickleNode::Kind::tuple:
            return "builtins.tuple";
        case PickleNode::Kind::set:
            return "builtins.set";
        case PickleNode::Kind::frozenset:
            return "builtins.frozenset";
        case PickleNode::Kind::dict:
            return "builtins.dict";
        default:
            return {};
        }
    }

    void name_skipped(std::string_view name) {
        if (skipped_.size() < most_skipped_classes) {
            skipped_.emplace(name);
        }
    }

    std::string class_name(const PickleNode& node) const {
        switch (node.kind) {
        case PickleNode::Kind::timezone:
            return "datetime.timezone";
        case PickleNode::Kind::utc:
            return "pytz.UTC";
        case PickleNode::Kind::timedelta:
            return "datetime.timedelta";
        default:
            break;
        }
        if (node.first == PickleNode::nothing) {
            const auto end = node.text.find('\n');
            return printable(node.text.substr(0, end)) + "." + printable(node.text.substr(end + 1));
        }
        return printable(machine_.node(node.first).text) + "." +
               printable(machine_.node(node.last).text);
    }

    // What nobody can have meant is not passed on to a log.
    static std::string printable(std::string_view name) {
        constexpr std::size_t longest = 80;
        std::string out(name.substr(0, longest));
        std::replace_if(
            out.begin(),
            out.end(),
            [](char c) { return !text::is_alphanumeric(c) && c != '_' && c != '.'; },
            '?'
        );
        return out;
    }

    static boost::json::value& tagged(boost::json::value& out, std::string_view tag) {
        return out.emplace_object().emplace(tag, nullptr).first->value();
    }

    static void digits(boost::json::value& out, std::string_view digits) {
        std::uint64_t large = 0;
        const char* const end = digits.data() + digits.size();
        if (!digits.starts_with('-') &&
            std::from_chars(digits.data(), end, large).ec == std::errc()) {
            out = large;
        } else {
            out.emplace_string().append(1, python_marker).append(digits);
        }
    }

    bool items(boost::json::array& out, const PickleNode& node, int depth, bool hashable) {
        std::uint32_t item = node.first;
        out.reserve(node.count);
        for (std::uint32_t i = 0; i < node.count; ++i, item = machine_.item(item).next) {
            const std::uint32_t index = machine_.item(item).node;
            if ((hashable && !is_hashable(index, depth)) ||
                !value(out.emplace_back(nullptr), index, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    bool dict(boost::json::object& out, const PickleNode& node, int depth) {
        std::uint32_t item = node.first;
        out.reserve(node.count / 2);
        boost::json::array other_keys;
        for (std::uint32_t i = 0; i < node.count; i += 2) {
            const std::uint32_t key = machine_.item(item).node;
            item = machine_.item(item).next;
            const std::uint32_t member = machine_.item(item).node;
            item = machine_.item(item).next;
            const PickleNode& key_node = machine_.node(key);
            if (key_node.kind == PickleNode::Kind::text) {
                if (!count_text(key_node.text)) {
                    return false;
                }
                const auto place = out.emplace(key_node.text, nullptr).first;
                if (!value(place->value(), member, depth + 1)) {
                    return false;
                }
                continue;
            }
            auto& pair = other_keys.emplace_back(boost::json::array(2)).get_array();
            if (!is_hashable(key, depth) || !value(pair[0], key, depth + 1) ||
                !value(pair[1], member, depth + 1)) {
                return false;
            }
        }
        if (!other_keys.empty()) {
            out.emplace(python_other_keys, std::move(other_keys));
        }
        return true;
    }

    // Whether Python could take it as a key: what it could not, it could not read back.
    bool is_hashable(std::uint32_t index, int depth) {
        using Kind = PickleNode::Kind;
        const PickleNode& node = machine_.node(index);
        if (!count(depth)) {
            return false;
        }
        if (node.kind != Kind::tuple) {
            return node.kind != Kind::list && node.kind != Kind::dict && node.kind != Kind::set &&
                   node.kind != Kind::bytearray;
        }
        std::uint32_t item = node.first;
        for (std::uint32_t i = 0; i < node.count; ++i, item = machine_.item(item).next) {
            if (!is_hashable(machine_.item(item).node, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    void datetime(boost::json::array& out, const PickleNode& node) {
        out.emplace_back(nullptr).emplace_string() = node.text;
        auto& tzinfo = out.emplace_back(nullptr);
        if (node.first == PickleNode::nothing) {
            return;
        }
        const PickleNode& zone = machine_.node(node.first);
        count_text(zone.text);
        if (zone.kind == PickleNode::Kind::utc) {
            tzinfo = true;
        } else if (zone.count == 0) {
            tzinfo = zone.number;
        } else {
            tzinfo = {zone.number, boost::json::string(zone.text)};
        }
    }

    const PickleMachine& machine_;
    std::size_t values_ = 0;
    std::size_t text_bytes_ = 0;
    std::size_t digits_ = 0; ///< of the numbers that are longer than 64 bits
    bool exhausted_ = false;
    std::set<std::string> skipped_;
};

/// Says in the value itself that it is not complete; false where only a dict could.
bool note_skipped(boost::json::value& value, const std::set<std::string>& skipped) {
    if (skipped.empty()) {
        return true;
    }
    auto* const dict = value.if_object();
    if (!dict || python_value(*dict)) {
        return false;
    }
    dict->emplace(python_skipped, boost::json::array(skipped.begin(), skipped.end()));
    return true;
}

/// What was shared is written as often as it stands somewhere, and is then to be read again.
bool is_too_long_to_write(const boost::json::value& value, const Expansion& expansion) {
    constexpr int longest_protocol = 2;
    constexpr int protocol_with_frames = 5;
    return expansion.skipped().empty() && expansion.may_be_long() &&
           std::max(
               write_pickle(value, longest_protocol).size(),
               write_pickle(value, protocol_with_frames).size()
           ) > pickle_limit_bytes;
}

/// The value of a pickle's outermost node; absent as in read_pickle.
std::optional<boost::json::value> expanded(const PickleMachine& machine, std::uint32_t root) {
    std::optional<boost::json::value> value(std::in_place);
    Expansion all(machine);
    const bool is_whole = all.value(*value, root, 0);
    if (is_whole && !is_too_long_to_write(*value, all)) {
        return note_skipped(*value, all.skipped()) ? std::move(value) : std::nullopt;
    }
    const bool is_beyond_limits = is_whole || all.exhausted();
    if (!is_beyond_limits || machine.node(root).kind != PickleNode::Kind::dict) {
        return std::nullopt;
    }
    Expansion few(machine);
    few.plain_members(value->emplace_object(), machine.node(root));
    if (is_too_long_to_write(*value, few)) {
        return too_large_to_read();
    }
    note_skipped(*value, few.skipped());
    return value;
}

} // namespace

std::optional<boost::json::value> read_pickle(std::string_view pickle) {
    if (pickle.size() > pickle_limit_bytes) {
        return too_large_to_read();
    }
    PickleMachine machine(pickle);
    const auto root = machine.run();
    return root ? expanded(machine, *root) : std::nullopt;
}

bool is_foreign(const boost::json::value& value) {
    const auto* const object = value.if_object();
    const auto* const member = object ? python_value(*object) : nullptr;
    return member && python_text(member->key()) == python_foreign;
}

std::string skipped_classes(const boost::json::object& dict) {
    std::string names;
    // It is the last member, since nothing is added to a dict that has it.
    if (dict.empty() || std::prev(dict.end())->key() != python_skipped) {
        return names;
    }
    if (is_too_large_to_read(dict)) {
        return "more than 4 MB";
    }
    for (const auto& name : std::prev(dict.end())->value().get_array()) {
        names.append(names.empty() ? "" : ", ").append(python_text(name.get_string()));
    }
    return names;
}

boost::json::object too_large_to_read() {
    return {{python_skipped, nullptr}};
}

bool is_too_large_to_read(const boost::json::object& dict) {
    return dict.size() == 1 && dict.begin()->key() == python_skipped &&
           dict.begin()->value().is_null();
}

std::optional<text::CivilTime> python_datetime(const boost::json::value& value) {
    const auto* const object = value.if_object();
    const auto* const member = object ? python_value(*object) : nullptr;
    if (!member || python_text(member->key()) != python_datetime_tag) {
        return std::nullopt;
    }
    return civil_time(member->value().get_array());
}

} // namespace drf_messages::django
