// SPDX-License-Identifier: MIT
#include "page.hpp"

#include <map>
#include <optional>
#include <sstream>

namespace {

class Read : public Page {
protected:
    Read() {
        for (const char* text : {"one", "two", "three"}) {
            messages::info(request, text);
        }
    }

    std::ostringstream page;
};

TEST_F(Read, IteratingShowsAndMarks) {
    // [iterate]
    MessageStorage storage = messages::get_messages(request);
    for (const DjangoMessage& message : storage) {
        page << message << '\n';
    }
    // [/iterate]
    EXPECT_EQ(page.str(), "three\ntwo\none\n");
    EXPECT_EQ(unread(), "");
}

TEST_F(Read, APageShowsTagsAsClasses) {
    // [list]
    for (const DjangoMessage& message :
         messages::get_messages(request)) {
        page << "<li class=\"" << message.tags() << "\">";
        if (message.level == level::ERROR) {
            page << "Important: ";
        }
        page << message << "</li>"; // escape it as your pages do
    }
    // [/list]
    EXPECT_EQ(
        page.str(),
        "<li class=\"info\">three</li><li class=\"info\">two</li>"
        "<li class=\"info\">one</li>"
    );
}

TEST_F(Read, LeavingTheLoopEarlyMarksNothing) {
    // [leave]
    for (const DjangoMessage& message :
         messages::get_messages(request)) {
        if (message.level >= level::INFO) {
            break; // all three are still unread
        }
    }
    // [/leave]
    EXPECT_EQ(unread(), "three, two, one");
}

TEST_F(Read, AStorageIsACollection) {
    // [collection]
    MessageStorage storage = messages::get_messages(request);
    if (storage) {
        DjangoMessage newest = storage[0];
        page << newest;
    }
    std::vector<DjangoMessage> five = storage.slice(0, 5);
    // [/collection]
    EXPECT_EQ(page.str(), "three");
    EXPECT_EQ(five.size(), 2U);
    EXPECT_EQ(unread(), "");
}

TEST_F(Read, QuerySetsAreMarkedByHand) {
    // [queryset]
    MessageStorage storage = messages::get_messages(request);
    MessageQuerySet all = storage.get_queryset();
    MessageQuerySet unread = storage.get_unread_queryset();
    for (const Message& message : unread) {
        page << message.view << ": " << message << '\n';
    }
    unread.mark_read();
    // [/queryset]
    EXPECT_EQ(page.str().substr(0, 20), "profile:save: three\n");
    EXPECT_EQ(all.count(), 3);
    EXPECT_EQ(unread.count(), 0);
}

TEST_F(Read, ExactlyWhatWasShownIsMarked) {
    // [exact]
    MessageQuerySet unread =
        messages::get_messages(request).get_unread_queryset();
    for (Message& message : unread) {
        page << message << '\n';
        message.mark_read(); // this one, and none that came since
    }
    // [/exact]
    EXPECT_EQ(unread.count(), 0);
}

TEST_F(Read, WhatWasReadIsUnreadAgain) {
    messages::get_messages(request).get_queryset().mark_read();
    // [unread-again]
    MessageQuerySet all =
        messages::get_messages(request).get_queryset();
    all.filter(field::view == "profile:save").mark_unread();
    std::map<Level, std::int64_t> badge =
        all.filter(field::read_at.is_null()).count_by(field::level);
    // [/unread-again]
    EXPECT_EQ(badge, (std::map<Level, std::int64_t>{{20, 3}}));
}

class ReadLater : public Page {
protected:
    static Settings with_feed() {
        Settings settings = in_memory();
        settings.messages_extensions.sync = true;
        return settings;
    }

    ReadLater() : Page(with_feed()) {}

    std::ostringstream page;
};

TEST_F(ReadLater, MarksWhatWasShownAndNothingThatCameSince) {
    messages::info(request, "shown");
    // [up-to]
    // before the list: what comes meanwhile is not taken for shown
    std::optional<MessageState> state = request.messages_state();
    for (const Message& message :
         messages::get_messages(request).get_queryset()) {
        page << message << '\n';
    }
    // [/up-to]
    messages::info(request, "came since");
    // [seen]
    // when the user has looked at it, as the page says by `state`
    messages::mark_read_up_to(request, *state);
    // [/seen]
    EXPECT_EQ(unread(), "came since");
    EXPECT_EQ(page.str(), "shown\n");
}

TEST_F(Read, AScopeMarksWhenItIsLeft) {
    // [scope]
    {
        MessageStorage storage = messages::get_messages(request);
        auto mark_read = storage.mark_read_on_exit();
        MessageQuerySet unread = storage.get_unread_queryset();
        page << unread.count();
    } // marked here, also when an exception passes
    // [/scope]
    EXPECT_EQ(page.str(), "3");
    EXPECT_EQ(unread(), "");
}

TEST_F(Read, FiltersAreCheckedByTheCompiler) {
    // [filter]
    MessageQuerySet urgent = messages::get_messages(request)
                                 .get_queryset()
                                 .filter(
                                     field::level >= level::WARNING &&
                                     field::extra_tags == "upload"
                                 )
                                 .exclude(field::view == "api:sync")
                                 .order_by(field::created.desc())
                                 .limit(5);
    // [/filter]
    EXPECT_FALSE(urgent.exists());
    messages::error(request, "The upload failed.", "upload");
    EXPECT_EQ(urgent.count(), 1);
}

TEST(ReadAfterTheEnd, Throws) {
    Site site(":memory:");
    site.migrate();
    const UserId ann = site.users().create_user("ann");
    // [ended]
    std::optional<MessageStorage> kept;
    {
        Request request(site, {.user = ann});
        kept = messages::get_messages(request);
    }
    // kept->size() throws std::logic_error:
    // the messages of a request were used after it had ended
    // [/ended]
    try {
        kept->size();
        FAIL();
    } catch (const std::logic_error& error) {
        EXPECT_STREQ(
            error.what(),
            "the messages of a request were used after it had ended"
        );
    }
}

} // namespace
