// SPDX-License-Identifier: MIT
#include "config/setting.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace drf_messages::config {
namespace {

constexpr std::int64_t shortest_history = 60;
constexpr std::int64_t longest_history = 3650LL * 24 * 3600;

struct Unit {
    char letter;
    std::int64_t seconds;
};
/// The largest first, as a length is written.
constexpr std::array units{Unit{'d', 24 * 3600}, Unit{'h', 3600}, Unit{'m', 60}, Unit{'s', 1}};

/// Of "7d"; absent when it is no such text, or not a minute to ten years.
std::optional<std::chrono::seconds> parse_length(std::string_view text) {
    std::int64_t count = 0;
    const auto number = std::from_chars(text.data(), text.data() + text.size(), count);
    if (number.ec != std::errc() || number.ptr + 1 != text.data() + text.size() || count < 1 ||
        count > longest_history) {
        return std::nullopt;
    }
    const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& one) {
        return one.letter == *number.ptr;
    });
    if (unit == units.end() || count * unit->seconds < shortest_history ||
        count * unit->seconds > longest_history) {
        return std::nullopt;
    }
    return std::chrono::seconds(count * unit->seconds);
}

std::string length_text(std::chrono::seconds length) {
    const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& one) {
        return length.count() % one.seconds == 0;
    });
    return fmt::format("{}{}", length.count() / unit->seconds, unit->letter);
}

Setting history() {
    const SettingWords words{
        "LIVE.HISTORY",
        "How long the feed keeps what has happened: a client that was away for longer lists again. "
        "The newest of each user stays for ever.",
        "\"2d\"",
        Rule{"a number with s, m, h or d, from 60s to 3650d"}};
    Setting setting{words, "text", {}, {}};
    setting.read = [words,
                    type = setting.type](const Node& node, Settings& settings, Reader& reader) {
        std::string text;
        const auto length =
            Codec<std::string>::read(node, any, text) ? parse_length(text) : std::nullopt;
        if (length) {
            settings.live.history = *length;
        } else {
            wrong_value(words, type, node, reader);
        }
    };
    setting.write = [](const Settings& settings) {
        return Codec<std::string>::write(length_text(settings.live.history));
    };
    return setting;
}

/// A number of seconds, whole or not, that a client may be told to wait.
std::optional<double> parse_pause(const Node& node) {
    std::optional<double> pause;
    if (const auto* fraction = std::get_if<double>(&node.value)) {
        pause = *fraction;
    } else if (const auto* whole = std::get_if<std::int64_t>(&node.value)) {
        pause = static_cast<double>(*whole);
    }
    // Written so that it refuses NaN.
    return pause && *pause >= 0 && *pause <= 3600 ? pause : std::nullopt;
}

Setting retry() {
    const SettingWords words{
        "LIVE.RETRY",
        "After how many seconds a client opens its stream again, at least and at most: each is "
        "told a time of its own between them.",
        "[1, 5]",
        Rule{"the lower first, each 0 to 3600"}};
    Setting setting{words, "list of two numbers, seconds", {}, {}};
    setting.read = [words,
                    type = setting.type](const Node& node, Settings& settings, Reader& reader) {
        const auto* items = std::get_if<Node::Array>(&node.value);
        if (items != nullptr && items->size() == 2) {
            const auto low = parse_pause(items->front());
            const auto high = parse_pause(items->back());
            if (low && high && *low <= *high) {
                settings.live.retry = {*low, *high};
                return;
            }
        }
        wrong_value(words, type, node, reader);
    };
    setting.write = [](const Settings& settings) {
        const auto number = [](double value) {
            const auto whole = static_cast<std::int64_t>(value);
            return static_cast<double>(whole) == value ? Node{whole, {}, {}} : Node{value, {}, {}};
        };
        const auto& [low, high] = settings.live.retry;
        return Node{Node::Array{number(low), number(high)}, {}, {}};
    };
    return setting;
}

Setting poll_interval() {
    const SettingWords words{
        "LIVE.POLL_INTERVAL",
        "How often the server that numbers changes looks for those that others have committed.",
        "0.05",
        Rule{"0.001 to 60", 0, 60}};
    Setting setting = make_setting(words, &LiveSettings::poll_interval);
    setting.read = [words,
                    read = setting.read,
                    type = setting.type](const Node& node, Settings& settings, Reader& reader) {
        read(node, settings, reader);
        if (settings.live.poll_interval < std::chrono::milliseconds(1)) {
            wrong_value(words, type, node, reader);
        }
    };
    return setting;
}

} // namespace

std::vector<Setting> live_settings() {
    using S = LiveSettings;
    return {
        poll_interval(),
        history(),
        make_setting(
            {"LIVE.REPLAY_LIMIT",
             "Most changes that one client catches up with; behind more it lists again.",
             "1000",
             Rule{"1 to 100000", 1, 100'000}},
            &S::replay_limit
        ),
        make_setting(
            {"LIVE.HEARTBEAT",
             "How often a stream without news gets a comment, so that proxies do not take it for "
             "dead.",
             "25",
             Rule{"1 to 3600", 1, 3600}},
            &S::heartbeat
        ),
        make_setting(
            {"LIVE.MAX_STREAMS",
             "Streams at once, beside SERVER.MAX_CONNECTIONS; one more is told to come again.",
             "20000",
             Rule{"0 to 1000000", 0, 1'000'000}},
            &S::max_streams
        ),
        make_setting(
            {"LIVE.MAX_STREAMS_PER_USER",
             "Streams of one user at once; one more is answered with 429.",
             "8",
             Rule{"1 to 1000000", 1, 1'000'000}},
            &S::max_streams_per_user
        ),
        make_setting(
            {"LIVE.MAX_AGE",
             "How long a stream lives, give or take a tenth; then its client opens another, which "
             "spreads them over servers.",
             "3600",
             timeout},
            &S::max_age
        ),
        make_setting(
            {"LIVE.REAUTHENTICATE",
             "How often a stream asks again whether its user may see it.",
             "60",
             timeout},
            &S::reauthenticate
        ),
        retry(),
        make_setting(
            {"LIVE.X_POLL_INTERVAL",
             "How often a client without a stream should ask, as X-Poll-Interval tells it; more "
             "while the server is busy.",
             "30",
             timeout},
            &S::x_poll_interval
        ),
        make_setting(
            {"LIVE.MAX_WAITS",
             "Requests with wait= that wait at once behind an adapter that holds a thread for "
             "each; the others are answered at once.",
             "1",
             Rule{"0 to 1024", 0, 1024}},
            &S::max_waits
        ),
    };
}

} // namespace drf_messages::config
