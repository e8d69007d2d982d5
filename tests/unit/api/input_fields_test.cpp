// SPDX-License-Identifier: MIT
// Plays what tests/compat/make_fields.py recorded: what REST framework's fields make of input.
#include "api/dispatch/metadata.hpp"
#include "api/wire/input_fields.hpp"
#include "api/wire/json_body.hpp"
#include "django/python_json.hpp"
#include "django/python_value.hpp"
#include "support/repository.hpp"
#include "unit/api/in_english.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

namespace drf_messages::api {
namespace {

namespace json = boost::json;

const json::array& recorded_fields() {
    static const json::value value = [] {
        std::ifstream file(test::repository_path("tests/compat/fields.json"));
        return *django::parse_python_json(std::string(std::istreambuf_iterator<char>(file), {}));
    }();
    return value.at("fields").as_array();
}

std::string_view view_of(const json::value& value) {
    return django::python_text(value.as_string());
}

/// A field as the recording's arguments describe it.
class RecordedField {
public:
    RecordedField(std::string_view type, const json::object& arguments) {
        spec_.type = type == "integer"    ? FieldType::integer
                     : type == "choice"   ? FieldType::choice
                     : type == "list"     ? FieldType::list
                     : type == "datetime" ? FieldType::datetime
                                          : FieldType::string;
        for (const auto& [key, value] : arguments) {
            set(django::python_text(key), value);
        }
    }
    RecordedField(const RecordedField&) = delete;
    RecordedField& operator=(const RecordedField&) = delete;

    const FieldSpec& spec() const { return spec_; }

private:
    void set(std::string_view name, const json::value& value) {
        if (name == "label") {
            spec_.label = view_of(value);
        } else if (name == "read_only") {
            spec_.read_only = value.as_bool();
        } else if (name == "required") {
            spec_.required = value.as_bool();
        } else if (name == "allow_null") {
            spec_.allow_null = value.as_bool();
        } else if (name == "allow_blank") {
            spec_.allow_blank = value.as_bool();
        } else if (name == "allow_empty") {
            spec_.allow_empty = value.as_bool();
        } else if (name == "trim_whitespace") {
            spec_.trim_whitespace = value.as_bool();
        } else if (name == "min_length") {
            spec_.min_length = value.to_number<std::size_t>();
        } else if (name == "max_length") {
            spec_.max_length = value.to_number<std::size_t>();
        } else if (name == "min_value") {
            spec_.min_value = value.as_int64();
        } else if (name == "max_value") {
            spec_.max_value = value.as_int64();
        } else if (name == "choices") {
            set_choices(value.as_array());
        } else if (name == "child") {
            child_ = std::make_unique<RecordedField>(view_of(value.at(0)), value.at(1).as_object());
            spec_.child = &child_->spec();
        } else {
            ADD_FAILURE() << "an argument that no field had: " << name;
        }
    }

    void set_choices(const json::array& choices) {
        for (const auto& choice : choices) {
            const auto& value = choice.at(0);
            Choice& added = choices_.emplace_back();
            added.display_name = view_of(choice.at(1));
            if (value.is_int64()) {
                added.number = value.as_int64();
                added.text = texts_.emplace_back(std::to_string(value.as_int64()));
            } else {
                added.text = view_of(value);
            }
        }
        spec_.choices = choices_;
    }

    FieldSpec spec_;
    std::vector<Choice> choices_;
    std::deque<std::string> texts_;
    std::unique_ptr<RecordedField> child_;
};

/// As the recording has errors: texts with their codes, or those of a list's items.
json::value shown(const FieldError& error) {
    if (const auto* refused = std::get_if<FieldError::Items>(&error.errors)) {
        json::object items;
        for (const auto& item : *refused) {
            items[item.field] = shown(item);
        }
        return items;
    }
    json::array details;
    for (const auto& detail : std::get<FieldError::Details>(error.errors)) {
        details.push_back({in_english(detail.words), detail.code});
    }
    return details;
}

json::object played(const FieldSpec& field, const json::value& input) {
    const auto data = input.is_null() ? json::value() : json_body(view_of(input), false);
    const auto cleaned = clean_field(field, input.is_null() ? nullptr : &data);
    if (!cleaned.is_valid()) {
        return {{"input", input}, {"errors", shown(cleaned.error)}};
    }
    if (cleaned.skipped) {
        return {{"input", input}, {"skipped", true}};
    }
    return {{"input", input}, {"value", django::write_spaced_python_json(cleaned.value)}};
}

TEST(InputFields, MakeOfInputWhatRestFrameworkMakes) {
    std::size_t count = 0;
    for (const auto& recorded : recorded_fields()) {
        const RecordedField field(
            view_of(recorded.at("type")), recorded.at("arguments").as_object()
        );
        for (const auto& expected : recorded.at("cases").as_array()) {
            EXPECT_EQ(played(field.spec(), expected.at("input")), expected)
                << recorded.at("type") << ' ' << recorded.at("arguments");
            ++count;
        }
    }
    EXPECT_GT(count, 300U);
}

TEST(InputFields, AreShownByOptionsAsRestFrameworkShowsThem) {
    for (const auto& recorded : recorded_fields()) {
        const RecordedField field(
            view_of(recorded.at("type")), recorded.at("arguments").as_object()
        );
        text::JsonWriter json{text::JsonStyle{}};
        write_field_info(json, field.spec(), english());
        EXPECT_EQ(json.take(), view_of(recorded.at("options"))) << recorded.at("arguments");
    }
}

TEST(InputFields, OfAnObjectAreRefusedTogether) {
    static constexpr FieldSpec item{.max_length = 1};
    static constexpr FieldSpec fields[] = {
        {.name = "id", .type = FieldType::integer, .read_only = true},
        {.name = "text"},
        {.name = "tags", .type = FieldType::list, .required = false, .child = &item}};
    const auto refusal = [&](std::string_view body) {
        try {
            return django::write_spaced_python_json(
                clean_fields(fields, json_body(body, true), "non_field_errors")
            );
        } catch (const ApiError& error) {
            text::JsonWriter json{text::JsonStyle{}};
            error.data(english())(json);
            return json.take();
        }
    };
    EXPECT_EQ(refusal(R"({"id":"x","text":" a ","more":1})"), R"({"text": "a"})");
    EXPECT_EQ(
        refusal(R"({"tags":["a","bb",[]]})"),
        R"({"text":["This field is required."],)"
        R"("tags":{"1":["Ensure this field has no more than 1 characters."],)"
        R"("2":["Not a valid string."]}})"
    );
    EXPECT_EQ(refusal("null"), R"({"non_field_errors":["No data provided"]})");
    EXPECT_EQ(
        refusal("[]"),
        R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})"
    );
}

} // namespace
} // namespace drf_messages::api
