// SPDX-License-Identifier: MIT
#include "running_server.hpp"
#include "support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace drf_messages::server {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

ServerOptions bound_to(const std::vector<std::string>& addresses) {
    auto options = RunningServer::quick();
    options.bind = addresses;
    return options;
}

std::string failure_of(const std::string& address) {
    try {
        const Server server(bound_to({address}), echo, no_log());
        return "bound";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

TEST(Listen, OnPortZeroTellsTheRealPort) {
    RunningServer running;
    EXPECT_THAT(running.address(), MatchesRegex("http://127\\.0\\.0\\.1:[1-9][0-9]*"));
}

TEST(Listen, OnSeveralAddressesAtOnce) {
    const test::TempFolder folder;
    RunningServer running(
        [](const http::Request& request) {
            return text_response("<" + request.remote_address + ">");
        },
        bound_to({"127.0.0.1:0", "[::1]:0", "unix:" + (folder / "s").string(), "localhost:0"})
    );
    const auto& addresses = running.server().addresses();
    ASSERT_EQ(addresses.size(), 4U);
    EXPECT_THAT(addresses[1], MatchesRegex("http://\\[::1\\]:[1-9][0-9]*"));
    EXPECT_EQ(addresses[2], "unix:" + (folder / "s").string());
    EXPECT_EQ(Client(addresses[0]).get("/")->body, "<127.0.0.1>");
    EXPECT_EQ(Client(addresses[1]).get("/")->body, "<::1>");
    EXPECT_EQ(Client(addresses[2]).get("/")->body, "<>");
    EXPECT_EQ(Client(addresses[3]).get("/")->status, 200);
}

TEST(Listen, TellsARequestWhereItArrived) {
    const test::TempFolder folder;
    RunningServer running(
        [](const http::Request& request) {
            return text_response(request.server_name + " " + std::to_string(request.server_port));
        },
        bound_to({"0.0.0.0:0", "[::]:0", "unix:" + (folder / "s").string()})
    );
    const auto& addresses = running.server().addresses();
    ASSERT_EQ(addresses.size(), 3U);
    const auto port_of = [](const std::string& address) {
        return address.substr(address.rfind(':') + 1);
    };
    const auto port = port_of(addresses[0]);
    const auto port_v6 = port_of(addresses[1]);
    // the address that the client asked, not the one that takes every address
    EXPECT_EQ(Client("http://127.0.0.1:" + port).get("/")->body, "127.0.0.1 " + port);
    EXPECT_EQ(Client("http://[::1]:" + port_v6).get("/")->body, "::1 " + port_v6);
    EXPECT_EQ(Client(addresses[2]).get("/")->body, " 0");
}

TEST(Listen, OnAUnixSocketReplacesAStaleFileAndRemovesItsOwn) {
    const test::TempFolder folder;
    const auto path = (folder / "s").string();
    {
        // a socket file that outlives its server, as after a crash
        const Server dead(bound_to({"unix:" + path}), echo, no_log());
        std::filesystem::create_hard_link(path, (folder / "kept").string());
    }
    std::filesystem::rename((folder / "kept").string(), path);
    {
        RunningServer running(echo, bound_to({"unix:" + path}));
        EXPECT_EQ(Client(running.address()).get("/")->status, 200);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Listen, LeavesWhatIsNotItsOwnAlone) {
    const test::TempFolder folder;
    const auto path = (folder / "s").string();
    std::ofstream(path) << "precious";
    EXPECT_THAT(failure_of("unix:" + path), HasSubstr("not a socket"));
    EXPECT_TRUE(std::filesystem::exists(path));

    RunningServer running(echo, bound_to({"unix:" + (folder / "busy").string()}));
    EXPECT_THAT(failure_of("unix:" + (folder / "busy").string()), HasSubstr("another process"));
    EXPECT_EQ(Client(running.address()).get("/")->status, 200);
}

TEST(Listen, SaysWhyItCanNot) {
    RunningServer running;
    const auto taken = running.address().substr(std::string("http://").size());
    EXPECT_THAT(failure_of(taken), HasSubstr("cannot serve " + taken + ": Address already in use"));
    EXPECT_THAT(failure_of("8000"), HasSubstr("cannot serve 8000: not HOST:PORT"));
    EXPECT_THAT(failure_of(":8000"), HasSubstr("cannot serve :8000: not HOST:PORT"));
    EXPECT_THAT(failure_of("127.0.0.1:"), HasSubstr("port"));
    EXPECT_THAT(failure_of("127.0.0.1:65536"), HasSubstr("port"));
    EXPECT_THAT(failure_of("127.0.0.1:80x"), HasSubstr("port"));
    EXPECT_THAT(failure_of("::1:80"), HasSubstr("brackets"));
    EXPECT_THAT(failure_of("no-such-host.invalid:80"), HasSubstr("unknown"));
    EXPECT_THAT(failure_of("unix:"), HasSubstr("path"));
    EXPECT_THAT(failure_of("unix:/" + std::string(200, 'x')), HasSubstr("path"));
    EXPECT_THAT(failure_of("unix:/no/such/folder/s"), HasSubstr("No such file"));
}

} // namespace
} // namespace drf_messages::server
