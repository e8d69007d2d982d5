// SPDX-License-Identifier: MIT
#include "sql/error.hpp"
#include "sql/foretold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using drf_messages::Timestamp;
using drf_messages::sql::Connection;
using drf_messages::sql::Dialect;
using drf_messages::sql::doubt_the_foretold;
using drf_messages::sql::Foresight;
using drf_messages::sql::Foretold;
using drf_messages::sql::Row;
using drf_messages::sql::Statement;
using drf_messages::sql::Value;
using testing::ElementsAre;

using Parameters = std::vector<Value>;

/// Asks nobody: says what was sent together, "a+b", and in which order. What was foreseen and is
/// taken is not sent.
class Recorder final : public Connection {
public:
    Dialect dialect() const noexcept override { return Dialect::postgresql; }
    void
    query(const Statement& statement, std::span<const Value> parameters, const std::function<void(const Row&)>&)
        override {
        if (foretold_ == nullptr) {
            trips.push_back(text_of(statement, parameters));
            return;
        }
        if (!foretold_->is_beginning()) {
            if (!foretold_->take(statement, parameters)) {
                trips.push_back(text_of(statement, parameters));
            }
            if (fails) {
                foretold_->fail();
            }
            return;
        }
        const auto questions = foretold_->begin(statement, parameters);
        std::string trip = text_of(statement, parameters);
        for (const auto& question : questions) {
            trip += " + " + text_of(question.statement, question.parameters);
        }
        trips.push_back(std::move(trip));
        foretold_->were_answered(questions.size());
    }
    std::int64_t execute(const Statement&, std::span<const Value>) override {
        if (foretold_ != nullptr) {
            foretold_->end();
        }
        return 0;
    }
    std::int64_t insert(const Statement&, std::span<const Value>) override { return 0; }
    void run_script(const Statement&) override {}
    void begin() override {}
    void commit() override {}
    void rollback() override {}
    std::uint64_t statement_count() const noexcept override { return trips.size(); }
    bool usable() const noexcept override { return true; }
    void foretell(Foretold* foretold) noexcept override { foretold_ = foretold; }

    std::vector<std::string> trips;
    bool fails = false;

private:
    static std::string text_of(const Statement& statement, std::span<const Value> parameters) {
        std::string text(statement.text.substr(std::string_view("SELECT ").size()));
        for (const Value& value : parameters) {
            if (const auto* number = std::get_if<std::int64_t>(&value)) {
                text += " " + std::to_string(*number);
            } else if (const auto* held = std::get_if<std::string_view>(&value)) {
                text += " " + std::string(*held);
            } else {
                text += " ?";
            }
        }
        return text;
    }

    Foretold* foretold_ = nullptr;
};

class ForetoldTest : public testing::Test {
protected:
    void ask(const char* text, const Parameters& parameters = {}) {
        connection.query({"name", text}, parameters, [](const Row&) {});
    }

    /// One request: what it has sent.
    std::vector<std::string>
    request(const std::function<void(Foretold&)>& ask, Foretold::Kind kind = {1, {}}) {
        connection.trips.clear();
        {
            Foretold foretold(foresight, connection, kind);
            ask(foretold);
        }
        return connection.trips;
    }

    /// Who a token is, and his row.
    std::vector<std::string> of_user(const char* token, std::int64_t user) {
        return request([&](Foretold& foretold) {
            ask("SELECT token", {token});
            foretold.set_user(user);
            ask("SELECT row", {user, std::int64_t{10}});
        });
    }

    Foresight foresight;
    Recorder connection;
};

TEST_F(ForetoldTest, AsksAlongWhatTheRequestBeforeHasAsked) {
    EXPECT_THAT(of_user("t7", 7), ElementsAre("token t7", "row 7 10"));
    EXPECT_THAT(of_user("t7", 7), ElementsAre("token t7 + row 7 10"));
    EXPECT_THAT(of_user("t7", 7), ElementsAre("token t7 + row 7 10"));
}

TEST_F(ForetoldTest, AsksForTheUserWhomTheCredentialHadBefore) {
    of_user("t7", 7);
    EXPECT_THAT(of_user("t8", 8), ElementsAre("token t8", "row 8 10"))
        << "nobody knows whose it is";
    EXPECT_THAT(of_user("t8", 8), ElementsAre("token t8 + row 8 10"));
    EXPECT_THAT(of_user("t7", 7), ElementsAre("token t7 + row 7 10"));
}

TEST_F(ForetoldTest, AWrongUserCostsAQuestionOnce) {
    of_user("t7", 7);
    EXPECT_THAT(of_user("t7", 8), ElementsAre("token t7 + row 7 10", "row 8 10"));
    EXPECT_THAT(of_user("t7", 8), ElementsAre("token t7 + row 8 10"));
}

TEST_F(ForetoldTest, KnowsOtherKindsApart) {
    of_user("t7", 7);
    const auto other = [&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
    };
    EXPECT_THAT(request(other, {2, {}}), ElementsAre("token t7"));
}

TEST_F(ForetoldTest, AsksForTheNumberThatTheRequestNames) {
    const auto one = [&](std::int64_t id) {
        return request(
            [&](Foretold& foretold) {
                ask("SELECT token", {"t7"});
                foretold.set_user(std::int64_t{7});
                ask("SELECT one", {id, std::int64_t{7}});
            },
            {1, id}
        );
    };
    one(21);
    EXPECT_THAT(one(22), ElementsAre("token t7 + one 22 7"));
}

TEST_F(ForetoldTest, AsksForATextOfTheFirstQuestion) {
    const auto one = [&](const char* key) {
        return request([&](Foretold& foretold) {
            ask("SELECT session", {key, Timestamp()});
            foretold.set_user(std::int64_t{7});
            ask("SELECT of", {std::string_view(key)});
        });
    };
    one("abc");
    EXPECT_THAT(one("xyz"), ElementsAre("session xyz ? + of xyz"));
}

TEST_F(ForetoldTest, HandsAnAnswerOutOnce) {
    of_user("t7", 7);
    const auto trips = request([&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
        ask("SELECT row", {std::int64_t{7}, std::int64_t{10}});
        ask("SELECT row", {std::int64_t{7}, std::int64_t{10}});
    });
    EXPECT_THAT(trips, ElementsAre("token t7 + row 7 10", "row 7 10"));
    EXPECT_THAT(of_user("t7", 7), ElementsAre("token t7 + row 7 10"))
        << "it is never asked along twice";
}

TEST_F(ForetoldTest, ALookAtTheSameAgainIsNotForetold) {
    const auto look_twice = [&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
        ask("SELECT token", {"t7"});
        ask("SELECT row");
    };
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(request(look_twice), ElementsAre("token t7", "token t7", "row"));
    }
}

TEST_F(ForetoldTest, AWriteLeavesTheRestOfNoUse) {
    of_user("t7", 7);
    const auto trips = request([&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
        connection.execute({"write", "UPDATE"}, {});
        ask("SELECT row", {std::int64_t{7}, std::int64_t{10}});
    });
    EXPECT_THAT(trips, ElementsAre("token t7 + row 7 10", "row 7 10"));
}

TEST_F(ForetoldTest, ADoubtOfTheThreadLeavesTheRestOfNoUseAndIsNotAskedAlongForLong) {
    of_user("t7", 7);
    const auto doubting = [&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
        doubt_the_foretold();
        ask("SELECT row", {std::int64_t{7}, std::int64_t{10}});
    };
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(request(doubting), ElementsAre("token t7 + row 7 10", "row 7 10"));
    }
    EXPECT_THAT(request(doubting), ElementsAre("token t7", "row 7 10"));
    EXPECT_THAT(request(doubting), ElementsAre("token t7", "row 7 10"));
}

TEST_F(ForetoldTest, ADoubtOfAnotherThreadIsNone) {
    of_user("t7", 7);
    const auto trips = request([&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
        std::thread(doubt_the_foretold).join();
        ask("SELECT row", {std::int64_t{7}, std::int64_t{10}});
    });
    EXPECT_THAT(trips, ElementsAre("token t7 + row 7 10"));
}

TEST_F(ForetoldTest, WhatLocksOrHasAMomentOrFailsIsNotForetold) {
    const auto locking = [&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
        ask("SELECT row FOR UPDATE");
    };
    const auto dated = [&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
        ask("SELECT row", {Timestamp()});
    };
    const auto failing = [&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
        connection.fails = true;
        ask("SELECT row");
        connection.fails = false;
    };
    for (int i = 0; i < 2; ++i) {
        EXPECT_THAT(request(locking, {1, {}}), ElementsAre("token t7", "row FOR UPDATE"));
        EXPECT_THAT(request(dated, {2, {}}), ElementsAre("token t7", "row ?"));
        EXPECT_THAT(request(failing, {3, {}}), ElementsAre("token t7", "row"));
    }
}

TEST_F(ForetoldTest, ARefusedRequestSaysNothingAboutOthersAndItsCredentialIsForgotten) {
    of_user("t7", 7);
    of_user("t8", 8);
    const auto refused = [&](Foretold&) { ask("SELECT token", {"t7"}); };
    EXPECT_THAT(request(refused), ElementsAre("token t7 + row 7 10"));
    for (int i = 0; i < 10; ++i) {
        EXPECT_THAT(request(refused), ElementsAre("token t7"));
    }
    EXPECT_THAT(of_user("t8", 8), ElementsAre("token t8 + row 8 10"));
}

TEST_F(ForetoldTest, WhatIsNotWantedThreeTimesInARowIsAskedAlongNoMore) {
    const auto all = [&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
        ask("SELECT state");
        ask("SELECT page");
    };
    const auto unchanged = [&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
        ask("SELECT state");
    };
    request(all);
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(request(unchanged), ElementsAre("token t7 + state + page"));
    }
    EXPECT_THAT(request(unchanged), ElementsAre("token t7 + state"));
    EXPECT_THAT(request(all), ElementsAre("token t7 + state", "page"));
    EXPECT_THAT(request(all), ElementsAre("token t7 + state + page"));
}

TEST_F(ForetoldTest, WhatIsAnotherTimeAfterTimeIsNotGuessedForAWhile) {
    std::int64_t chance = 100;
    int together = 0;
    for (int i = 0; i < 100; ++i) {
        const auto trips = request([&](Foretold& foretold) {
            ask("SELECT token", {"t7"});
            foretold.set_user(std::int64_t{7});
            ask("SELECT row", {++chance});
        });
        together += trips.front() == "token t7" ? 0 : 1;
    }
    EXPECT_EQ(together, 3);
}

TEST_F(ForetoldTest, UsersWhoAreOthersTimeAfterTimeAreNotGuessedForAWhile) {
    int together = 0;
    for (std::int64_t user = 0; user < 100; ++user) {
        together += of_user("t", 100 + user).front() == "token t" ? 0 : 1;
    }
    EXPECT_EQ(together, 3);
}

TEST_F(ForetoldTest, MoreThanAFewQuestionsAreNotForetold) {
    const auto many = [&](Foretold& foretold) {
        ask("SELECT token", {"t7"});
        foretold.set_user(std::int64_t{7});
        for (const char* text : {"SELECT a", "SELECT b", "SELECT c", "SELECT d", "SELECT e"}) {
            ask(text);
        }
    };
    request(many);
    EXPECT_THAT(request(many), ElementsAre("token t7 + a + b + c + d", "e"));
}

TEST_F(ForetoldTest, RemembersABoundedNumberOfKindsAndCredentials) {
    for (int i = 0; i < 20'000; ++i) {
        const std::string token = "token " + std::to_string(i);
        request(
            [&](Foretold& foretold) {
                ask("SELECT token", {std::string_view(token)});
                foretold.set_user(std::int64_t{i});
                ask("SELECT row", {std::int64_t{i}});
            },
            {static_cast<std::uint64_t>(i), {}}
        );
    }
    of_user("t7", 7);
    of_user("t7", 7);
    EXPECT_THAT(of_user("t7", 7), ElementsAre("token t7 + row 7 10"));
}

TEST_F(ForetoldTest, ManyThreadsLearnAtOnce) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            Recorder own;
            for (std::int64_t i = 0; i < 2'000; ++i) {
                const std::string token = std::to_string(i % 50);
                Foretold foretold(foresight, own, {static_cast<std::uint64_t>(i % 7), {}});
                own.query(
                    {"", "SELECT token"}, Parameters{std::string_view(token)}, [](const Row&) {}
                );
                foretold.set_user(i % 50);
                own.query({"", "SELECT row"}, Parameters{i % 50}, [](const Row&) {});
            }
            for (const std::string& trip : own.trips) {
                if (trip.find(" + ") != std::string::npos) {
                    const auto token = trip.substr(6, trip.find(" + ") - 6);
                    EXPECT_EQ(trip, "token " + token + " + row " + token);
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

} // namespace
