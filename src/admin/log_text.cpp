// SPDX-License-Identifier: MIT
#include "admin/log_text.hpp"

#include "text/unicode.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>
#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

/// One of the three that an entry may tell, and how. A name comes with the object that it is of.
struct Told {
    std::string_view key;
    std::string_view text;
    std::string_view text_with_name;
    bool has_fields;
};

constexpr Told told[] = {
    {"added", "Added.", "Added {} “{}”.", false},
    {"changed", "Changed {}.", "Changed {} for {} “{}”.", true},
    {"deleted", "Deleted.", "Deleted {} “{}”.", false},
};

std::optional<std::string> text_of(const json::object& object, std::string_view key) {
    const json::value* const value = object.if_contains(key);
    return value != nullptr && value->is_string()
               ? std::optional<std::string>(std::string_view(value->get_string()))
               : std::nullopt;
}

/// "Message, Level and Read at". Django: utils/text.py, get_text_list.
std::string listed(const Page& page, const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) {
            out += i + 1 < words.size() ? ", " : fmt::format(" {} ", page.say("and"));
        }
        out += words[i];
    }
    return out;
}

std::optional<std::string> fields_of(const Page& page, const json::object& entry) {
    const json::value* const fields = entry.if_contains("fields");
    if (fields == nullptr || !fields->is_array()) {
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const json::value& field : fields->get_array()) {
        if (!field.is_string()) {
            return std::nullopt;
        }
        names.push_back(page.say(std::string_view(field.get_string())));
    }
    return listed(page, names);
}

/// Absent where it is nothing that Django writes; empty for what tells nothing.
std::optional<std::string> sentence(const Page& page, const json::value& value) {
    if (!value.is_object()) {
        return std::nullopt;
    }
    if (value.get_object().contains(progress_key)) {
        return std::string();
    }
    for (const Told& one : told) {
        const json::value* const entry = value.get_object().if_contains(one.key);
        if (entry == nullptr || !entry->is_object()) {
            continue;
        }
        std::vector<std::string> arguments;
        if (one.has_fields) {
            auto fields = fields_of(page, entry->get_object());
            if (!fields) {
                return std::nullopt;
            }
            arguments.push_back(std::move(*fields));
        }
        const auto name = text_of(entry->get_object(), "name");
        if (name) {
            arguments.push_back(page.say(*name));
            arguments.push_back(text_of(entry->get_object(), "object").value_or(""));
        }
        return text::capfirst(page.say(name ? one.text_with_name : one.text, arguments));
    }
    return std::nullopt;
}

} // namespace

std::string change_message_text(const Page& page, std::string_view change_message) {
    boost::system::error_code error;
    const json::value value = json::parse(change_message, error);
    if (error || !value.is_array()) {
        return std::string(change_message);
    }
    std::string out;
    for (const json::value& part : value.get_array()) {
        const auto words = sentence(page, part);
        if (!words) {
            return std::string(change_message);
        }
        out += out.empty() || words->empty() ? "" : " ";
        out += *words;
    }
    return out.empty() ? page.say("No fields changed.") : out;
}

} // namespace drf_messages::admin
