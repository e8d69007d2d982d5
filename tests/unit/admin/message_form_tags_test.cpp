// SPDX-License-Identifier: MIT
#include "admin/message_form_tags.hpp"
#include "locale/languages.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

using Work = TagForm::Work;

constexpr MessageId message{3};
constexpr TagAccess all{true, true, true, true, true};

const std::vector<MessageTag>& stored() {
    static const std::vector<MessageTag> tags{
        {MessageTagId{2}, message, "upload"}, {MessageTagId{3}, message, "files"}};
    return tags;
}

/// The forms of both tags as the page shows them.
FormValues unchanged() {
    return {
        {"extra_tags-TOTAL_FORMS", "2"},
        {"extra_tags-INITIAL_FORMS", "2"},
        {"extra_tags-0-id", "2"},
        {"extra_tags-0-message", "3"},
        {"extra_tags-0-text", "upload"},
        {"extra_tags-1-id", "3"},
        {"extra_tags-1-message", "3"},
        {"extra_tags-1-text", "files"}};
}

FormValues with(std::vector<std::pair<std::string, std::string>> changes) {
    FormValues posted = unchanged();
    for (auto& [name, value] : changes) {
        posted[name] = std::move(value);
    }
    return posted;
}

/// The tag 1 is that of another message.
TagForms read(const FormValues& posted, const TagAccess& access = all) {
    static const locale::Languages languages;
    const pages::PageTexts texts(languages.of_site());
    const auto exists = [](MessageTagId tag) { return tag.value <= 3; };
    return posted_tag_forms(access, stored(), message, posted, exists, texts);
}

std::vector<Work> works(const TagForms& forms) {
    std::vector<Work> all_works;
    for (const TagForm& form : forms.forms) {
        all_works.push_back(form.work);
    }
    return all_works;
}

TEST(TagForms, ChangeNothingAsTheyAre) {
    const TagForms forms = read(unchanged());
    EXPECT_EQ(works(forms), (std::vector{Work::none, Work::none}));
    EXPECT_EQ(forms.error_count(), 0U);
}

TEST(TagForms, AddChangeAndRemove) {
    const TagForms forms = read(with(
        {{"extra_tags-TOTAL_FORMS", "3"},
         {"extra_tags-0-DELETE", "on"},
         {"extra_tags-1-text", " file "},
         {"extra_tags-2-text", "new"}}
    ));
    EXPECT_EQ(works(forms), (std::vector{Work::remove, Work::change, Work::add}));
    EXPECT_EQ(forms.forms[0].tag, MessageTagId{2});
    EXPECT_EQ(forms.forms[1].cleaned, "file");
    EXPECT_EQ(forms.forms[2].label, "#3");
    EXPECT_EQ(forms.error_count(), 0U);
}

TEST(TagForms, LeaveOutNewOnesThatAreEmptyOrToBeRemoved) {
    const TagForms forms = read(with(
        {{"extra_tags-TOTAL_FORMS", "4"},
         {"extra_tags-2-text", "   "},
         {"extra_tags-3-text", "gone"},
         {"extra_tags-3-DELETE", "on"}}
    ));
    EXPECT_EQ(works(forms), (std::vector{Work::none, Work::none, Work::none, Work::none}));
    EXPECT_EQ(forms.error_count(), 0U);
}

TEST(TagForms, ForgiveABlankTextOfATagThatIsRemoved) {
    const TagForms forms = read(with({{"extra_tags-0-text", ""}, {"extra_tags-0-DELETE", "on"}}));
    EXPECT_EQ(forms.forms[0].work, Work::remove);
    EXPECT_EQ(forms.forms[0].cleaned, "upload");
    EXPECT_EQ(forms.error_count(), 0U);
}

TEST(TagForms, NameWhatIsWrong) {
    const TagForms forms = read(with(
        {{"extra_tags-0-text", std::string(129, 't')},
         {"extra_tags-0-message", "1"},
         {"extra_tags-1-text", ""},
         {"extra_tags-1-id", "999"}}
    ));
    EXPECT_EQ(
        forms.forms[0].errors,
        FieldErrors{"Ensure this value has at most 128 characters (it has 129)."}
    );
    EXPECT_EQ(
        forms.forms[0].hidden_errors,
        FieldErrors{"(Hidden field message) The inline value did not match the parent instance."}
    );
    EXPECT_EQ(forms.forms[1].errors, FieldErrors{"This field is required."});
    EXPECT_EQ(
        forms.forms[1].hidden_errors,
        FieldErrors{"(Hidden field id) Select a valid choice. That choice is not one of the "
                    "available choices."}
    );
    EXPECT_EQ(forms.error_count(), 4U);
}

TEST(TagForms, DoNothingToATagOfAnotherMessage) {
    for (const bool removes : {false, true}) {
        FormValues posted = with({{"extra_tags-0-id", "1"}, {"extra_tags-0-text", "stolen"}});
        if (removes) {
            posted["extra_tags-0-DELETE"] = "on";
        }
        const TagForms forms = read(posted);
        EXPECT_EQ(works(forms), (std::vector{Work::none, Work::none}));
        EXPECT_EQ(forms.error_count(), 0U);
    }
}

TEST(TagForms, RefuseWhatTellsNotHowManyThereAre) {
    const TagForms forms = read({{"extra_tags-TOTAL_FORMS", "abc"}});
    EXPECT_TRUE(forms.forms.empty());
    EXPECT_EQ(
        forms.hidden_errors,
        (FieldErrors{
            "(Hidden field TOTAL_FORMS) Enter a whole number.",
            "(Hidden field INITIAL_FORMS) This field is required."})
    );
    EXPECT_EQ(
        forms.errors,
        FieldErrors{"ManagementForm data is missing or has been tampered with. Missing fields: "
                    "extra_tags-TOTAL_FORMS, extra_tags-INITIAL_FORMS. You may need to file a "
                    "bug report if the issue persists."}
    );
}

TEST(TagForms, AreNoMoreThanDjangoReads) {
    const TagForms forms = read(with({{"extra_tags-TOTAL_FORMS", "99999999999999999999"}}));
    EXPECT_EQ(forms.forms.size(), 2000U);
    EXPECT_EQ(forms.errors, FieldErrors{"Please submit at most 1000 forms."});
}

TEST(TagForms, IgnoreWhatTheUserMayNotDo) {
    const FormValues posted = with(
        {{"extra_tags-TOTAL_FORMS", "3"},
         {"extra_tags-0-DELETE", "on"},
         {"extra_tags-1-text", ""},
         {"extra_tags-2-text", "new"}}
    );
    EXPECT_EQ(
        works(read(posted, {true, true, false, false, false})),
        (std::vector{Work::none, Work::none, Work::none})
    );
    EXPECT_EQ(
        works(read(posted, {true, true, true, false, true})),
        (std::vector{Work::remove, Work::none, Work::add})
    );
    EXPECT_EQ(read(posted, {true, true, true, false, true}).error_count(), 0U);
}

TEST(TagForms, MayBeSeenByWhoMayNotEditTheMessage) {
    Permissions may;
    may.tags = {true, true, true, true};
    const TagAccess access = tag_access(may, false);
    EXPECT_TRUE(access.has_forms);
    EXPECT_TRUE(access.view);
    EXPECT_FALSE(access.add || access.change || access.remove);
    EXPECT_EQ(shown_tag_forms(access, stored()).most, 0);
}

} // namespace
} // namespace drf_messages::admin
