// SPDX-License-Identifier: MIT
// What a thread that is in a transaction may not do, on whichever database the tests run.
#include "given_site.hpp"
#include "support/fibers.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/errors.hpp>
#include <drf_messages/middleware.hpp>
#include <drf_messages/rest.hpp>

#include <filesystem>
#include <thread>

namespace drf_messages {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto refusal = "this thread is in a transaction of the site: use the transaction for "
                         "what happens inside it";

class InsideTransaction : public test::GivenSite {
protected:
    std::string misuse_inside(const std::function<void()>& call) {
        std::string said;
        site().transaction([&](Transaction&) { said = misuse(call); });
        return said;
    }

    UserId ann = given.user("ann");
};

TEST_F(InsideTransaction, TheOuterRequestSaysSo) {
    Request request(site(), {.user = ann});
    EXPECT_EQ(misuse_inside([&] { messages::success(request, "renamed"); }), refusal);
    EXPECT_THAT(texts(), IsEmpty());
    // It is as good as before.
    messages::success(request, "later");
    EXPECT_THAT(texts(), ElementsAre("later"));
}

TEST_F(InsideTransaction, TheOuterRequestDoesNotReadEither) {
    Request request(site(), {.user = ann});
    messages::info(request, "one");
    const MessageQuerySet set = messages::get_messages(request).get_queryset();
    EXPECT_EQ(misuse_inside([&] { set.count(); }), refusal);
    EXPECT_EQ(misuse_inside([&] { messages::get_messages(request).str(); }), refusal);
    EXPECT_EQ(set.filter(field::read_at.is_null()).count(), 1);
}

TEST_F(InsideTransaction, AnotherTransactionSaysSo) {
    bool ran = false;
    EXPECT_EQ(
        misuse_inside([&] { site().transaction([&](Transaction&) { ran = true; }); }), refusal
    );
    EXPECT_FALSE(ran);
}

TEST_F(InsideTransaction, SoDoesEverythingElseThatTheSiteHas) {
    const MessageManager manager(site());
    UserManager users = site().users();
    EXPECT_EQ(misuse_inside([&] { MessageManager(manager).all().remove(); }), refusal);
    EXPECT_EQ(
        misuse_inside([&] { MessageManager(manager).create_user_message(ann, "one", level::info); }
        ),
        refusal
    );
    EXPECT_EQ(misuse_inside([&] { users.find("ann"); }), refusal);
    EXPECT_EQ(misuse_inside([&] { users.create_user("bob"); }), refusal);
    EXPECT_EQ(misuse_inside([&] { users.token(ann); }), refusal);
    EXPECT_EQ(misuse_inside([&] { site().clear_sessions(); }), refusal);
    EXPECT_EQ(misuse_inside([&] { site().migrate(); }), refusal);
    EXPECT_THAT(texts(), IsEmpty());
    EXPECT_EQ(users.find("bob"), std::nullopt);
}

TEST_F(InsideTransaction, AnEndpointAnswers500AndTheLogSaysWhy) {
    Endpoint endpoint(site());
    http::Request peek = get("/messages/peek/");
    peek.headers.add("Cookie", "sessionid=abcdefghijklmnopqrstuvwxyz012345");
    site().transaction([&](Transaction&) { EXPECT_EQ(endpoint(peek).status, 500); });
    EXPECT_THAT(log(), Contains(HasSubstr(refusal)));
    EXPECT_NE(endpoint(peek).status, 500);
}

/// Looks at the request's messages inside a transaction of the application's own.
class LooksInside : public rest::Permission {
public:
    bool has_permission(const rest::Request& request) const override {
        look(request);
        return true;
    }
    static std::function<void(const rest::Request&)> look;
};
std::function<void(const rest::Request&)> LooksInside::look;

TEST_F(InsideTransaction, ARestRequestThatHasItsConnectionSaysSo) {
    options.classes.add<LooksInside>("site.LooksInside");
    settings.rest_framework.default_permission_classes = {"site.LooksInside"};
    settings.rest_framework.default_authentication_classes = {
        "rest_framework.authentication.TokenAuthentication"};
    std::string said;
    LooksInside::look = [&](const rest::Request& request) {
        EXPECT_EQ(request.messages().count(), 0);
        said = misuse_inside([&] { request.messages().count(); });
    };
    http::Request list = get("/messages/");
    list.headers.add("Authorization", "Token " + given.token(ann));
    Endpoint endpoint(site());
    EXPECT_EQ(endpoint(list).status, 200);
    EXPECT_EQ(said, refusal);
}

TEST_F(InsideTransaction, APageOfMiddlewareSaysSo) {
    Middleware middleware(site());
    std::string said;
    middleware(get("/"), [&](Request&) {
        said = misuse_inside([&] { MessageManager(site()).all().count(); });
        return http::Response();
    });
    EXPECT_EQ(said, refusal);
}

TEST_F(InsideTransaction, ARequestOfAnotherThreadIsRefusedByTheThreadThatUsesIt) {
    std::optional<Request> request;
    std::thread([&] { request.emplace(site(), RequestContext{.user = ann}); }).join();
    EXPECT_EQ(misuse_inside([&] { messages::info(*request, "outside"); }), refusal);
    messages::info(*request, "after");
    EXPECT_THAT(texts(), ElementsAre("after"));
}

TEST_F(InsideTransaction, AnotherThreadReadsMeanwhile) {
    MessageManager(site()).create_user_message(ann, "before", level::info);
    site().transaction([&](Transaction& transaction) {
        MessageManager(transaction).create_user_message(ann, "inside", level::info);
        std::thread([&] { EXPECT_EQ(MessageManager(site()).all().count(), 1); }).join();
    });
    EXPECT_THAT(texts(), ElementsAre("before", "inside"));
}

TEST_F(InsideTransaction, ItIsOverHoweverItWasLeft) {
    EXPECT_THROW(
        site().transaction([](Transaction&) { throw std::runtime_error("left"); }),
        std::runtime_error
    );
    EXPECT_THROW(site().transaction([](Transaction&) { throw 5; }), int);
    EXPECT_THROW(
        site().transaction([](Transaction& transaction) { transaction.execute("NO SUCH THING"); }),
        DatabaseError
    );
    EXPECT_NE(misuse_inside([&] { site().transaction([](Transaction&) {}); }), "");
    EXPECT_EQ(MessageManager(site()).all().count(), 0);
}

TEST_F(InsideTransaction, UsersOfTheTransactionArePartOfIt) {
    EXPECT_THROW(
        site().transaction([&](Transaction& transaction) {
            UserManager users = site().users(transaction);
            EXPECT_EQ(users.find("ann"), ann);
            const UserId bob = users.create_user("bob");
            EXPECT_EQ(users.find("bob"), bob);
            EXPECT_EQ(users.token(bob).size(), 40U);
            throw std::runtime_error("undone");
        }),
        std::runtime_error
    );
    EXPECT_EQ(site().users().find("bob"), std::nullopt);

    std::optional<UserManager> kept;
    site().transaction([&](Transaction& transaction) {
        kept.emplace(site().users(transaction));
        kept->create_user("bob");
        Site other(settings, {.log = no_log()});
        EXPECT_THROW(other.users(transaction), std::invalid_argument);
    });
    EXPECT_TRUE(site().users().find("bob"));
    EXPECT_EQ(misuse([&] { kept->find("bob"); }), "a transaction was used after it had ended");
}

TEST_F(InsideTransaction, AFiberIsNotTheOtherFibersOfItsThread) {
    fibers::Scheduler scheduler(2);
    std::vector<std::string> in_it;
    std::vector<std::string> beside_it;
    const auto count = [&] { MessageManager(site()).all().count(); };
    scheduler.start([&] {
        site().transaction([&](Transaction&) {
            in_it.push_back(misuse(count));
            fibers::Scheduler::current()->let_others_go_first();
            in_it.push_back(misuse(count));
        });
        in_it.push_back(misuse(count));
    });
    scheduler.start([&] { beside_it.push_back(misuse(count)); });
    fibers::drive(scheduler);
    EXPECT_THAT(in_it, ElementsAre(refusal, refusal, "nothing was thrown"));
    EXPECT_THAT(beside_it, ElementsAre("nothing was thrown"));
}

TEST_F(InsideTransaction, ASiteOnAnotherDatabaseIsReached) {
    Site other(":memory:");
    other.migrate();
    other.users().create_user("ann");
    site().transaction([&](Transaction&) {
        EXPECT_TRUE(other.users().find("ann"));
        other.transaction([](Transaction&) {});
    });
}

TEST(InsideTransactionOnAFile, EverySiteOnTheFileSaysSo) {
    const test::TempFolder folder;
    const std::string path = (folder / "site.sqlite3").string();
    Site site(path);
    site.migrate();
    std::filesystem::create_symlink(path, folder / "link.sqlite3");
    Site other((folder / "link.sqlite3").string());
    const UserId ann = site.users().create_user("ann");
    site.transaction([&](Transaction&) {
        try {
            MessageManager(other).create_user_message(ann, "waits for itself", level::info);
            FAIL() << "the other site wrote";
        } catch (const std::logic_error& error) {
            EXPECT_THAT(error.what(), HasSubstr("another site on the same SQLite file"));
        }
        EXPECT_THROW(other.migrate(), std::logic_error);
    });
    MessageManager(other).create_user_message(ann, "later", level::info);
    EXPECT_EQ(MessageManager(site).all().count(), 1);
}

} // namespace
} // namespace drf_messages
