// SPDX-License-Identifier: MIT
#pragma once

#include "messages/query_set_factory.hpp"
#include "support/connection_access.hpp"
#include "support/database.hpp"

#include <drf_messages/field.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/message_query_set.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::test {

/// Messages of ann and bob, and sets of them, over one connection that a test can look into.
class QuerySetTest : public testing::Test {
protected:
    MessageQuerySet set_of(const UserId& user) {
        store::MessageScope scope;
        scope.user = user;
        return messages::make_query_set(database, {scope, nullptr});
    }
    MessageQuerySet set() { return set_of(ann); }
    MessageQuerySet by_id() { return set().order_by(field::id.asc()); }
    MessageQuerySet everybody() { return MessageManager(database).all(); }

    /// Texts in order, joined by blanks.
    static std::string texts(const MessageQuerySet& set) {
        std::string joined;
        for (const Message& message : set) {
            joined += (joined.empty() ? "" : " ") + message.message;
        }
        return joined;
    }
    std::string filtered(Condition condition) {
        return texts(by_id().filter(std::move(condition)));
    }
    std::string excluded(Condition condition) {
        return texts(by_id().exclude(std::move(condition)));
    }

    /// How many statements `call` sends.
    template<class Call>
    std::uint64_t cost(Call call) {
        const auto before = given.connection().statement_count();
        call();
        return given.connection().statement_count() - before;
    }
    std::vector<std::string> ids() {
        return rows(given.connection(), "SELECT id FROM drf_messages_message ORDER BY id", 1);
    }
    std::int64_t count(std::string_view table) {
        return number(given.connection(), "SELECT COUNT(*) FROM " + std::string(table));
    }

    /// one … five of ann, the second and fourth read, each an hour newer; six is bob's.
    void some_messages() {
        given.message(ann, "one").level(20).view("demo:index").tag("a").tag("b");
        given.now += std::chrono::hours(1);
        given.message(ann, "two").level(30).view("demo:save").read().tag("ab");
        given.now += std::chrono::hours(1);
        given.message(ann, "three").level(40).view("demo:index").session("key").tag("b");
        given.now += std::chrono::hours(1);
        given.message(ann, "four").level(20).view("other").read();
        given.now += std::chrono::hours(1);
        given.message(ann, "five").level(25).tag("a").tag("a");
        given.message(bob, "six").level(50).tag("a");
        given.now += std::chrono::hours(1);
    }

    Given given;
    Settings settings;
    UserId ann = given.user("ann");
    UserId bob = given.user("bob");
    std::vector<std::string> log;
    std::shared_ptr<ConnectionAccess> database = std::make_shared<ConnectionAccess>(
        given.connection(),
        settings,
        given.clock(),
        [this](LogLevel /*level*/, std::string_view line) { log.emplace_back(line); }
    );
};

} // namespace drf_messages::test
