// SPDX-License-Identifier: MIT
#pragma once

#include "sql/transaction.hpp"
#include "support/logged_in.hpp"
#include "text/percent.hpp"
#include "unit/api/messages_site.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::test {

/// The admin, asked by a superuser.
class Admin : public MessagesSite {
protected:
    using Form = std::vector<std::pair<std::string, std::string>>;
    static constexpr std::string_view list = "/admin/drf_messages/message/";

    Admin() {
        site.settings.routes.emplace_back().route = "admin/";
        site.settings.routes.back().include = "drf_messages.admin";
    }

    http::Response page(const std::string& path) {
        return answer(request("GET", std::string(list) + path, {{"Cookie", cookie()}}));
    }

    http::Response post(const std::string& path, const Form& form) {
        auto wire = request(
            "POST",
            std::string(list) + path,
            {{"Content-Type", "application/x-www-form-urlencoded"}, {"Cookie", cookie()}}
        );
        wire.body = "csrfmiddlewaretoken=" + csrf;
        for (const auto& [name, value] : form) {
            wire.body += '&' + name + '=' + text::percent_encode_plus(value);
        }
        return answer(wire);
    }

    /// Returns the last one's id.
    std::int64_t messages(int count) {
        sql::ScopedTransaction transaction(given.connection());
        std::int64_t last = 0;
        for (int i = 0; i < count; ++i) {
            last = given.message(ann, "hello " + std::to_string(i)).number();
        }
        transaction.commit();
        return last;
    }

    std::int64_t number(std::string_view query) { return test::number(given.connection(), query); }
    std::vector<std::string> notices() {
        return rows(
            given.connection(),
            "SELECT message FROM drf_messages_message WHERE view <> '' ORDER BY id",
            1
        );
    }

    UserId root = given.user("root").staff().superuser();

    std::string cookie() const { return "csrftoken=" + csrf + "; sessionid=" + session; }

    std::string csrf = std::string(32, 'a');
    std::string session = logged_in(given, root, site.settings.secret_key);
};

} // namespace drf_messages::test
