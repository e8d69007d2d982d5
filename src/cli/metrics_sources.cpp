// SPDX-License-Identifier: MIT
#include "cli/metrics_sources.hpp"

#include "live/hub.hpp"
#include "model/feed_use.hpp"
#include "text/plural.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace drf_messages::cli {
namespace {

template<class Numbers, class Names>
metrics::Sources::Counts counts_of(const Numbers& numbers, const Names& names) {
    metrics::Sources::Counts counts;
    for (std::size_t i = 0; i < names.size(); ++i) {
        counts.emplace_back(names[i], numbers[i].load(std::memory_order_relaxed));
    }
    return counts;
}

metrics::Sources::Streams streams_of(const live::StreamCounts& counts) {
    using Counts = live::StreamCounts;
    return {
        counts.open,
        counts_of(counts.events, Counts::event_names),
        counts_of(counts.resumes, Counts::resume_names),
        counts_of(counts.closed, Counts::reason_names)};
}

} // namespace

metrics::Sources metrics_sources(middleware::SiteResources& site) {
    metrics::Sources sources;
    sources.database_connections = [&site] {
        const auto open = site.database->open_connections();
        return metrics::Sources::Connections{open.idle, open.lent};
    };
    if (use_feed(site.settings.messages_extensions)) {
        sources.feed_delay = [&site] { return site.feed->delay(); };
        sources.feed_pending = [&site] { return site.feed->pending(); };
    }
    if (site.settings.messages_extensions.stream) {
        sources.streams = [&site] { return streams_of(*site.hub->counts()); };
    }
    return sources;
}

std::string status_line(middleware::SiteResources& site) {
    std::string line;
    if (site.settings.messages_extensions.stream) {
        const auto open = site.hub->counts()->open.load();
        line = fmt::format("{} stream{}, ", open, text::plural(open));
    }
    if (use_feed(site.settings.messages_extensions)) {
        line += fmt::format("feed {} ms, ", site.feed->delay().count());
    }
    const auto open = site.database->open_connections();
    const auto connections = static_cast<std::int64_t>(open.idle + open.lent);
    line += fmt::format("{} connection{} to the database", connections, text::plural(connections));
    return line;
}

} // namespace drf_messages::cli
