// SPDX-License-Identifier: MIT
#include "admin/message_form_tags.hpp"

#include <drf_messages/message.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace drf_messages::admin {
namespace {

// Django: forms/formsets.py, DEFAULT_MAX_NUM.
constexpr std::int64_t most_forms = 1000;

std::string prefix_of(std::int64_t number) {
    return fmt::format("extra_tags-{}", number);
}

std::string name_of(const TagForm& form, std::string_view field) {
    return fmt::format("{}-{}", form.prefix, field);
}

const MessageTag* find_tag(const std::vector<MessageTag>& tags, std::int64_t id) {
    const auto found = std::find_if(tags.begin(), tags.end(), [&](const MessageTag& tag) {
        return tag.id.value == id;
    });
    return found == tags.end() ? nullptr : &*found;
}

TagForm stored_form(std::int64_t number, const MessageTag& tag) {
    TagForm form;
    form.prefix = prefix_of(number);
    form.label = tag.text;
    form.is_stored = true;
    form.id = fmt::format("{}", tag.id.value);
    form.message = fmt::format("{}", tag.message.value);
    form.text = tag.text;
    return form;
}

/// Cleans the forms of one message.
class Reader {
public:
    Reader(
        const TagAccess& access,
        const std::vector<MessageTag>& tags,
        std::optional<MessageId> message,
        const FormValues& posted,
        const TagExists& exists,
        const pages::PageTexts& texts
    )
        : access_(access), tags_(tags), message_(message), posted_(posted), exists_(exists),
          texts_(texts) {}

    TagForms read() {
        TagForms all;
        all.most = access_.add ? most_forms : 0;
        if (!read_numbers(all)) {
            return all;
        }
        if (all.total > all.most + most_forms) {
            all.errors.push_back(texts_.say(
                "Please submit at most {} forms.", std::array{fmt::format("{}", all.most)}
            ));
        }
        all.total = std::clamp<std::int64_t>(all.total, 0, all.most + most_forms);
        for (std::int64_t i = 0; i < all.total; ++i) {
            all.forms.push_back(i < all.initial ? initial_form(i) : extra_form(i));
        }
        return all;
    }

private:
    /// Django: forms/formsets.py, ManagementForm.
    bool read_numbers(TagForms& all) const {
        std::vector<std::string> wrong;
        for (const auto& [field, number] :
             {std::pair{"TOTAL_FORMS", &all.total}, std::pair{"INITIAL_FORMS", &all.initial}}) {
            const std::string name = fmt::format("extra_tags-{}", field);
            auto cleaned = clean_whole_number(find_value(posted_, name), texts_);
            if (!cleaned.errors.empty()) {
                wrong.push_back(name);
                add_hidden(all.hidden_errors, field, cleaned.errors.front());
            }
            *number = cleaned.value;
        }
        if (wrong.empty()) {
            return true;
        }
        all.total = 0;
        all.initial = 0;
        all.errors.push_back(texts_.say(
            "ManagementForm data is missing or has been tampered with. Missing fields: {}. You may "
            "need to file a bug report if the issue persists.",
            std::array{fmt::format("{}", fmt::join(wrong, ", "))}
        ));
        return false;
    }

    /// Django: forms/forms.py, BaseForm._html_output.
    void add_hidden(FieldErrors& errors, std::string_view field, const std::string& error) const {
        errors.push_back(texts_.say("(Hidden field {}) {}", std::array{std::string(field), error}));
    }

    TagForm posted_form(std::int64_t number) const {
        TagForm form;
        form.prefix = prefix_of(number);
        form.label = fmt::format("#{}", number + 1);
        form.id = value_of(posted_, name_of(form, "id"));
        form.message = value_of(posted_, name_of(form, "message"));
        form.text = value_of(posted_, name_of(form, "text"));
        form.to_be_removed = access_.remove && is_checked(posted_, name_of(form, "DELETE"));
        return form;
    }

    /// The form of a tag that was there when the page was made.
    TagForm initial_form(std::int64_t number) const {
        TagForm form = posted_form(number);
        form.is_stored = true;
        form.is_shown = number < static_cast<std::int64_t>(tags_.size());
        if (form.is_shown) {
            form.label = tags_[static_cast<std::size_t>(number)].text;
        }
        if (!access_.change && !form.to_be_removed) {
            return form.is_shown ? stored_form(number, tags_[static_cast<std::size_t>(number)])
                                 : form;
        }
        clean(form, true);
        const auto id = clean_whole_number(form.id, texts_);
        const MessageTag* tag = id.errors.empty() ? find_tag(tags_, id.value) : nullptr;
        if (tag != nullptr) {
            form.tag = tag->id;
        }
        if (form.to_be_removed) {
            if (tag != nullptr) {
                form.work = TagForm::Work::remove;
                form.cleaned = form.errors.empty() ? form.cleaned : tag->text;
            }
            form.errors.clear();
            form.hidden_errors.clear();
        } else if (tag != nullptr && form.cleaned != tag->text) {
            form.work = TagForm::Work::change;
        }
        return form;
    }

    TagForm extra_form(std::int64_t number) const {
        TagForm form = posted_form(number);
        const bool changed =
            !clean_text(form.text, tag_max_length, texts_).value.empty() || !form.id.empty();
        if (!access_.add || !changed || form.to_be_removed) {
            return form;
        }
        clean(form, false);
        form.work = TagForm::Work::add;
        return form;
    }

    void clean(TagForm& form, bool is_initial) const {
        auto text = clean_text(form.text, tag_max_length, texts_);
        if (text.value.empty()) {
            text.errors.push_back(texts_.say("This field is required."));
        }
        form.cleaned = std::move(text.value);
        form.errors = std::move(text.errors);
        if (form.id.empty()) {
            if (is_initial) {
                add_hidden(form.hidden_errors, "id", texts_.say("This field is required."));
            }
        } else if (const auto id = clean_whole_number(form.id, texts_);
                   !id.errors.empty() ||
                   (find_tag(tags_, id.value) == nullptr && !exists_(MessageTagId{id.value}))) {
            add_hidden(form.hidden_errors, "id", texts_.say(unavailable_choice));
        }
        const std::string parent = message_ ? fmt::format("{}", message_->value) : "None";
        if (!form.message.empty() && form.message != parent) {
            add_hidden(
                form.hidden_errors,
                "message",
                texts_.say("The inline value did not match the parent instance.")
            );
        }
    }

    const TagAccess& access_;
    const std::vector<MessageTag>& tags_;
    std::optional<MessageId> message_;
    const FormValues& posted_;
    const TagExists& exists_;
    const pages::PageTexts& texts_;
};

} // namespace

TagAccess tag_access(const Permissions& may, bool can_edit) {
    const ModelPermissions& tags = may.tags;
    return {
        tags.any(),
        tags.view_or_change(),
        can_edit && tags.add,
        can_edit && tags.change,
        can_edit && tags.remove};
}

std::size_t TagForms::error_count() const {
    std::size_t count = errors.size();
    for (const TagForm& form : forms) {
        count += (form.errors.empty() ? 0 : 1) + form.hidden_errors.size();
    }
    return count;
}

void TagForms::forget_errors() {
    errors.clear();
    hidden_errors.clear();
    for (TagForm& form : forms) {
        form.errors.clear();
        form.hidden_errors.clear();
    }
}

void TagForms::add_empty_form() {
    if (total >= most) {
        return;
    }
    TagForm form;
    form.prefix = prefix_of(total++);
    form.label = fmt::format("#{}", total);
    forms.push_back(std::move(form));
}

TagForms shown_tag_forms(const TagAccess& access, const std::vector<MessageTag>& tags) {
    TagForms all;
    all.most = access.add ? most_forms : 0;
    for (const MessageTag& tag : tags) {
        all.forms.push_back(stored_form(all.total++, tag));
    }
    all.initial = all.total;
    return all;
}

TagForms posted_tag_forms(
    const TagAccess& access,
    const std::vector<MessageTag>& tags,
    std::optional<MessageId> message,
    const FormValues& posted,
    const TagExists& exists,
    const pages::PageTexts& texts
) {
    return Reader(access, tags, message, posted, exists, texts).read();
}

} // namespace drf_messages::admin
