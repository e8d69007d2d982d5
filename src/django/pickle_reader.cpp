// SPDX-License-Identifier: MIT
#include "django/pickle.hpp"
#include "django/pickle_machine.hpp"
#include "django/python_value.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <charconv>

namespace drf_messages::django {
namespace {

// Turns nodes into values. Shared nodes become separate values, and count each time.
class Expansion {
public:
    explicit Expansion(const PickleMachine& machine) : machine_(machine) {}

    bool value(boost::json::value& out, std::uint32_t index, int depth) {
        using Kind = PickleNode::Kind;
        const PickleNode& node = machine_.node(index);
        if (depth > deepest_nesting || ++values_ > pickle_limit_values) {
            return false;
        }
        text_bytes_ += node.text.size();
        if (text_bytes_ > pickle_limit_bytes) {
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
            digits(out, node.text);
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
            break;
        }
        return false;
    }

private:
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
                text_bytes_ += key_node.text.size();
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
        if (depth > deepest_nesting || ++values_ > pickle_limit_values) {
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
        text_bytes_ += zone.text.size();
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
};

} // namespace

std::optional<boost::json::value> read_pickle(std::string_view pickle) {
    if (pickle.size() > pickle_limit_bytes) {
        return std::nullopt;
    }
    PickleMachine machine(pickle);
    const auto root = machine.run();
    std::optional<boost::json::value> value(std::in_place);
    if (!root || !Expansion(machine).value(*value, *root, 0)) {
        return std::nullopt;
    }
    return value;
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
