// SPDX-License-Identifier: MIT
#include "config/class_settings.hpp"

#include "config/codec.hpp"
#include "config/rules.hpp"
#include "text/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace drf_messages::config {
namespace {

const std::string* text_of(const Node& node) {
    return std::get_if<std::string>(&node.value);
}

bool all_texts(const Node& node) {
    const auto* items = std::get_if<Node::Array>(&node.value);
    return items != nullptr && std::all_of(items->begin(), items->end(), [](const Node& item) {
               return text_of(item) != nullptr;
           });
}

bool all_rates(const Node& node) {
    const auto* table = std::get_if<Node::Table>(&node.value);
    return table != nullptr && std::all_of(table->begin(), table->end(), [](const Member& member) {
               const std::string* rate = text_of(member.node);
               return rate != nullptr && (rate->empty() || is_throttle_rate(*rate));
           });
}

bool has_control(const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char byte) {
        return byte < 0x20 || byte == 0x7f;
    });
}

/// What the attribute should have been, or nothing when it is that.
std::string_view expected_instead(const ClassAttribute& attribute, const Node& node) {
    const std::string* text = text_of(node);
    if (text != nullptr && text->empty()) {
        return {};
    }
    switch (attribute.kind) {
    case AttributeKind::integer: {
        const auto* number = std::get_if<std::int64_t>(&node.value);
        return number != nullptr && *number >= 0 ? "" : "an integer, 0 or more";
    }
    case AttributeKind::text:
        return text != nullptr ? "" : "text";
    case AttributeKind::header_text:
        return text != nullptr && !has_control(*text) ? "" : "text without control characters";
    case AttributeKind::boolean:
        return std::holds_alternative<bool>(node.value) ? "" : "true or false";
    // `ordering = "-created"` and `search_fields = "__all__"` are as good as a list of one.
    case AttributeKind::texts:
        return text != nullptr || all_texts(node) ? "" : "a list of texts";
    case AttributeKind::rate:
        return text != nullptr && is_throttle_rate(*text) ? "" : "a rate like \"10/min\"";
    case AttributeKind::rates:
        return all_rates(node) ? "" : "a table of rates like \"10/min\"";
    case AttributeKind::class_name:
        return text != nullptr ? "" : "a class name";
    case AttributeKind::class_names:
        return all_texts(node) ? "" : "a list of class names";
    case AttributeKind::table:
        return std::holds_alternative<Node::Table>(node.value) ? "" : "a table";
    }
    return {};
}

void check_attribute(
    const std::string& owner, const BaseClass& base, const Member& member, Reader& reader
) {
    const auto at = std::find_if(
        base.attributes.begin(),
        base.attributes.end(),
        [&](const ClassAttribute& attribute) { return attribute.name == member.key; }
    );
    const std::string name = fmt::format("CLASSES.\"{}\".{}", owner, member.key);
    if (at == base.attributes.end()) {
        std::vector<std::string> names;
        for (const ClassAttribute& attribute : base.attributes) {
            names.emplace_back(attribute.name);
        }
        reader.problem(
            member.where,
            fmt::format(
                "{} is no attribute of {}{}", name, base.name, text::suggestion(member.key, names)
            )
        );
        return;
    }
    if (const auto expected = expected_instead(*at, member.node); !expected.empty()) {
        reader.problem(
            member.node.where,
            fmt::format("{}: expected {}, found {}", name, expected, found(member.node))
        );
    } else if (at->kind == AttributeKind::class_name && !text_of(member.node)->empty()) {
        reader.check_class(at->classes, *text_of(member.node), member.node.where);
    } else if (const auto* items = std::get_if<Node::Array>(&member.node.value);
               items != nullptr && at->kind == AttributeKind::class_names) {
        for (const Node& item : *items) {
            reader.check_class(at->classes, *text_of(item), item.where);
        }
    }
}

/// Whether an application brings a class of that name; its attributes are known to its code alone.
bool is_registered(const ClassName& name, const Reader& reader) {
    const auto& names = reader.known("CLASSES");
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The names and bases, so that attributes can be checked against classes that come later in the
/// file.
void read_bases(const Node::Table& table, Reader& reader) {
    for (const Member& member : table) {
        const auto* spec = std::get_if<Node::Table>(&member.node.value);
        const Member* base = spec != nullptr ? find_member(*spec, "base") : nullptr;
        const std::string* name = base != nullptr ? text_of(base->node) : nullptr;
        if (name == nullptr || name->empty()) {
            reader.problem(
                base != nullptr ? base->where : member.where,
                fmt::format(
                    "CLASSES.\"{}\": expected a table with `base`, a class name", member.key
                )
            );
            continue;
        }
        if (reader.find_base(member.key) != nullptr || is_registered(member.key, reader)) {
            reader.problem(
                member.where,
                fmt::format(
                    "CLASSES.\"{}\": this class exists; give yours another name", member.key
                )
            );
            continue;
        }
        reader.classes[member.key].base = *name;
    }
}

void check_base(const Member& member, const Member& base, Reader& reader) {
    const ClassName& name = reader.classes.at(member.key).base;
    const ClassName root = root_class(reader.classes, member.key);
    if (root.empty()) {
        reader.problem(
            base.where, fmt::format("CLASSES.\"{}\": its bases lead back to itself", member.key)
        );
    } else if (reader.find_base(name) == nullptr && reader.classes.count(name) == 0 && !is_registered(name, reader)) {
        std::vector<std::string> candidates;
        for (const BaseClass& known : reader.bases()) {
            candidates.emplace_back(known.name);
        }
        for (const auto& [own, spec] : reader.classes) {
            candidates.push_back(own);
        }
        const auto& registered = reader.known("CLASSES");
        candidates.insert(candidates.end(), registered.begin(), registered.end());
        reader.problem(
            base.where,
            fmt::format(
                "CLASSES.\"{}\".base: there is no \"{}\" here{}",
                member.key,
                name,
                text::suggestion(name, candidates)
            )
        );
    }
}

} // namespace

void read_classes(const Node& node, Reader& reader) {
    const auto* table = std::get_if<Node::Table>(&node.value);
    if (table == nullptr) {
        reader.problem(
            node.where, fmt::format("CLASSES: expected a table of tables, found {}", found(node))
        );
        return;
    }
    read_bases(*table, reader);
    for (const Member& member : *table) {
        const auto own = reader.classes.find(member.key);
        if (own == reader.classes.end()) {
            continue;
        }
        const auto& spec = std::get<Node::Table>(member.node.value);
        check_base(member, *find_member(spec, "base"), reader);
        const BaseClass* root = reader.find_base(root_class(reader.classes, member.key));
        for (const Member& attribute : spec) {
            if (attribute.key == "base") {
                continue;
            }
            if (root != nullptr) {
                check_attribute(member.key, *root, attribute, reader);
            }
            own->second.attributes[attribute.key] = to_setting_value(attribute.node, true);
        }
    }
}

Node write_classes(const std::map<ClassName, ClassSettings>& classes) {
    Node::Table table;
    for (const auto& [name, spec] : classes) {
        Node::Table members{{"base", {}, Codec<std::string>::write(spec.base)}};
        for (const auto& [key, value] : spec.attributes) {
            members.push_back({key, {}, from_setting_value(value)});
        }
        table.push_back({name, {}, {std::move(members), {}, {}}});
    }
    return {std::move(table), {}, {}};
}

} // namespace drf_messages::config
