// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::api {

// What the classes of a view tell its HTML page beside the answer. Words are in English, for the
// page to translate.

/// A choice of a form's field: a text of the site, words, or the one and the other: "level -
/// ascending".
struct FormChoice {
    std::string value;
    std::string text;
    std::string_view words{}; ///< of a literal
};

struct FormField {
    enum class Kind { text, number, choice };
    Kind kind = Kind::text;
    std::string name; ///< of the parameter
    std::string label;
    std::string value; ///< as the request has it
    std::vector<FormChoice> choices{};
    std::string_view words{}; ///< behind the label: "is greater than"
    std::string filter{};     ///< under which errors are; empty: `name`
    bool is_more = false;     ///< of those that are seldom wanted
};

/// What one filter backend reads.
struct FormPart {
    std::string title;
    std::vector<FormField> fields;
};

/// The form of a list: a part of each backend that has one.
struct FilterForm {
    std::vector<FormPart> parts;
    std::string page_parameter; ///< which says where in the list a page is; empty: none
};

/// A link by a number, or, without an address, a gap.
struct NumberLink {
    std::int64_t number = 0;
    std::string url;
    bool is_current = false;
};

/// The links of a paginated list.
struct PageLinks {
    std::optional<std::string> previous;
    std::optional<std::string> next;
    std::vector<NumberLink> numbers{}; ///< empty: pages have none
};

struct ActionLink {
    std::string name;
    std::string url;
};

/// What was found out while the answer was made.
struct PageNotes {
    std::optional<PageLinks> links;
    std::optional<Message> message; ///< the one that is shown, as it was before it was marked
};

} // namespace drf_messages::api
