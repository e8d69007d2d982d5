// SPDX-License-Identifier: MIT
#include "django/pickle.hpp"
#include "django/python_json.hpp"
#include "text/base64.hpp"
#include "vectors.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace drf_messages;
using namespace drf_messages::django;
using namespace std::string_literals;

// What a pickle holds, as Django would write it as JSON.
std::string json_of(std::string_view pickle) {
    const auto value = read_pickle(pickle);
    return value ? write_spaced_python_json(*value) : "refused";
}

std::string replaced(std::string text, std::string_view part, std::string_view by) {
    const auto place = text.find(part);
    return place == std::string::npos ? text : text.replace(place, part.size(), by);
}

std::string repeated(std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += text;
    return out;
}

} // namespace

TEST(Pickle, OfEveryProtocolIsReadAsTheRealSiteReadIt) {
    int read = 0;
    for (const auto& vector : session_vectors().at("read").as_array()) {
        const auto name = text_of(vector, "name");
        if (name.find("/pickle-protocol-") == std::string::npos)
            continue;
        SCOPED_TRACE(name);
        ++read;
        const auto session = read_pickle(stored_bytes(vector));
        ASSERT_TRUE(session);
        if (const auto* const decoded = vector.at("result").as_object().if_contains("decoded")) {
            EXPECT_EQ(*session, *decoded);
            continue;
        }
        // The recording shows bytes as Python's repr() of them; JSON has none.
        const auto expected = replaced(
            text_of(vector.at("result"), "decoded_json_text"), R"("b'\\x00\\xff'")", "null"
        );
        EXPECT_EQ(write_spaced_python_json(*session), expected);
    }
    EXPECT_EQ(read, 18);
}

TEST(Pickle, ThatCallsOrExhaustsIsRefused) {
    int refused = 0;
    for (const auto& vector : session_vectors().at("must_refuse").as_array()) {
        const auto name = text_of(vector, "name");
        if (name == "pickle/inside-dict" || name == "pickle/as-key") {
            // Read around the call, which is not made.
            const auto session = read_pickle(stored_bytes(vector));
            ASSERT_TRUE(session) << name;
            EXPECT_EQ(skipped_classes(session->as_object()), "posix.system");
            continue;
        }
        EXPECT_EQ(json_of(stored_bytes(vector)), "refused") << name;
        ++refused;
    }
    EXPECT_EQ(refused, 18);
}

namespace {

/// A dict of a pickle: {"a": VALUE, "b": 2}, where VALUE is what these opcodes push.
std::string dict_with(std::string_view opcodes) {
    return "}(X\1\0\0\0a"s + std::string(opcodes) + "X\1\0\0\0bK\2u."s;
}

std::string skipped_in(std::string_view opcodes) {
    const auto value = read_pickle(dict_with(opcodes));
    if (!value) {
        return "refused";
    }
    EXPECT_EQ(value->at("b"), 2) << opcodes;
    return skipped_classes(value->as_object());
}

} // namespace

TEST(Pickle, ReadsAroundWhatItDoesNotBuild) {
    const std::string decimal = "cdecimal\nDecimal\n"s;
    EXPECT_EQ(skipped_in(decimal), "decimal.Decimal");
    EXPECT_EQ(skipped_in(decimal + "U\0011\x85R"), "decimal.Decimal");
    EXPECT_EQ(skipped_in("\x8C\4uuid\x8C\4UUID\x93)\x81}U\3intK\5sb"), "uuid.UUID");
    EXPECT_EQ(skipped_in("ca\nB.C\n)}\x92"), "a.B.C");
    EXPECT_EQ(skipped_in("(K\1K\2ia\nB\n"), "a.B");
    EXPECT_EQ(skipped_in("(ca\nB\nK\1o"), "a.B");
    EXPECT_EQ(skipped_in("ccollections\nOrderedDict\n)R(K\1K\2K\3]u"), "collections.OrderedDict");
    EXPECT_EQ(skipped_in("ccollections\ndeque\n)RK\1a(K\2K\3e"), "collections.deque");
    EXPECT_EQ(skipped_in("ca\nSet\n)R(K\1K\2\x90"), "a.Set");
    // What made the callable is called no more than what it would make.
    EXPECT_EQ(skipped_in("cbuiltins\ngetattr\nca\nB\nU\1x\x86R)R"), "builtins.getattr");
    EXPECT_EQ(skipped_in("cdatetime\ntimedelta\nK\1K\0K\0\x87R"s), "datetime.timedelta");
    EXPECT_EQ(skipped_in("cdatetime\ntimedelta\nJ\xFF\xC9\x9A;K\0K\0\x87R"s), "datetime.timedelta");
    EXPECT_EQ(skipped_in("cdatetime\ndatetime\n"), "datetime.datetime");
    EXPECT_EQ(
        skipped_in("cdatetime\ndatetime\nC\x0A\x08\x33\1\2\3\4\5\0\0\7czoneinfo\nZoneInfo\n)R\x86R"s
        ),
        "datetime.datetime"
    );
    EXPECT_EQ(skipped_in("cpytz\n_UTC\n)R"), "pytz.UTC");
    // Wherever it stands.
    EXPECT_EQ(skipped_in("]" + decimal + "a"), "decimal.Decimal");
    EXPECT_EQ(skipped_in("}" + decimal + "K\1s"), "decimal.Decimal");
    EXPECT_EQ(skipped_in("(" + decimal + "K\1ca\nB\nt"), "a.B, decimal.Decimal");
    EXPECT_EQ(skipped_in("c__builtin__\nset\n](" + decimal + "e\x85R"), "decimal.Decimal");
    EXPECT_EQ(skipped_in("\x8B\xFF\xFF\0\0"s + std::string(65'535, '\1')), "builtins.int");
    // The stack's own opcodes, which stand around objects that refer to themselves.
    EXPECT_EQ(skipped_in(decimal + "0N"), "");
    EXPECT_EQ(skipped_in("(" + decimal + "K\0011N"), "");
    EXPECT_EQ(skipped_in("(0N"), "");
    EXPECT_EQ(skipped_in(decimal + "20"), "decimal.Decimal");
}

TEST(Pickle, OfWhichSomethingWasSkippedIsNeverWritten) {
    const auto value = read_pickle(dict_with("cdecimal\nDecimal\n"));
    ASSERT_TRUE(value);
    EXPECT_TRUE(is_foreign(value->at("a")));
    EXPECT_FALSE(is_foreign(value->at("b")));
    EXPECT_FALSE(is_foreign(*value));
    EXPECT_THROW(write_pickle(*value, 5), std::logic_error);
    EXPECT_THROW(write_pickle(value->at("a"), 5), std::logic_error);
    EXPECT_EQ(skipped_classes({{"a", 1}}), "");
    // Only a dict can say that it is not complete.
    EXPECT_EQ(json_of("ca\nB\n."), "refused");
    EXPECT_EQ(json_of("(ca\nB\nl."), "refused");
    EXPECT_EQ(json_of("ca\nB\n)R(K\1K\2u."), "refused");
}

TEST(Pickle, ThatPythonCouldNotLoadIsRefusedWhateverItNames) {
    for (const auto& opcodes :
         {"Pid\n"s,
          "U\2idQ"s,
          "\x82\1"s,
          "\x83\1\0"s,
          "\x84\1\0\0\0"s,
          "\x97"s,
          "\x98"s,
          "K\1b"s,
          "K\1Nb"s,
          "ca\nB\nK\1R"s,
          "K\1)R"s,
          "K\1)\x81"s,
          "K\1)}\x92"s,
          ")\x81"s,
          "(o"s,
          "(K\1o"s,
          "ia\nB\n"s,
          "ca\nB"s,
          "K\1K\2\x93"s,
          "1"s,
          "cdatetime\ntimedelta\nJ\0\xCA\x9A;K\0K\0\x87R"s,
          "cdatetime\ndate\nC\4\0\0\0\0\x85R"s,
          "ca\nB\np99999999999\n"s,
          "ca\nB\nr\xFF\xFF\xFF\x7F"s}) {
        EXPECT_EQ(skipped_in(opcodes), "refused") << text::base64_encode(opcodes);
    }
    EXPECT_EQ(json_of("}]ca\nB\ns."), "refused"); // no key
    EXPECT_NE(json_of("}ca\nB\n)RK\1s."), "refused");
}

TEST(Pickle, NamesWhatWasSkippedInFewPlainCharacters) {
    EXPECT_EQ(skipped_in("ca\x1b[2J\rb\n\xC3\xA9\"<>\n"), "a??2J?b.?????");
    EXPECT_EQ(
        skipped_in("c" + repeated("m", 1'000) + "\n" + repeated("n", 1'000) + "\n"),
        repeated("m", 80) + "." + repeated("n", 80)
    );
    std::string many = "(";
    for (char name = 'a'; name <= 'z'; ++name) {
        many += "cm\n"s + name + "\n";
    }
    EXPECT_EQ(skipped_in(many + "l"), "m.a, m.b, m.c, m.d, m.e");
    // A long name again and again costs no memory.
    const std::string megabyte(1024 * 1024, 'x');
    const std::string again =
        "X"s + "\0\0\x10\0"s + megabyte + "q\0"s + "0]("s + repeated("h\0h\0\x93"s, 100'000) + "e";
    EXPECT_EQ(skipped_in(again), repeated("x", 80) + "." + repeated("x", 80));
}

TEST(Pickle, OfADatetimeKeepsItsMoment) {
    for (const auto& vector : session_vectors().at("read").as_array()) {
        if (text_of(vector, "name") != "cache-redis/pickle-with-datetime")
            continue;
        const auto session = read_pickle(stored_bytes(vector));
        ASSERT_TRUE(session);
        const auto expiry = python_datetime(session->at("_session_expiry"));
        ASSERT_TRUE(expiry);
        EXPECT_EQ(
            expiry->local,
            std::chrono::local_days(std::chrono::year(2099) / std::chrono::January / 1)
        );
        EXPECT_EQ(expiry->utc_offset, std::chrono::seconds(0));
        EXPECT_FALSE(python_datetime(session->at("_auth_user_id")));
        EXPECT_FALSE(python_datetime(*session));
        return;
    }
    FAIL() << "no such vector";
}

TEST(Pickle, KnowsDatetimesByTheirExactShapeAlone) {
    const auto datetime = [](std::string_view state, std::string_view zone) {
        return "\x80\x04"s + "cdatetime\ndatetime\nC" + static_cast<char>(state.size()) +
               std::string(state) + std::string(zone) + "R.";
    };
    const std::string state = "\x08\x33\x01\x02\x03\x04\x05\x00\x00\x07"s;
    EXPECT_EQ(json_of(datetime(state, "\x85")), R"("2099-01-02T03:04:05.000")");
    EXPECT_EQ(json_of(datetime(state, "cpytz\n_UTC\n)R\x86")), R"("2099-01-02T03:04:05.000Z")");
    const auto zone = [](std::string_view delta) {
        return "cdatetime\ntimezone\ncdatetime\ntimedelta\n" + std::string(delta) +
               "\x87R\x85R\x86";
    };
    EXPECT_EQ(
        json_of(datetime(state, zone("J\xFF\xFF\xFF\xFFM\x10\x0EK\x00"s))),
        R"("2099-01-02T03:04:05.000-23:00")"
    );

    EXPECT_EQ(json_of(datetime(state, zone("K\x01K\x00K\x00"s))), "refused");
    EXPECT_EQ(json_of(datetime(state, zone("J\xFF\xFF\xFF\xFFK\x00K\x00"s))), "refused");
    EXPECT_EQ(json_of(datetime(state, "K\x01\x86")), "refused");
    EXPECT_EQ(json_of(datetime(state + "x", "\x85")), "refused");
    EXPECT_EQ(json_of(datetime(state.substr(1), "\x85")), "refused");
    for (const std::size_t broken : {2U, 3U, 4U, 5U, 6U, 7U}) {
        auto wrong = state;
        wrong[broken] = '\x3F';
        EXPECT_EQ(json_of(datetime(wrong, "\x85")), "refused") << broken;
    }
    EXPECT_EQ(json_of(datetime("\x07\xE7\x02\x1D\x00\x00\x00\x00\x00\x00"s, "\x85")), "refused");
    // A class is no value.
    EXPECT_EQ(json_of("cdatetime\ndatetime\n."), "refused");
    EXPECT_EQ(json_of("(cdatetime\ntimedelta\nK\x01l."), "refused");
}

TEST(Pickle, CountsWhatIsSharedEachTimeItStandsSomewhere) {
    const std::string thousand = "(" + repeated("K\x01", 1'000) + "l";
    const auto shared = [&](std::size_t count) {
        return "\x80\x02](" + thousand + "q\0"s + repeated("h\0"s, count - 1) + "e.";
    };
    EXPECT_NE(json_of(shared(199)), "refused");
    EXPECT_EQ(json_of(shared(200)), "refused");

    const std::string megabyte(1024 * 1024, 'x');
    const auto texts = [&](std::size_t count) {
        return "\x80\x02](X"s + "\0\0\x10\0"s + megabyte + "q\0"s + repeated("h\0"s, count - 1) +
               "e.";
    };
    EXPECT_TRUE(read_pickle(texts(3)));
    EXPECT_FALSE(read_pickle(texts(4))); // which could not be read again, once written
    EXPECT_FALSE(read_pickle(texts(5)));
}

TEST(Pickle, CountsALargeIntegerEachTimeItStandsSomewhere) {
    const std::string large = "\x8B\0\4\0\0"s + std::string(1'024, '\x11');
    const auto shared = [&](std::size_t count) {
        return "\x80\x02}X\1\0\0\0a("s + large + "q\0"s + repeated("h\0"s, count - 1) + "ls.";
    };
    // What is read whole is read again when it has been written.
    const auto value = read_pickle(shared(200));
    ASSERT_TRUE(value);
    EXPECT_EQ(skipped_classes(value->as_object()), "");
    EXPECT_EQ(read_pickle(write_pickle(*value, 2)), value);
    const auto beyond = read_pickle(shared(300));
    ASSERT_TRUE(beyond);
    EXPECT_EQ(skipped_classes(beyond->as_object()), "builtins.int");
}

TEST(Pickle, ThatWouldBeTooLongWithoutWhatItSharesIsReadInPart) {
    // Pairs of pairs of pairs of a text: each level doubles what is written.
    const auto doubled = [](std::size_t levels) {
        return "X\x3C\0\0\0"s + std::string(60, 'x') + repeated("2\x86"s, levels);
    };
    const auto value = read_pickle(dict_with(doubled(15)));
    ASSERT_TRUE(value);
    EXPECT_EQ(skipped_classes(value->as_object()), "");
    EXPECT_EQ(read_pickle(write_pickle(*value, 2)), value);
    EXPECT_EQ(skipped_in(doubled(16)), "builtins.tuple");
    // Right in the dict, where nothing that holds others could be left out.
    const std::string text(1'000'000, 'x');
    const auto plain = "\x80\2}(X\1\0\0\0aX\x40\x42\x0F\0"s + text + "q\0"s;
    const auto beside = [](char key) { return "X\1\0\0\0"s + key + "h\0"s; };
    const auto four = plain + beside('b') + beside('c') + beside('d');
    EXPECT_EQ(skipped_classes(read_pickle(four + "u.")->as_object()), "");
    const std::string rest(4 * 1024 * 1024 - 4'000'000 - 30, 'y');
    const auto full = four + "X\1\0\0\0eX\xE2\xF6\2\0"s + rest + "u.";
    EXPECT_TRUE(is_too_large_to_read(read_pickle(full)->as_object()));
}

TEST(Pickle, OfADictBeyondTheLimitsIsReadForWhatStandsRightInIt) {
    // Lists and dicts that contain themselves.
    EXPECT_EQ(skipped_in("]q\0h\0a"s), "builtins.list");
    EXPECT_EQ(skipped_in("}q\0X\1\0\0\0ch\0s"s), "builtins.dict");
    EXPECT_EQ(skipped_in("(]q\0(h\0ttq\1h\0h\1a0"s), "builtins.tuple");
    EXPECT_EQ(skipped_in("(" + repeated("K\1", pickle_limit_values) + "l"), "builtins.list");
    EXPECT_EQ(skipped_in(repeated("]", 1'000) + repeated("a", 999)), "builtins.list");
    // Each member only as far as there is room.
    const std::string text(pickle_limit_bytes / 2, 'x');
    EXPECT_EQ(skipped_in("(X\0\0\x20\0"s + text + "q\0h\0t"s), "builtins.tuple");
    EXPECT_EQ(
        skipped_in("X\0\0\x20\0"s + text + "q\0X\1\0\0\0ch\0X\1\0\0\0dh\0"s), "builtins.dict"
    );
    const auto itself = read_pickle("}q\0X\1\0\0\0ah\0s."s);
    ASSERT_TRUE(itself);
    EXPECT_TRUE(is_foreign(itself->at("a")));
    EXPECT_THROW(write_pickle(*itself, 2), std::logic_error);
    const auto by_number = read_pickle("}q\0K\1h\0s."s);
    ASSERT_TRUE(by_number);
    EXPECT_EQ(skipped_classes(by_number->as_object()), "builtins.dict");
    EXPECT_FALSE(is_foreign(*by_number));
}

TEST(Pickle, ThatContainsItselfIsRefusedIfItIsNoDict) {
    EXPECT_EQ(json_of("\x80\x02]q\0h\0a."s), "refused");
    // Two lists in each other, many times over.
    EXPECT_EQ(json_of("\x80\x02]q\0]q\1(h\0h\0h\0e(h\1h\1h\1e."s), "refused");
}

TEST(Pickle, IsReadAsDeepAsPythonWritesIt) {
    EXPECT_NE(json_of(repeated("]", 900) + repeated("a", 899) + "."), "refused");
    EXPECT_EQ(json_of(repeated("]", 1'000) + repeated("a", 999) + "."), "refused");
}

TEST(Pickle, LooksAtMemoAndStackNoFurtherThanTheyGo) {
    for (const auto& pickle : {"h\0."s,      "K\1p99999999999999999999\n."s,
                               "K\1p-1\n."s, "K\1r\xFF\xFF\xFF\x7F."s,
                               "K\1(a."s,    "]K\1(a."s,
                               "](."s,       "K\1(u."s,
                               "}(K\1u."s,   "}K\1s."s,
                               "(K\1d."s,    "t."s,
                               "\x85."s,     "(\x85."s,
                               "R."s,        ")R."s,
                               "]K\1\x90."s, "\x94."s,
                               "."s,         ""s})
        EXPECT_EQ(json_of(pickle), "refused") << text::base64_encode(pickle);
    EXPECT_EQ(json_of("K\1K\2."s), "2");
    EXPECT_EQ(json_of("(K\1l."s), "[1]");
}

TEST(Pickle, HasNoKeysThatPythonCouldNotHash) {
    EXPECT_EQ(json_of("}]K\1s."s), "refused");
    EXPECT_EQ(json_of("}(K\1]tK\1s."s), "refused");
    EXPECT_EQ(json_of("\x8F(]\x90."s), "refused");
    EXPECT_EQ(json_of("}(K\1)tK\1s."s), "{}");
}

TEST(Pickle, ReadsTextAsPythonDoes) {
    EXPECT_EQ(
        json_of("Va\\u00e9\\U0001f600\\x41\\\\u0041\xE9\n."),
        R"("a\u00e9\ud83d\ude00\\x41\\\\u0041\u00e9")"
    );
    EXPECT_EQ(json_of("V\\ud800\n."), R"("\ud800")");
    EXPECT_EQ(json_of("V\\u00g0\n."), "refused");
    EXPECT_EQ(json_of("V\\U00110000\n."), "refused");
    EXPECT_EQ(json_of("Vno end."), "refused");
    EXPECT_EQ(json_of("X\3\0\0\0\xED\xA0\x80."s), R"("\ud800")");
    EXPECT_EQ(json_of("X\2\0\0\0\xED\xA0."s), "refused");
    EXPECT_EQ(json_of("X\1\0\0\0\xFF."s), "refused");
    // Text of Python 2, which Python 3 takes as ASCII.
    EXPECT_EQ(json_of("S'it\\'s \\x41\\n'\n."), R"("it's A\n")");
    EXPECT_EQ(json_of("U\2ab."s), R"("ab")");
    EXPECT_EQ(json_of("T\2\0\0\0ab."s), R"("ab")");
    EXPECT_EQ(json_of("U\1\xE9."s), "refused");
    EXPECT_EQ(json_of("S'\\xe9'\n."), "refused");
    EXPECT_EQ(json_of("S'\n."), "refused");
    EXPECT_EQ(json_of("Sab\n."), "refused");
}

TEST(Pickle, ReadsWholeNumbersOfAnySizeWithinBounds) {
    EXPECT_EQ(json_of("I01\n."), "true");
    EXPECT_EQ(json_of("I1\n."), "1");
    EXPECT_EQ(json_of("L-18446744073709551616L\n."), "-18446744073709551616");
    EXPECT_EQ(json_of("L18446744073709551615L\n."), "18446744073709551615");
    EXPECT_EQ(json_of("\x8A\0."s), "0");
    EXPECT_EQ(json_of("\x8A\1\x80."s), "-128");
    EXPECT_EQ(json_of("\x8A\x09\0\0\0\0\0\0\0\0\1."s), "18446744073709551616");
    EXPECT_EQ(json_of("\x8A\x09\0\0\0\0\0\0\0\0\xFF."s), "-18446744073709551616");
    EXPECT_EQ(json_of("\x8A\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF."s), "-1");
    for (const std::string& digits :
         {"010"s, "0x10"s, "1_0"s, " 1"s, "+1"s, ""s, "-"s, std::string(4'301, '1')}) {
        EXPECT_EQ(json_of("I" + digits + "\n."), "refused") << digits;
        EXPECT_EQ(json_of("L" + digits + "L\n."), "refused") << digits;
    }
    // 4300 digits at most, and not too many of such numbers.
    const auto binary = [](std::size_t bytes) {
        return "\x8B"s + static_cast<char>(bytes & 0xFF) + static_cast<char>(bytes >> 8) + "\0\0"s +
               std::string(bytes, '\1');
    };
    EXPECT_NE(json_of(binary(1'786) + "."), "refused");
    EXPECT_EQ(json_of(binary(1'787) + "."), "refused");
    EXPECT_NE(json_of("(" + repeated(binary(1'024), 200) + "l."), "refused");
    EXPECT_EQ(json_of("(" + repeated(binary(1'024), 257) + "l."), "refused");
}

TEST(Pickle, LongerThanItsLimitIsNotRead) {
    const std::string text(pickle_limit_bytes - 20, 'x');
    std::string pickle = "X" + "\xEC\xFF\x3F\0"s + text + ".";
    EXPECT_TRUE(read_pickle(pickle).value().is_string());
    pickle += std::string(15, 'x');
    EXPECT_TRUE(is_too_large_to_read(read_pickle(pickle).value().as_object()));
}
