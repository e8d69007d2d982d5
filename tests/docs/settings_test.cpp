// SPDX-License-Identifier: MIT
#include "page.hpp"
#include "support/repository.hpp"

#include <filesystem>
#include <fstream>

namespace {

/// A settings file in a folder of the test's own.
class SettingsPage : public testing::Test {
protected:
    SettingsPage() {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    ~SettingsPage() override { std::filesystem::remove_all(folder); }

    std::string path() const { return folder / "settings.toml"; }

    std::filesystem::path folder =
        std::filesystem::path(testing::TempDir()) /
        ("docs_settings_" + std::string(testing::UnitTest::GetInstance()
                                            ->current_test_info()
                                            ->name()));
};

TEST_F(SettingsPage, ComeFromAFile) {
    std::filesystem::copy(
        test::repository_path("tests/docs/settings.toml"), path()
    );
    // [load]
    Settings settings = load_settings(path());
    Site site(settings);
    // [/load]
    EXPECT_TRUE(site.settings().messages_use_sessions);
    EXPECT_TRUE(site.settings().messages_allow_delete_unread);
    EXPECT_TRUE(site.settings().messages_delete_read);
}

TEST_F(SettingsPage, SayWhatIsWrongWithAFile) {
    std::ofstream(path())
        << "SECRET_KEY = \"x\"\nMESSAGES_DELETE_RAED = true\n";
    std::string problems;
    // [wrong]
    try {
        Settings settings = load_settings(path());
    } catch (const std::runtime_error& error) {
        problems = error.what(); // one line for each problem
    }
    // [/wrong]
    EXPECT_THAT(
        problems,
        testing::HasSubstr(
            "settings.toml:2: MESSAGES_DELETE_RAED is no setting; "
            "did you mean MESSAGES_DELETE_READ?"
        )
    );
}

TEST_F(SettingsPage, AreAValueInCode) {
    // [code]
    Settings settings;
    settings.messages_use_sessions = true;
    settings.messages_allow_delete_unread = true;
    settings.messages_delete_read = true;
    settings.database.name = "site.sqlite3";
    // [/code]
    settings.database.name = folder / "site.sqlite3";
    Site site(settings);
    site.migrate();
    EXPECT_TRUE(std::filesystem::exists(folder / "site.sqlite3"));
}

TEST(SettingsUseSessions, TellSessionsApart) {
    Settings settings;
    settings.messages_use_sessions = true;
    settings.database.name = ":memory:";
    Site site(settings);
    site.migrate();
    const UserId ann = site.users().create_user("ann");
    // [use_sessions]
    Request phone(site, {.user = ann, .session_key = "a"});
    Request laptop(site, {.user = ann, .session_key = "b"});
    messages::info(phone, "Only on the phone.");
    MessageManager(site).create_user_message(
        ann, "On both: bound to no session.", level::INFO
    );
    // [/use_sessions]
    EXPECT_EQ(messages::get_messages(phone).size(), 2U);
    EXPECT_EQ(messages::get_messages(laptop).size(), 1U);
}

TEST(SettingsThatCanNotWork, AreRefusedWhereTheyAreUsed) {
    // [refused]
    Settings settings;
    settings.message_storage = "shop.Storage";
    // Request(site) and Endpoint(site) throw
    // std::invalid_argument, a line for each problem
    // [/refused]
    settings.database.name = ":memory:";
    Site site(settings);
    EXPECT_THROW(Request{site}, std::invalid_argument);
    try {
        Endpoint endpoint(site);
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("shop.Storage"));
        EXPECT_THAT(error.what(), testing::HasSubstr("SECRET_KEY"));
    }
}

} // namespace
