// SPDX-License-Identifier: MIT
#include "cli/metrics_sources.hpp"

#include "live/hub.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstddef>

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
    if (site.feed) {
        sources.feed_delay = [&site] { return site.feed->delay(); };
        sources.feed_pending = [&site] { return site.feed->pending(); };
    }
    if (site.hub && site.settings.messages_extensions.stream) {
        sources.streams = [&site] { return streams_of(*site.hub->counts()); };
    }
    return sources;
}

std::string status_line(middleware::SiteResources& site) {
    std::string line;
    if (site.hub && site.settings.messages_extensions.stream) {
        line = fmt::format("{} streams", site.hub->counts()->open.load());
    }
    if (site.feed) {
        line += fmt::format("{}feed {} ms", line.empty() ? "" : ", ", site.feed->delay().count());
    }
    const auto open = site.database->open_connections();
    line += fmt::format(
        "{}{} connections to the database", line.empty() ? "" : ", ", open.idle + open.lent
    );
    return line;
}

} // namespace drf_messages::cli
