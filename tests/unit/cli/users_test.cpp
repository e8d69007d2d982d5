// SPDX-License-Identifier: MIT
#include "unit/cli/cli_fixture.hpp"

#include <gmock/gmock.h>

#include <map>

namespace drf_messages::cli {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

using UserCommands = CommandTest;

TEST_F(UserCommands, CreateAUserWithAPasswordFromStandardInput) {
    given_users({});
    EXPECT_EQ(
        run({"createuser", "ann", "--email", "ann@example.com", "--password-stdin"}, "s3cret\n")
            .out,
        "User ann created successfully.\n"
    );
    const Outcome again = run({"createuser", "ann", "--password-stdin"}, "other\n");
    EXPECT_EQ(again.status, 1);
    EXPECT_EQ(again.err, "drf-messages: there is a user \"ann\" already\n");
}

TEST_F(UserCommands, SayThatStaffNeedsPermissionsInTheAdmin) {
    given_users({});
    const auto hint = HasSubstr("permissions are granted in Django's admin, or in the database");
    const auto made = [this](const std::string& name) {
        return run({"createuser", name, "--staff", "--password-stdin"}, "s3cret\n").out;
    };
    EXPECT_THAT(made("ann"), Not(hint));
    write_settings("SECRET_KEY = \"x\"\n[[ROUTES]]\nroute = \"admin/\"\ninclude = "
                   "\"drf_messages.admin\"\n");
    EXPECT_THAT(made("bob"), hint);
    EXPECT_EQ(
        run({"createsuperuser", "eve", "--password-stdin"}, "s3cret\n").out,
        "Superuser created successfully.\n"
    );
    EXPECT_EQ(
        run({"createuser", "joe", "--password-stdin"}, "s3cret\n").out,
        "User joe created successfully.\n"
    );
}

TEST_F(UserCommands, AskTwiceOnATerminal) {
    given_users({});
    typed = {"one", "two"};
    EXPECT_THAT(run({"createuser", "ann"}).err, HasSubstr("are not the same"));
    typed = {"", ""};
    EXPECT_THAT(run({"createuser", "ann"}).err, HasSubstr("the password is empty"));
    typed = {"one"};
    EXPECT_THAT(run({"createuser", "ann"}).err, HasSubstr("no password was given"));
    typed = {"one", "one"};
    EXPECT_EQ(run({"createuser", "ann"}).status, 0);
}

TEST_F(UserCommands, NeedATerminalToAsk) {
    given_users({});
    EXPECT_THAT(run({"createuser", "ann"}).err, HasSubstr("--password-stdin"));
    EXPECT_EQ(run({"createuser", "ann", "--password-stdin"}).status, 1);
}

TEST_F(UserCommands, TakeTheSuperusersPasswordFromTheEnvironment) {
    given_users({});
    environment["DJANGO_SUPERUSER_PASSWORD"] = "s3cret";
    const Outcome created =
        run({"createsuperuser", "--username", "root", "--email", "r@example.com", "--noinput"});
    EXPECT_EQ(created.out, "Superuser created successfully.\n");
    EXPECT_THAT(created.out + created.err, Not(HasSubstr("s3cret")));
}

TEST_F(UserCommands, RefuseNamesThatDjangoRefuses) {
    given_users({});
    for (const std::string& name :
         {std::string("a b"),
          std::string("a/b"),
          std::string("a\nb"),
          std::string(151, 'x'),
          std::string("a\xC2\xA0"
                      "b"), // a blank that is not ASCII's
          std::string("a\xE2\x80\xAE"
                      "b"), // turns the writing round
          std::string("a\xC2\x85"
                      "b"),                // a control character
          std::string("\xE2\x82\xAC"),     // a currency
          std::string("\xF0\x9F\x98\x80"), // a face
          std::string("\xff")}) {
        EXPECT_EQ(run({"createuser", "--username", name, "--noinput"}).status, 1) << name;
    }
    for (const std::string& name :
         {std::string("a.b@c+d-e_f"),
          std::string("Żółć"),
          std::string("李小龍"),
          std::string("Ⅷ"),
          std::string(150, 'x')}) {
        EXPECT_EQ(run({"createuser", "--username", name, "--noinput"}).status, 0) << name;
    }
    // 76 letters once they are put together, but nothing that is too long is.
    std::string apart;
    for (int i = 0; i < 76; ++i) {
        apart += "e\u0301";
    }
    EXPECT_THAT(run({"createuser", apart, "--noinput"}).err, HasSubstr("longer than 150"));
    EXPECT_THAT(
        run({"createuser", "bob", "--email", "nowhere", "--noinput"}).err,
        HasSubstr("address is not valid")
    );
}

TEST_F(UserCommands, ChangeAPassword) {
    given_users({"ann"});
    EXPECT_EQ(
        run({"changepassword", "ann", "--password-stdin"}, "new\n").out,
        "Password changed successfully for user 'ann'\n"
    );
    EXPECT_EQ(run({"changepassword", "nobody", "--password-stdin"}, "new\n").status, 1);
}

TEST_F(UserCommands, ShowTheSameTokenUntilItIsReset) {
    given_users({"ann"});
    const std::string first = run({"drf_create_token", "ann"}).out;
    EXPECT_THAT(first, MatchesRegex("Generated token [0-9a-f]+ for user ann\n"));
    EXPECT_EQ(first.size(), std::string("Generated token  for user ann\n").size() + 40);
    EXPECT_EQ(run({"drf_create_token", "ann"}).out, first);
    const std::string other = run({"drf_create_token", "-r", "ann"}).out;
    EXPECT_NE(other, first);
    EXPECT_EQ(run({"drf_create_token", "ann"}).out, other);
}

TEST_F(UserCommands, RefusesPasswordsThatNoClientCanSend) {
    given_users({});
    for (const auto& [password, why] : std::map<std::string, std::string>{
             {"\xff\xfe\n", "not valid text"},
             {std::string("a\0b\n", 4), "not valid text"},
             {std::string(5'000'000, 'x'), "longer than 4096 bytes"},
             {"", "empty"}}) {
        const Outcome outcome = run({"createuser", "ann", "--password-stdin"}, password);
        EXPECT_EQ(outcome.status, 1);
        EXPECT_THAT(outcome.err, HasSubstr(why));
    }
    EXPECT_EQ(run({"createuser", "ann", "--noinput"}).status, 0);
}

} // namespace
} // namespace drf_messages::cli
