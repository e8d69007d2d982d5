// SPDX-License-Identifier: MIT
#include "store/message_predicate.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace drf_messages {
namespace {

using store::Predicate;

std::string words(const Predicate& predicate);

std::string call(std::string name, const std::vector<Predicate>& operands) {
    name += "(";
    for (const Predicate& operand : operands) {
        name += (&operand == &operands.front() ? "" : ", ") + words(operand);
    }
    return name + ")";
}

/// The comparisons are called by their first value.
std::string name_of(const Condition& comparison) {
    return std::get<std::string>(comparison.values.front());
}

std::string words(const Predicate& predicate) {
    switch (predicate.kind) {
    case Predicate::Kind::always:
        return "always";
    case Predicate::Kind::never:
        return "never";
    case Predicate::Kind::is_null:
        return "null";
    case Predicate::Kind::is_not_null:
        return "not null";
    case Predicate::Kind::compares:
        return name_of(*predicate.comparison);
    case Predicate::Kind::all_of:
        return call("all", predicate.operands);
    case Predicate::Kind::any_of:
        return call("any", predicate.operands);
    case Predicate::Kind::negation:
        return call("not", predicate.operands);
    case Predicate::Kind::tag_exists:
        return call("tag", predicate.operands);
    case Predicate::Kind::tag_absent:
        return "no tag";
    }
    return "?";
}

std::string normalised(const Condition& condition) {
    return words(store::normalise(condition));
}

Condition view(std::string name) {
    return Condition::compare(Field::view, Lookup::exact, std::move(name));
}
Condition key(std::string name) {
    return Condition::compare(Field::session_key, Lookup::exact, std::move(name));
}
Condition tag(std::string name) {
    return Condition::compare(Field::tag_text, Lookup::exact, std::move(name));
}
Condition null(Field field, bool wanted = true) {
    return Condition::compare(field, Lookup::isnull, wanted);
}

TEST(Predicate, HasNoGroupOfOneOrNone) {
    EXPECT_EQ(normalised(Condition::all_of({})), "always");
    EXPECT_EQ(normalised(Condition::any_of({})), "never");
    EXPECT_EQ(normalised(Condition::nothing()), "never");
    EXPECT_EQ(normalised(Condition::all_of({Condition::any_of({view("v")})})), "v");
    EXPECT_EQ(normalised(view("v") && (key("k") || view("w"))), "all(v, any(k, w))");
}

TEST(Predicate, LeavesOutWhatDecidesNothing) {
    const Condition never = Condition::nothing();
    const Condition always = !Condition::nothing();
    EXPECT_EQ(normalised(view("v") && never), "never");
    EXPECT_EQ(normalised(view("v") || never), "v");
    EXPECT_EQ(normalised(view("v") && always && key("k")), "all(v, k)");
    EXPECT_EQ(normalised(view("v") || always), "always");
    EXPECT_EQ(normalised(always && Condition::all_of({})), "always");
    EXPECT_EQ(normalised(!(view("v") && never)), "always");
    EXPECT_EQ(normalised(null(Field::level)), "never") << "it holds no null";
    EXPECT_EQ(normalised(null(Field::level, false) && view("v")), "v");
}

TEST(Predicate, KnowsWhatIsAboutNull) {
    EXPECT_EQ(normalised(null(Field::read_at)), "null");
    EXPECT_EQ(normalised(null(Field::read_at, false)), "not null");
    EXPECT_EQ(normalised(Condition::compare(Field::read_at, Lookup::exact, {})), "null");
    EXPECT_EQ(normalised(Condition::compare(Field::level, Lookup::gt, {})), "never");
    EXPECT_EQ(normalised(Condition::in(Field::level, {FieldValue(), FieldValue()})), "never");
    EXPECT_EQ(normalised(Condition::in(Field::level, {})), "never");
}

TEST(Predicate, KeepsTheRowsWithoutAValueWhereItIsNegated) {
    EXPECT_EQ(normalised(!key("k")), "not(all(not null, k))");
    EXPECT_EQ(normalised(!view("v")), "not(v)");
    EXPECT_EQ(normalised(!!key("k")), "not(not(k))");
    EXPECT_EQ(normalised(!null(Field::session_key)), "not(null)");
}

TEST(Predicate, LooksEachTagUpByItself) {
    EXPECT_EQ(normalised(tag("a") && tag("b")), "all(tag(a), tag(b))");
    EXPECT_EQ(normalised(!tag("a")), "not(tag(a))");
    EXPECT_EQ(normalised(null(Field::tag_text)), "no tag");
    EXPECT_EQ(normalised(null(Field::tag_text, false)), "tag()");
    EXPECT_EQ(normalised(Condition::in(Field::tag_text, {})), "never");
}

TEST(Predicate, LooksForOneTagThatFitsAll) {
    const auto one = [](Condition condition) {
        return normalised(Condition::of_one_tag(std::move(condition)));
    };
    EXPECT_EQ(one(tag("a")), "tag(a)");
    EXPECT_EQ(one(tag("a") && view("v")), "all(tag(a), v)");
    EXPECT_EQ(one(tag("a") && tag("b")), "all(any(tag(all(a, b))))");
    EXPECT_EQ(one(tag("a") && view("v") && tag("b")), "all(v, any(tag(all(a, b))))");
    EXPECT_EQ(one((tag("a") && tag("b")) || view("v")), "any(all(any(tag(all(a, b)))), v)");
    EXPECT_EQ(one(tag("a") && !tag("b")), "all(tag(a), not(tag(b)))");
    EXPECT_EQ(
        normalised(!Condition::of_one_tag(tag("a") && tag("b"))), "not(all(any(tag(all(a, b)))))"
    );
}

TEST(Predicate, TakesAMessageWithoutTagsWhereAllOfItMayHoldForOne) {
    const Condition none = null(Field::tag_text);
    const auto one = [](Condition condition) {
        return normalised(Condition::of_one_tag(std::move(condition)));
    };
    EXPECT_EQ(
        one((tag("a") || none) && (tag("b") || view("v"))),
        "all(any(tag(all(a, any(b, v))), all(no tag, v)))"
    );
    EXPECT_EQ(one((tag("a") || none) && tag("b")), "all(any(tag(all(a, b))))");
    EXPECT_EQ(
        one((tag("a") || !tag("c")) && (tag("b") || view("v"))),
        "all(any(tag(all(any(a, not(tag(c))), any(b, v))), all(not(tag(c)), v)))"
    );
}

} // namespace
} // namespace drf_messages
