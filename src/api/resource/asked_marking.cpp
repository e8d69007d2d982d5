// SPDX-License-Identifier: MIT
#include "api/resource/asked_marking.hpp"

#include "api/wire/input_fields.hpp"
#include "api/wire/request_data.hpp"
#include "django/python_value.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::api {
namespace {

/// What a form may hold beside its fields.
constexpr std::string_view csrf_field = "csrfmiddlewaretoken";

ApiError wrong(std::string field, std::string english, std::vector<std::string> arguments = {}) {
    return invalid(
        {{std::move(field), FieldError::Details{{{std::move(english), std::move(arguments)}}}}}
    );
}

/// Throws ApiError for a body that is not one field, and nothing else.
void require_one_field(const boost::json::object& sent, const std::string& non_field_errors_key) {
    const auto is_field = [](std::string_view name) {
        return std::any_of(
            std::begin(marking_fields),
            std::end(marking_fields),
            [name](const FieldSpec& field) { return field.name == name; }
        );
    };
    const auto is_other = [&](const auto& member) {
        return member.key() != csrf_field && !is_field(member.key());
    };
    const auto fields = std::count_if(sent.begin(), sent.end(), [&](const auto& member) {
        return is_field(member.key());
    });
    if (fields != 1 || std::any_of(sent.begin(), sent.end(), is_other)) {
        throw wrong(non_field_errors_key, "Say one of ids, up_to and all, and nothing else.");
    }
}

/// Before any of them is looked at.
void require_few_ids(const boost::json::object& sent) {
    const auto* ids = sent.if_contains("ids");
    if (ids != nullptr && ids->is_array() && ids->get_array().size() > most_marked_ids) {
        throw wrong(
            "ids",
            "Ensure this field has no more than {} elements.",
            {std::to_string(most_marked_ids)}
        );
    }
}

/// A form has nothing but texts, and REST framework's fields take them; in JSON a text is no
/// number, and 1 is not true. What is of another type becomes a list, which neither field takes.
/// - ids_as_text: as messages show them.
void refuse_other_types(boost::json::object& sent, bool ids_as_text) {
    const auto is_text = [](const boost::json::value& value) {
        return value.is_string() &&
               !django::python_text(value.get_string()).starts_with(django::python_marker);
    };
    if (auto* ids = sent.if_contains("ids"); ids != nullptr && ids->is_array() && !ids_as_text) {
        for (auto& id : ids->get_array()) {
            if (is_text(id)) {
                id.emplace_array();
            }
        }
    }
    if (auto* all = sent.if_contains("all"); all != nullptr && !all->is_bool() && !all->is_null()) {
        all->emplace_array();
    }
}

std::vector<MessageId> ids_of(const boost::json::value& cleaned) {
    std::vector<MessageId> ids;
    for (const auto& id : cleaned.get_array()) {
        ids.push_back({id.get_int64()});
    }
    std::sort(ids.begin(), ids.end());
    if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) {
        throw wrong("ids", "No id may come twice.");
    }
    return ids;
}

} // namespace

messages::Marking asked_marking(
    middleware::HttpRequest& request,
    const std::vector<Parser>& parsers,
    const MessageFormat& format,
    bool read
) {
    const Settings& settings = format.settings;
    const auto& key = settings.rest_framework.non_field_errors_key;
    auto data = request_data(request, parsers, marking_fields);
    if (auto* sent = data.if_object()) {
        require_one_field(*sent, key);
        require_few_ids(*sent);
        // What is not empty had a parser.
        if (parser_for(parsers, request).kind == Parser::Kind::json) {
            refuse_other_types(*sent, format.ids_as_text);
        }
    }
    const auto cleaned = clean_fields(marking_fields, data, key);
    messages::Marking marking{.read = read};
    if (const auto* ids = cleaned.if_contains("ids")) {
        marking.ids = ids_of(*ids);
    }
    if (const auto* up_to = cleaned.if_contains("up_to")) {
        marking.up_to = MessageState::parse(django::python_text(up_to->get_string()));
        if (!marking.up_to) {
            throw wrong("up_to", "Not a valid state.");
        }
        if (!settings.messages_extensions.need_feed()) {
            throw no_feed();
        }
    }
    if (const auto* all = cleaned.if_contains("all"); all != nullptr && !all->get_bool()) {
        throw wrong("all", "Must be true.");
    }
    return marking;
}

ApiError no_feed() {
    return wrong("up_to", "There is no feed of changes.");
}

} // namespace drf_messages::api
