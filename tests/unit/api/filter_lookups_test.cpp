// SPDX-License-Identifier: MIT
// What is expected is what django-filter 23.1 answers for a filter set with these lookups.
#include "unit/api/messages_site.hpp"

#include <gmock/gmock.h>

#include <string>

namespace drf_messages {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Messages 1 to 4, from old to new.
class FilterLookups : public test::MessagesSite {
protected:
    FilterLookups() {
        site.settings.messages_filter_lookups = true;
        given.message(ann, "a").level(10).tag("upload").tag("upload");
        given.now += std::chrono::seconds(1);
        given.message(ann, "b").level(20).tag("Upload-files");
        given.now += std::chrono::seconds(1);
        given.message(ann, "c").level(30).tag("50%").tag("");
        given.now += std::chrono::seconds(1);
        given.message(ann, "d").level(40);
    }

    std::string refused(const std::string& query) {
        const auto response = get("/messages/?" + query);
        EXPECT_EQ(response.status, 400) << query;
        return response.body;
    }
};

TEST_F(FilterLookups, AreIgnoredUnlessTheSettingAllowsThem) {
    site.settings.messages_filter_lookups = false;
    EXPECT_THAT(
        ids("level__gte=30&level__in=x&level__isnull=true&extra_tags__contains=%00"),
        ElementsAre(4, 3, 2, 1)
    );
}

TEST_F(FilterLookups, CompareLevels) {
    EXPECT_THAT(ids("level__gt=20"), ElementsAre(4, 3));
    EXPECT_THAT(ids("level__gte=20"), ElementsAre(4, 3, 2));
    EXPECT_THAT(ids("level__lt=20"), ElementsAre(1));
    EXPECT_THAT(ids("level__lte=20.9"), ElementsAre(2, 1)) << "a fraction is cut off";
    EXPECT_THAT(ids("level__gt=20.9"), ElementsAre(4, 3));
    EXPECT_THAT(ids("level__gt=10&level__lt=40&level__gte="), ElementsAre(3, 2));
    EXPECT_THAT(ids("level__isnull=true"), IsEmpty());
    EXPECT_THAT(ids("level__isnull=false"), ElementsAre(4, 3, 2, 1));
}

TEST_F(FilterLookups, CompareLevelsWithNumbersThatNoColumnHolds) {
    const std::string huge = "99999999999999999999";
    EXPECT_THAT(ids("level__gte=" + huge), IsEmpty());
    EXPECT_THAT(ids("level__lt=" + huge), ElementsAre(4, 3, 2, 1));
    EXPECT_THAT(ids("level__gt=-" + huge), ElementsAre(4, 3, 2, 1));
    EXPECT_THAT(ids("level__lte=-" + huge), IsEmpty());
    EXPECT_THAT(ids("level__in=10," + huge), ElementsAre(1));
    EXPECT_THAT(ids("level__range=20," + huge), ElementsAre(4, 3, 2));
}

TEST_F(FilterLookups, FindLevelsOfAList) {
    EXPECT_THAT(ids("level__in=10,40"), ElementsAre(4, 1));
    EXPECT_THAT(ids("level__in=30,,30,"), ElementsAre(3));
    EXPECT_THAT(ids("level__in="), ElementsAre(4, 3, 2, 1));
    EXPECT_THAT(ids("level__in=,"), IsEmpty()) << "two values, both null";
    EXPECT_THAT(ids("level__range=20,30"), ElementsAre(3, 2));
    EXPECT_THAT(ids("level__range=30,20"), IsEmpty());
    EXPECT_THAT(ids("level__range=20,"), IsEmpty()) << "nothing is below null";
}

TEST_F(FilterLookups, LookForTextInTags) {
    EXPECT_THAT(ids("extra_tags__icontains=LOAD"), ElementsAre(2, 1));
    EXPECT_THAT(ids("extra_tags__contains=%25"), ElementsAre(3));
    EXPECT_THAT(ids("extra_tags__iexact=UPLOAD"), ElementsAre(1));
    EXPECT_THAT(ids("extra_tags__startswith=upload-"), ElementsAre(2));
    EXPECT_THAT(ids("extra_tags__istartswith=load"), IsEmpty());
    EXPECT_THAT(ids("extra_tags__endswith=files"), ElementsAre(2));
    EXPECT_THAT(ids("extra_tags__iendswith=%20LOAD%20"), ElementsAre(1));
    EXPECT_THAT(ids("extra_tags__contains=%20"), ElementsAre(4, 3, 2, 1));
    EXPECT_THAT(ids("extra_tags__in=upload,%2050%25"), ElementsAre(3, 1));
    EXPECT_THAT(ids("extra_tags__in=x,"), ElementsAre(3)) << "an empty tag is a tag";
    EXPECT_THAT(ids("extra_tags__in=UPLOAD"), IsEmpty());
}

TEST_F(FilterLookups, SayWhatIsWrongAfterTheFieldThatTheyBelongTo) {
    EXPECT_EQ(
        refused("view=%00&extra_tags__in=a,%00,%00&extra_tags__iexact=%00&extra_tags=%00"
                "&level__range=1&level__in=1,x,1e51&level__lte=1e51&level__gt=x&level=x"),
        R"({"level":["Enter a number."],"level__gt":["Enter a number."],)"
        R"("level__lte":["Ensure this value is less than or equal to 1e+50."],)"
        R"("level__in":["Enter a number."],"level__range":["Range query expects two values."],)"
        R"("extra_tags":["Null characters are not allowed."],)"
        R"("extra_tags__iexact":["Null characters are not allowed."],)"
        R"("extra_tags__in":["Null characters are not allowed."],)"
        R"("view":["Null characters are not allowed."]})"
    );
    EXPECT_EQ(refused("level__range=1,2,x"), R"({"level__range":["Enter a number."]})");
}

TEST_F(FilterLookups, TakeListsOfThreeHundredValuesAndNoMore) {
    std::string list = "10";
    for (int number = 1; number < 300; ++number) {
        list += "," + std::to_string(100 + number);
    }
    EXPECT_THAT(ids("level__in=" + list), ElementsAre(1));
    EXPECT_THAT(ids("extra_tags__in=upload," + list.substr(3)), ElementsAre(1));
    list += ",10";
    EXPECT_EQ(
        refused("extra_tags__in=" + list + "&level__range=" + list + "&level__in=" + list),
        R"({"level__in":["List contains 301 items, it should contain no more than 300."],)"
        R"("level__range":["List contains 301 items, it should contain no more than 300."],)"
        R"("extra_tags__in":["List contains 301 items, it should contain no more than 300."]})"
    );
}

TEST_F(FilterLookups, ApplyToOneMessageToo) {
    EXPECT_EQ(get("/messages/3/?level__gt=20").status, 200);
    EXPECT_EQ(get("/messages/3/?level__gt=30").status, 404);
}

} // namespace
} // namespace drf_messages
