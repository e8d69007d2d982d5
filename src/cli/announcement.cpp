// SPDX-License-Identifier: MIT
#include "cli/announcement.hpp"

#include "embed/token_use.hpp"
#include "server/question.hpp"
#include "urls/url_conf.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace drf_messages::cli {
namespace {

bool has_one_path(const RouteSettings& route) {
    return !route.regex && route.route.find('<') == std::string::npos;
}

/// Where the first messages are; a route that is a regular expression has no one path.
std::string first_path(const Settings& settings) {
    for (const RouteSettings& route : settings.routes) {
        if (urls::has_messages(route) && has_one_path(route)) {
            return "/" + route.route;
        }
    }
    return "/";
}

/// In front of a command for the process of this container; empty elsewhere.
std::string container_command(const config::Environment& environment) {
    if (::getpid() != 1) {
        return {};
    }
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return environment.contains("KUBERNETES_SERVICE_HOST")
               ? fmt::format("kubectl exec -it {} -- ", name.data())
               : fmt::format("docker exec -it {} ", name.data());
}

/// What curl is to ask, and a browser: "http://127.0.0.1:8000" without the path.
std::string site_address(const std::vector<std::string>& addresses) {
    constexpr std::string_view scheme = "http://";
    const auto found = std::ranges::find_if(addresses, [&](const std::string& address) {
        return address.starts_with(scheme);
    });
    if (found != addresses.end()) {
        return std::string(scheme) + server::address_to_ask(found->substr(scheme.size()));
    }
    return fmt::format("--unix-socket {} http://localhost", addresses.front().substr(5));
}

struct Page {
    std::string_view include;
    std::string_view title;
    std::string_view path;
};

constexpr Page pages[] = {
    {"drf_messages.start", "In a browser:     ", ""},
    {"drf_messages.admin", "The admin:        ", ""},
    {"drf_messages.schema", "The API's schema: ", "reference/"},
};

bool is_of_this_machine(const std::string& host) {
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

} // namespace

std::string announcement(const Settings& settings, const std::vector<std::string>& addresses) {
    std::string places;
    for (const std::string& address : addresses) {
        places += (places.empty() ? "" : " and ") + address;
        if (address.starts_with("http")) {
            places += first_path(settings);
        }
    }
    return fmt::format("Serving messages on {} (Ctrl-C stops)", places);
}

std::string first_steps(
    const Settings& settings,
    const std::vector<std::string>& addresses,
    const config::Environment& environment
) {
    const std::string command = container_command(environment) + "drf-messages";
    const std::string site = site_address(addresses);
    const bool by_token = embed::takes_tokens_by_default(settings);
    std::string text = fmt::format(
        "\nThere is no user yet. What to type next{}:\n\n"
        "  {} createsuperuser admin\n",
        command.starts_with("drf") ? "" : "; the port is the one that you have published",
        command
    );
    if (by_token) {
        text += fmt::format("  {} drf_create_token admin        # prints TOKEN\n", command);
    }
    text += fmt::format(
        "  {} send --to admin --level success \"Hello world!\"\n"
        "  curl {} {}{}peek/\n\n",
        command,
        by_token ? "-H 'Authorization: Token TOKEN'" : "-u admin",
        site,
        first_path(settings)
    );
    for (const Page& page : pages) {
        for (const RouteSettings& route : settings.routes) {
            if (route.include == page.include && has_one_path(route)) {
                text += fmt::format("{}{}/{}{}\n", page.title, site, route.route, page.path);
            }
        }
    }
    if (std::ranges::all_of(settings.allowed_hosts, is_of_this_machine)) {
        text +=
            "For other machines: set DRF_MESSAGES_ALLOWED_HOSTS=example.com,localhost, the names "
            "under which the site is reached\n";
    }
    return text;
}

} // namespace drf_messages::cli
