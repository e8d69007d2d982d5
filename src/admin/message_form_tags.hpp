// SPDX-License-Identifier: MIT
#pragma once

#include "admin/message_form_cleaning.hpp"
#include "admin/page.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/message_tag.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

// The tags in the form of a message, each in a form of its own: Django's inlines.

namespace drf_messages::admin {

/// What may be done with the tags of a message by who sees its form.
/// - Django: contrib/admin/options.py, get_inline_instances and get_inline_formsets.
struct TagAccess {
    bool has_forms = false; ///< they have a part of the page at all
    bool view = false;
    bool add = false;
    bool change = false;
    bool remove = false;
};

/// - can_edit: whether the message itself may be saved.
TagAccess tag_access(const Permissions& may, bool can_edit);

/// The form of one tag.
struct TagForm {
    enum class Work { none, add, change, remove };

    std::string prefix; ///< of the names of its widgets: "extra_tags-0"
    std::string label;  ///< the tag as it is stored, or "#1"
    bool is_shown = true;
    bool is_stored = false;
    bool to_be_removed = false;
    std::string id; ///< as shown and posted, as are the next two
    std::string message;
    std::string text;
    FieldErrors errors;        ///< of the text
    FieldErrors hidden_errors; ///< of id and message, with the names of the fields

    Work work = Work::none; ///< what saving does, with what the next two say
    MessageTagId tag;
    std::string cleaned;
};

/// All of them.
struct TagForms {
    std::int64_t total = 0; ///< TOTAL_FORMS
    std::int64_t initial = 0;
    std::int64_t most = 0;
    std::vector<TagForm> forms;
    FieldErrors errors;        ///< of them as a whole
    FieldErrors hidden_errors; ///< of their numbers

    /// As an error note counts them. Django: contrib/admin/helpers.py, AdminErrorList.
    std::size_t error_count() const;
    void forget_errors();
    /// One form more, as empty as the others that nothing is stored for.
    void add_empty_form();
};

/// - tags: those that are stored, where they may be seen.
TagForms shown_tag_forms(const TagAccess& access, const std::vector<MessageTag>& tags);

/// Whether there is a tag of that id, of whichever message.
using TagExists = std::function<bool(MessageTagId)>;

/// - message: absent for a new one.
/// - Django: forms/formsets.py and forms/models.py, BaseInlineFormSet.
TagForms posted_tag_forms(
    const TagAccess& access,
    const std::vector<MessageTag>& tags,
    std::optional<MessageId> message,
    const FormValues& posted,
    const TagExists& exists,
    const pages::PageTexts& texts
);

} // namespace drf_messages::admin
