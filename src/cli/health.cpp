// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"
#include "server/question.hpp"
#include "text/bind_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <stdexcept>
#include <string_view>

namespace drf_messages::cli {
namespace {

/// The first of several: a server that cannot have one of its addresses does not start.
std::string address_of(const Settings& settings, const HealthArguments& arguments) {
    if (arguments.bind.empty() && settings.server.bind.empty()) {
        throw Failure("SERVER.BIND is empty; name the server's address with --bind");
    }
    const std::string bind = arguments.bind.empty() ? settings.server.bind.front() : arguments.bind;
    try {
        const auto parsed = text::parse_bind_address(bind);
        if (parsed.unix_path.empty() && parsed.port == 0) {
            throw Failure(fmt::format(
                "{} lets the system choose the port; name the one that it has with --bind", bind
            ));
        }
        return server::address_to_ask(bind);
    } catch (const std::invalid_argument& error) {
        throw Failure(fmt::format("{}: {}", bind, error.what()));
    }
}

/// The reason that /readyz gives, not the page of another program, nor what a terminal would obey.
std::string reason_of(const server::Told& told) {
    constexpr std::size_t longest = 200;
    const std::string_view line = std::string_view(told.body).substr(0, told.body.find('\n'));
    const bool is_reason =
        told.status == 503 && !line.empty() && line.size() <= longest &&
        std::ranges::all_of(line, [](char letter) { return letter >= ' ' && letter <= '~'; });
    return is_reason ? fmt::format("{}, {}", told.status, line) : std::to_string(told.status);
}

} // namespace

int health(Context& context, const HealthArguments& arguments) {
    const std::string address = address_of(context.settings, arguments);
    const std::string path = context.settings.server.health_prefix + "/readyz";
    const std::string place =
        address.starts_with("unix:") ? address + ' ' + path : "http://" + address + path;
    server::Told told;
    try {
        told = server::ask(
            address,
            path,
            std::chrono::ceil<std::chrono::milliseconds>(
                std::chrono::duration<double>(arguments.timeout)
            )
        );
    } catch (const std::exception& error) {
        throw Failure(fmt::format("{}: {}", place, error.what()));
    }
    if (told.status != 200) {
        throw Failure(fmt::format("{}: {}", place, reason_of(told)));
    }
    context.world.out << place << ": ok\n";
    return 0;
}

} // namespace drf_messages::cli
