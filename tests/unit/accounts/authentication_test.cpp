// SPDX-License-Identifier: MIT
#include "accounts/authentication.hpp"
#include "django/auth_hash.hpp"
#include "django/pickle.hpp"
#include "django/session_codec.hpp"
#include "django/signing.hpp"
#include "support/foreign_session.hpp"
#include "support/logged_in.hpp"
#include "text/base64.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::accounts {
namespace {

constexpr const char* model_backend = "django.contrib.auth.backends.ModelBackend";
constexpr const char* all_users_backend = "django.contrib.auth.backends.AllowAllUsersModelBackend";
constexpr const char* session_key = "annsession0000000001";

class AuthenticationTest : public testing::Test {
protected:
    AuthenticationTest() {
        settings.secret_key = "a-key-of-the-tests";
        engine = make_session_engine(settings, given.clock());
    }

    /// The user of a session with that content, in the table.
    std::optional<User> user_of(const boost::json::object& content) {
        test::run(given.connection(), "DELETE FROM django_session");
        given.session(
            session_key,
            django::encode_session(
                content, settings.secret_key, std::chrono::floor<std::chrono::seconds>(given.now)
            ),
            given.now + std::chrono::hours(1)
        );
        const std::uint64_t before = given.connection().statement_count();
        session.emplace(
            *engine, settings, given.clock(), crypto::system_random_bytes, connection(), session_key
        );
        auto user = user_of_session(settings, users, hashes, *session, connection());
        statements = given.connection().statement_count() - before;
        return user;
    }

    /// The same of a session that holds a Decimal too.
    std::optional<User> user_of_foreign(const boost::json::object& content) {
        settings.session_serializer = test::pickle_serializer;
        engine = make_session_engine(settings, given.clock());
        test::run(given.connection(), "DELETE FROM django_session");
        given.session(session_key, foreign_text(content), given.now + std::chrono::hours(1));
        session.emplace(
            *engine, settings, given.clock(), crypto::system_random_bytes, connection(), session_key
        );
        return user_of_session(settings, users, hashes, *session, connection());
    }

    std::string foreign_text(const boost::json::object& content) {
        return test::signed_foreign_session(content, settings.secret_key, given.now);
    }

    std::vector<std::string> stored_sessions() {
        return test::rows(
            given.connection(),
            "SELECT session_key, session_data FROM django_session ORDER BY session_key",
            2
        );
    }

    boost::json::object login(boost::json::value id, const char* backend = model_backend) {
        auto content = test::login(std::move(id), "the column", settings.secret_key);
        content["_auth_user_backend"] = backend;
        return content;
    }

    ConnectionSource connection() {
        return [this]() -> sql::Connection& { return given.connection(); };
    }

    std::string password_of(std::int64_t id) {
        return test::rows(
                   given.connection(), "SELECT password FROM auth_user WHERE id = ?", 1, {id}
        )
            .at(0);
    }

    test::Given given;
    Settings settings;
    django::SessionAuthHashes hashes{"a-key-of-the-tests"};
    std::unique_ptr<SessionEngine> engine;
    std::optional<Session> session;
    store::UserStore users;
    std::uint64_t statements = 0;
};

TEST_F(AuthenticationTest, ASessionCostsOneStatementAndItsUserAnother) {
    const auto ann = given.user("ann").password("the column");
    const auto user = user_of(login(ann.number()));
    ASSERT_TRUE(user);
    EXPECT_EQ(user->username, "ann");
    EXPECT_EQ(statements, 2U);
    EXPECT_TRUE(session->accessed());
    EXPECT_FALSE(session->modified());
}

TEST_F(AuthenticationTest, ReadsTheIdOfASessionAsPythonReadsIntegers) {
    const auto ann = given.user("ann").password("the column");
    ASSERT_EQ(ann.number(), 1);
    const boost::json::value good[] = {1, "1", " 1\n", "+1", "0_1", 1.7, true};
    for (const auto& id : good) {
        EXPECT_TRUE(user_of(login(id))) << boost::json::serialize(id);
    }
    const boost::json::value bad[] = {
        "",
        "one",
        "1 2",
        "_1",
        "1_",
        "1__1",
        "1.0",
        "99999999999999999999",
        2,
        "2",
        18446744073709551615U,
        1e300,
        nullptr,
        boost::json::array{1},
        boost::json::object{{"id", 1}},
        -1,
        "\xC2\xA0"};
    for (const auto& id : bad) {
        EXPECT_FALSE(user_of(login(id))) << boost::json::serialize(id);
        EXPECT_EQ(session->session_key(), session_key) << boost::json::serialize(id);
    }
}

TEST_F(AuthenticationTest, IsAnonymousWithoutAnEntryOrWithABackendThatIsNotConfigured) {
    given.user("ann").password("the column");
    auto content = login(1);
    content.erase("_auth_user_backend");
    EXPECT_FALSE(user_of(content));
    EXPECT_FALSE(user_of({}));
    EXPECT_FALSE(user_of(login(1, all_users_backend)));
    content = login(1);
    content["_auth_user_backend"] = boost::json::array{model_backend};
    EXPECT_FALSE(user_of(content));
    EXPECT_EQ(session->session_key(), session_key);
}

TEST_F(AuthenticationTest, LetsOnlyABackendThatAllowsItSeeAnInactiveUser) {
    given.user("ann").password("the column").inactive();
    EXPECT_FALSE(user_of(login(1)));
    settings.authentication_backends = {all_users_backend};
    EXPECT_TRUE(user_of(login(1, all_users_backend)));

    settings.authentication_backends = {"site.Lenient"};
    settings.classes["site.Lenient"].base = all_users_backend;
    EXPECT_TRUE(user_of(login(1, "site.Lenient")));
}

TEST_F(AuthenticationTest, FlushesASessionWhoseHashNoLongerFitsThePassword) {
    given.user("ann").password("the column");
    const boost::json::value stored[] = {"", "0000", nullptr, 5, boost::json::array{}};
    for (const auto& hash : stored) {
        auto content = login(1);
        content["_auth_user_hash"] = hash;
        EXPECT_FALSE(user_of(content)) << boost::json::serialize(hash);
        EXPECT_EQ(session->session_key(), std::nullopt) << boost::json::serialize(hash);
        EXPECT_EQ(test::number(given.connection(), "SELECT count(*) FROM django_session"), 0);
    }
    auto content = login(1);
    content.erase("_auth_user_hash");
    EXPECT_FALSE(user_of(content));
    EXPECT_TRUE(session->is_empty());
}

TEST_F(AuthenticationTest, RenewsASessionWhoseHashWasMadeWithAnEarlierSecretKey) {
    const auto ann = given.user("ann").password("the column");
    auto content = login(ann.number());
    content["cart"] = "full";
    content["_auth_user_hash"] = django::session_auth_hash("the column", "an-earlier-key");
    EXPECT_FALSE(user_of(content)) << "nobody said that this key was one";

    settings.secret_key_fallbacks = {"another-key", "an-earlier-key"};
    const auto user = user_of(content);
    ASSERT_TRUE(user);
    EXPECT_EQ(user->username, "ann");
    ASSERT_TRUE(session->session_key());
    EXPECT_NE(session->session_key(), session_key);
    EXPECT_TRUE(session->modified());
    EXPECT_EQ(session->find_text("cart"), "full");
    EXPECT_EQ(
        session->find_text("_auth_user_hash"),
        django::session_auth_hash("the column", settings.secret_key)
    );
    EXPECT_EQ(
        test::number(
            given.connection(),
            "SELECT count(*) FROM django_session WHERE session_key = ?",
            {std::string_view(session_key)}
        ),
        0
    );
}

TEST_F(AuthenticationTest, KnowsTheUserOfASessionWithObjectsThatAreNotBuiltHere) {
    const auto ann = given.user("ann").password("the column");
    const auto content = login(std::to_string(ann.number()).c_str());
    const auto user = user_of_foreign(content);
    ASSERT_TRUE(user);
    EXPECT_EQ(user->username, "ann");
    EXPECT_FALSE(session->modified());

    // A password that was changed ends it, as in Django.
    auto wrong = content;
    wrong["_auth_user_hash"] = "0000";
    EXPECT_FALSE(user_of_foreign(wrong));
    EXPECT_EQ(session->session_key(), std::nullopt);
    EXPECT_TRUE(stored_sessions().empty());
}

TEST_F(AuthenticationTest, LeavesAloneASessionWhoseOwnKeysAreNotBuiltHere) {
    const auto ann = given.user("ann").password("the column");
    // {..., "price": Decimal} with the hash in place of the price: a text of another class.
    auto content = login(std::to_string(ann.number()).c_str());
    content.erase("_auth_user_hash");
    settings.session_serializer = test::pickle_serializer;
    engine = make_session_engine(settings, given.clock());
    std::string pickle = django::write_pickle(content, 2);
    using namespace std::string_literals;
    pickle.insert(
        pickle.size() - 2,
        "X\x0F\0\0\0_auth_user_hashcdjango.utils.safestring\nSafeString\nX\1\0\0\0x\x85\x81"s
    );
    const std::string text = django::sign_timestamped(
        text::base64url_encode(pickle),
        django::session_store_salt,
        settings.secret_key,
        std::chrono::floor<std::chrono::seconds>(given.now)
    );
    given.session(session_key, text, given.now + std::chrono::hours(1));
    session.emplace(
        *engine, settings, given.clock(), crypto::system_random_bytes, connection(), session_key
    );
    EXPECT_FALSE(user_of_session(settings, users, hashes, *session, connection()));
    EXPECT_EQ(session->session_key(), session_key);
    EXPECT_EQ(stored_sessions().size(), 1U);
}

TEST_F(AuthenticationTest, DoesNotRenewASessionWithObjectsThatAreNotBuiltHere) {
    const auto ann = given.user("ann").password("the column");
    settings.secret_key_fallbacks = {"an-earlier-key"};
    auto content = login(std::to_string(ann.number()).c_str());
    content["_auth_user_hash"] = django::session_auth_hash("the column", "an-earlier-key");
    for (int turn = 0; turn < 2; ++turn) {
        EXPECT_TRUE(user_of_foreign(content));
        EXPECT_EQ(session->session_key(), session_key);
        EXPECT_FALSE(session->modified());
    }
}

class LoginTest : public AuthenticationTest {
protected:
    /// Logs in, in the session of that content.
    void log_in(const test::Given::UserBuilder& who, const boost::json::object& before) {
        user_of(before);
        key_before = session->session_key();
        log_in_here(who);
    }

    /// In the session of the last request.
    void log_in_here(const test::Given::UserBuilder& who) {
        accounts::login(
            settings,
            users,
            *session,
            given.connection(),
            {*users.select_user(given.connection(), who.id()), model_backend},
            given.now
        );
    }

    std::optional<std::string> key_before;
};

TEST_F(LoginTest, WritesTheUserIntoTheSessionUnderANewKey) {
    const auto ann = given.user("ann").password("the column");
    log_in(ann, {{"cart", "full"}});
    EXPECT_NE(session->session_key(), key_before);
    EXPECT_EQ(session->find_text("_auth_user_id"), std::to_string(ann.number()));
    EXPECT_EQ(session->find_text("_auth_user_backend"), model_backend);
    EXPECT_EQ(
        session->find_text("_auth_user_hash"),
        django::session_auth_hash("the column", settings.secret_key)
    );
    EXPECT_EQ(session->find_text("cart"), "full");
    EXPECT_EQ(
        test::number(
            given.connection(), "SELECT count(*) FROM auth_user WHERE last_login = ?", {given.now}
        ),
        1
    );
}

TEST_F(LoginTest, KeepsTheSessionOfTheSameUserAndNobodyElses) {
    const auto ann = given.user("ann").password("the column");
    const auto bob = given.user("bob").password("the column");
    auto content = login(ann.number());
    content["cart"] = "full";
    log_in(ann, content);
    EXPECT_EQ(session->session_key(), key_before);
    EXPECT_EQ(session->find_text("cart"), "full");

    log_in(bob, content);
    EXPECT_EQ(session->session_key(), std::nullopt) << "flushed, and not saved yet";
    EXPECT_EQ(session->find_text("cart"), std::nullopt);
    EXPECT_EQ(session->find_text("_auth_user_id"), std::to_string(bob.number()));
}

TEST_F(LoginTest, LeavesASessionWithObjectsThatAreNotBuiltHereAsItIsStored) {
    const auto ann = given.user("ann").password("the column");
    const auto bob = given.user("bob").password("the column");
    const auto log_in_over = [&](const test::Given::UserBuilder& who,
                                 const boost::json::object& before) {
        user_of_foreign(before);
        log_in_here(who);
    };
    const boost::json::object cart = {{"cart", "full"}, {"size", 3}};
    for (const boost::json::object& before : {cart, login(std::to_string(bob.number()).c_str())}) {
        log_in_over(ann, before);
        EXPECT_NE(session->session_key(), session_key);
        EXPECT_EQ(session->find_text("_auth_user_id"), std::to_string(ann.number()));
        EXPECT_EQ(session->find_text("cart"), std::nullopt);
        ASSERT_EQ(session->refusals().size(), 1U);
        EXPECT_EQ(
            session->refusals()[0],
            "a new session begins, and the old one stays as it is stored: the session holds "
            "decimal.Decimal, which writing it would lose"
        );
        session->save();
        const auto stored = stored_sessions();
        ASSERT_EQ(stored.size(), 2U);
        EXPECT_EQ(
            std::count(stored.begin(), stored.end(), session_key + ("|" + foreign_text(before))), 1
        );
    }

    // The same user again, as in Django: nothing would have to be written.
    log_in_over(ann, login(std::to_string(ann.number()).c_str()));
    EXPECT_EQ(session->session_key(), session_key);
    EXPECT_FALSE(session->modified());
    EXPECT_TRUE(session->refusals().empty());
    EXPECT_EQ(stored_sessions().size(), 1U);
}

class PasswordTest : public AuthenticationTest {
protected:
    PasswordTest() {
        settings.password_hashers = {
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
            "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher"};
    }

    django::Passwords passwords() const {
        return {*settings.password_hashers, crypto::system_random_bytes};
    }
};

TEST_F(PasswordTest, AcceptsTheRightPasswordOfAnActiveUserOnly) {
    const std::string encoded = passwords().make("secret");
    given.user("ann").password(encoded);
    given.user("bob").password(encoded).inactive();
    auto& connection = given.connection();

    EXPECT_TRUE(authenticate(settings, users, passwords(), connection, "ann", "secret"));
    EXPECT_FALSE(authenticate(settings, users, passwords(), connection, "ann", "Secret"));
    // MariaDB's collation finds the name in any case, for Django too.
    const bool ignores_case = connection.dialect() == sql::Dialect::mariadb;
    EXPECT_EQ(
        authenticate(settings, users, passwords(), connection, "ANN", "secret").has_value(),
        ignores_case
    );
    EXPECT_FALSE(authenticate(settings, users, passwords(), connection, "nobody", "secret"));
    EXPECT_FALSE(authenticate(
        settings, users, passwords(), connection, std::string_view("ann\0", 4), "secret"
    ));
    EXPECT_FALSE(authenticate(settings, users, passwords(), connection, "bob", "secret"));
    EXPECT_EQ(password_of(1), encoded);

    settings.authentication_backends = {model_backend, all_users_backend};
    EXPECT_TRUE(authenticate(settings, users, passwords(), connection, "bob", "secret"));
    settings.authentication_backends = {"django.contrib.auth.backends.RemoteUserBackend"};
    EXPECT_FALSE(authenticate(settings, users, passwords(), connection, "ann", "secret"));
}

TEST_F(PasswordTest, LeavesTheConnectionToOthersWhileItHashes) {
    const django::Passwords cheap(
        *settings.password_hashers, crypto::system_random_bytes, {.pbkdf2_iterations = 10}
    );
    given.user("ann").password(cheap.make("secret"));
    given.user("bob").password("pbkdf2_sha256$5$salt$IxkqQ5f7b8WP7XPBkXyq1h4n0mYt8uVqfGzQzr2H0bQ=");
    std::string seen;
    const DatabaseLoan loan(
        [&]() -> sql::Connection& {
            seen += "borrowed ";
            return given.connection();
        },
        [&] { seen += "given back "; }
    );
    const auto refused = [&](std::string_view name) {
        seen.clear();
        return !authenticate(settings, users, cheap, loan, name, "wrong");
    };
    EXPECT_TRUE(refused("nobody"));
    EXPECT_EQ(seen, "borrowed borrowed given back ") << "once to look how passwords are stored";
    for (const char* name : {"nobody", "ann", "bob"}) {
        EXPECT_TRUE(refused(name)) << name;
        EXPECT_EQ(seen, "borrowed given back ") << name;
    }
    seen.clear();
    EXPECT_TRUE(authenticate(settings, users, cheap, loan, "ann", "secret"));
    EXPECT_EQ(seen, "borrowed given back ");
}

TEST_F(PasswordTest, ReplacesAnOutdatedHashAfterTheRightPassword) {
    const django::Passwords old(
        {"django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher"}, crypto::system_random_bytes
    );
    const std::string outdated = old.make("secret");
    given.user("ann").password(outdated);

    EXPECT_FALSE(authenticate(settings, users, passwords(), given.connection(), "ann", "wrong"));
    EXPECT_EQ(password_of(1), outdated);

    const auto user =
        authenticate(settings, users, passwords(), given.connection(), "ann", "secret");
    ASSERT_TRUE(user);
    EXPECT_TRUE(password_of(1).starts_with("pbkdf2_sha256$"));
    EXPECT_EQ(user->user.password, password_of(1));
    EXPECT_EQ(user->backend, model_backend);
    EXPECT_TRUE(authenticate(settings, users, passwords(), given.connection(), "ann", "secret"));
}

TEST_F(AuthenticationTest, PermissionsAreThoseOfActiveUsers) {
    const auto user = [&](std::int64_t number) {
        User found;
        found.id = UserId{number};
        return found;
    };
    given.user("ann").permission("drf_messages.view_message");
    User ann = user(1);
    EXPECT_TRUE(has_permission(users, given.connection(), ann, "drf_messages.view_message"));
    EXPECT_FALSE(has_permission(users, given.connection(), ann, "drf_messages.delete_message"));
    ann.is_active = false;
    EXPECT_FALSE(has_permission(users, given.connection(), ann, "drf_messages.view_message"));
    ann.is_superuser = true;
    EXPECT_FALSE(has_permission(users, given.connection(), ann, "drf_messages.delete_message"));
    ann.is_active = true;
    EXPECT_TRUE(has_permission(users, given.connection(), ann, "drf_messages.delete_message"));
}

} // namespace
} // namespace drf_messages::accounts
