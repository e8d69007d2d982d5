// SPDX-License-Identifier: MIT
#pragma once

#include "config/load.hpp"
#include "support/repository.hpp"
#include "unit/middleware/site_test.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

namespace drf_messages::middleware {

/// Puts requests to the site that tests/compat/middleware.json holds with the answers of real
/// Djangos, and expects those of one release. make_middleware.py there says what stands in it.
template<class Site>
class DjangoAnswers : public Site, public testing::WithParamInterface<std::string> {
protected:
    using Json = boost::json::value;

    /// What settings a scenario needs beyond its own.
    virtual void complete(Settings&) {}

    /// Whose answer is expected: another release's only where docs/differences.md says so.
    virtual std::string release_of(std::string_view, const Json&) const { return this->GetParam(); }

    void expect_answers_of(std::string_view group) {
        for (const Json& scenario : recorded().at(group).as_array()) {
            name_ = text_of(scenario.at("name"));
            SCOPED_TRACE(name_);
            set_up(scenario.at("settings"));
            cookies_.clear();
            token_.clear();
            for (const Json& step : scenario.at("steps").as_array()) {
                expect_answer(step);
            }
        }
    }

private:
    static const Json& recorded() {
        static const Json all = [] {
            std::ifstream file(test::repository_path("tests/compat/middleware.json"));
            return boost::json::parse(std::string(std::istreambuf_iterator(file), {}));
        }();
        return all;
    }

    static std::string text_of(const Json& value) {
        return boost::json::value_to<std::string>(value);
    }

    void set_up(const Json& more) {
        config::Environment environment = {{"DRF_MESSAGES_DJANGO_VERSION", this->GetParam()}};
        for (const Json* settings : {&recorded().at("settings"), &more}) {
            for (const auto& [name, value] : settings->as_object()) {
                // Python's None is "" there.
                environment["DRF_MESSAGES_" + std::string(name)] =
                    value.is_null() ? "\"\"" : boost::json::serialize(value);
            }
        }
        keeps_cookies_ = environment.erase("DRF_MESSAGES_keeps_cookies") > 0;
        this->site.settings = config::load(std::nullopt, environment, {});
        complete(this->site.settings);
        this->site.differences = model::differences_of(this->site.settings);
        this->site.session_engine =
            accounts::make_session_engine(this->site.settings, this->given.clock());
    }

    http::Request request_of(const Json& sent) const {
        http::Request wire;
        wire.method = text_of(sent.at("method"));
        wire.target = text_of(sent.at("path"));
        wire.headers.set("Host", "testserver");
        if (const auto* headers = sent.as_object().if_contains("headers")) {
            for (const auto& [name, value] : headers->as_object()) {
                const std::string text = text_of(value);
                wire.headers.set(name, text == "<token>" ? token_ : text);
            }
        }
        if (!cookies_.empty()) {
            std::string all;
            for (const auto& [name, value] : cookies_) {
                all.append(all.empty() ? "" : "; ").append(name).append("=").append(value);
            }
            wire.headers.set("Cookie", all);
        }
        if (const auto* body = sent.as_object().if_contains("body")) {
            wire.body = text_of(*body);
        }
        wire.secure = sent.as_object().contains("secure");
        return wire;
    }

    void expect_answer(const Json& step) {
        const http::Request wire = request_of(step.at("request"));
        http::Response response = this->answer(wire);
        keep_cookies(response);
        if (wire.target == "/token/") {
            token_ = token_.empty() ? response.body : token_;
            response.body = "<" + std::to_string(response.body.size()) + ">";
        }
        const Json& expected = expected_of(step);
        if (expected.as_object().contains("fails")) {
            EXPECT_EQ(response.status, 400) << step.at("request");
            return;
        }
        const bool has_page = expected.at("body") == "<page>";
        boost::json::object headers;
        for (const auto& [name, value] : response.headers.fields()) {
            if (name == "Expires") {
                continue;
            }
            auto& all = headers[name];
            const std::string shown =
                has_page && name == "Content-Length" ? "<page>" : masked(value);
            all = all.is_null() ? shown : text_of(all) + "\n" + shown;
        }
        const Json shown = {
            {"status", response.status},
            {"headers", headers},
            {"body", has_page && !response.body.empty() ? "<page>" : response.body}};
        EXPECT_EQ(shown, expected) << step.at("request");
    }

    /// Those of the last release that changed something, up to the one that is played.
    const Json& expected_of(const Json& step) const {
        const Json release_played(release_of(name_, step.at("request")));
        const Json* found = nullptr;
        for (const Json& release : recorded().at("releases").as_array()) {
            if (const Json* since = step.at("since").as_object().if_contains(release.as_string())) {
                found = since;
            }
            if (release == release_played) {
                break;
            }
        }
        return *found;
    }

    void keep_cookies(const http::Response& response) {
        if (!keeps_cookies_) {
            return;
        }
        for (const std::string& cookie : this->cookies(response)) {
            const auto equals = cookie.find('=');
            const std::string value = cookie.substr(equals + 1, cookie.find(';') - equals - 1);
            if (value == "\"\"") {
                cookies_.erase(cookie.substr(0, equals));
            } else {
                cookies_[cookie.substr(0, equals)] = value;
            }
        }
    }

    /// A header's value without what chance and the clock put into it.
    static std::string masked(const std::string& value) {
        std::string shown = value;
        const auto end = shown.find(';');
        if (shown.starts_with("csrftoken=")) {
            const std::size_t begin = std::string_view("csrftoken=").size();
            shown.replace(begin, end - begin, "<" + std::to_string(end - begin) + ">");
        } else if (shown.starts_with("sessionid=") && !shown.starts_with("sessionid=\"")) {
            shown.replace(0, end, "sessionid=<session>");
        }
        const auto expires = shown.find("expires=");
        if (expires != std::string::npos && shown.find("1970") == std::string::npos) {
            shown.erase(expires, shown.find("; ", expires) + 2 - expires);
        }
        return shown;
    }

    std::string name_; ///< of the scenario
    bool keeps_cookies_ = false;
    std::map<std::string, std::string> cookies_;
    std::string token_;
};

inline const auto every_release =
    testing::Values("3.2", "4.0", "4.1", "4.2", "5.0", "5.1", "5.2", "6.0");

inline std::string name_of_release(const testing::TestParamInfo<std::string>& info) {
    return "Django" + info.param.substr(0, 1) + "_" + info.param.substr(2);
}

} // namespace drf_messages::middleware
