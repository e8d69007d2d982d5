// SPDX-License-Identifier: MIT
#include "metrics/exposition.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <iterator>
#include <utility>

namespace drf_messages::metrics {
namespace {

using Label = std::pair<std::string_view, std::string_view>;

// A histogram has its buckets, the one without a bound, a sum and a count.
constexpr std::size_t series_of_requests = RequestDurations::most * (request_bounds.size() + 3);
constexpr std::size_t series_of_statements =
    StatementDurations::most * (statement_bounds.size() + 3);
constexpr std::size_t series_of_labels = sent_via_names.size() + deletion_names.size();
constexpr std::size_t single_series = 3 + 2; // streams, delay, pending; two states of connections
static_assert(
    series_of_requests + series_of_statements + series_of_labels + most_series_of_streams +
        single_series <=
    most_series
);

/// Writes one family after the other. Each begins with what it is.
class Writer {
public:
    explicit Writer(Format format) : format_(format) {}

    /// - name: of a counter, without "_total".
    /// - unit: that its name ends in, or empty.
    void family(
        std::string_view name,
        std::string_view type,
        std::string_view help,
        std::string_view unit = {}
    ) {
        name_ = name;
        // The older format calls a family like its samples.
        const bool is_counter = type == "counter";
        const std::string_view end = is_counter && !is_openmetrics() ? "_total" : "";
        put("# HELP {}{} {}\n# TYPE {}{} {}\n", name, end, help, name, end, type);
        if (is_openmetrics() && !unit.empty()) {
            put("# UNIT {} {}\n", name, unit);
        }
    }

    template<class Value>
    void sample(std::string_view suffix, std::initializer_list<Label> labels, Value value) {
        put("{}{}", name_, suffix);
        char before = '{';
        for (const auto& [name, text] : labels) {
            put("{}{}=\"", before, name);
            put_escaped(text);
            text_ += '"';
            before = ',';
        }
        put("{} {}\n", labels.size() > 0 ? "}" : "", value);
    }

    /// - labels: but for the one of the buckets.
    /// - exemplar_of: writes what there is behind a bucket's count.
    template<const auto& bounds, class ExemplarOf>
    void histogram(
        std::initializer_list<Label> labels,
        const Histogram<bounds>& durations,
        ExemplarOf exemplar_of
    ) {
        std::uint64_t count = 0;
        const auto counts = durations.counts();
        for (std::size_t i = 0; i < counts.size(); ++i) {
            count += counts[i];
            const std::string_view bound = i < bounds.size() ? bounds[i].text : "+Inf";
            put("{}_bucket{{", name_);
            for (const auto& [name, text] : labels) {
                put("{}=\"", name);
                put_escaped(text);
                text_ += "\",";
            }
            put("le=\"{}\"}} {}", bound, count);
            if (is_openmetrics()) {
                exemplar_of(i);
            }
            text_ += '\n';
        }
        sample("_count", labels, count);
        sample("_sum", labels, durations.seconds());
    }

    template<class LabelValue, class Names>
    void counters(std::string_view label, const CounterBy<LabelValue>& by, const Names& names) {
        static_assert(std::tuple_size_v<Names> == CounterBy<LabelValue>::size);
        for (std::size_t i = 0; i < names.size(); ++i) {
            sample("_total", {{label, names[i]}}, by[static_cast<LabelValue>(i)].value());
        }
    }

    void exemplar(std::string_view trace_id, double value, double time) {
        put(" # {{trace_id=\"{}\"}} {} {:.3f}", trace_id, value, time);
    }

    std::string take() {
        if (is_openmetrics()) {
            text_ += "# EOF\n";
        }
        return std::move(text_);
    }

private:
    bool is_openmetrics() const { return format_ == Format::openmetrics; }

    template<class... Arguments>
    void put(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
    }

    void put_escaped(std::string_view value) {
        for (const char c : value) {
            if (c == '\n') {
                text_ += "\\n";
                continue;
            }
            if (c == '\\' || c == '"') {
                text_ += '\\';
            }
            text_ += c;
        }
    }

    Format format_;
    std::string_view name_;
    std::string text_;
};

double seconds(std::chrono::nanoseconds duration) {
    return std::chrono::duration<double>(duration).count();
}

void write_durations(Writer& writer, const ProcessMetrics& metrics) {
    writer.family(
        "http_server_request_duration_seconds",
        "histogram",
        "How long requests took, from their first byte to their answer; without streams.",
        "seconds"
    );
    metrics.requests.for_each([&](const RequestDurations::Set& set) {
        writer.histogram(
            {{"http_request_method", set.method},
             {"http_response_status_code", set.status},
             {"http_route", set.route}},
            set.durations,
            [&](std::size_t bucket) {
                if (const auto kept = set.exemplars.of(bucket)) {
                    const auto time = kept->at.time_since_epoch();
                    writer.exemplar(kept->trace_id, seconds(kept->duration), seconds(time));
                }
            }
        );
    });
    writer.family(
        "db_client_operation_duration_seconds",
        "histogram",
        "How long SQL statements took, by name.",
        "seconds"
    );
    metrics.statements.for_each([&](const StatementDurations::Set& set) {
        writer.histogram({{"db_operation_name", set.name}}, set.durations, [](std::size_t) {});
    });
}

void write_streams(Writer& writer, const Sources::Streams& streams) {
    std::size_t room = most_series_of_streams;
    const auto write = [&](std::string_view label, const Sources::Counts& counts) {
        for (const auto& [value, count] : counts) {
            if (room > 0) {
                --room;
                writer.sample("_total", {{label, value}}, count);
            }
        }
    };
    writer.family("drf_messages_streams", "gauge", "Streams that are open.");
    writer.sample("", {}, streams.open);
    writer.family("drf_messages_stream_events", "counter", "Events sent on streams.");
    write("event", streams.events);
    writer.family(
        "drf_messages_stream_resumes", "counter", "Streams of clients that came with a state."
    );
    write("result", streams.resumes);
    writer.family("drf_messages_streams_closed", "counter", "Streams that have ended, by reason.");
    write("reason", streams.closed);
}

void write_sources(Writer& writer, const Sources& sources) {
    if (sources.streams) {
        write_streams(writer, sources.streams());
    }
    if (sources.feed_delay) {
        writer.family(
            "drf_messages_feed_delay_seconds",
            "gauge",
            "How long the last changes took from their writing until they were passed on.",
            "seconds"
        );
        writer.sample("", {}, seconds(sources.feed_delay()));
    }
    if (sources.feed_pending) {
        writer.family(
            "drf_messages_feed_pending", "gauge", "Changes that were seen and not numbered yet."
        );
        writer.sample("", {}, sources.feed_pending());
    }
    if (sources.database_connections) {
        const auto connections = sources.database_connections();
        writer.family(
            "drf_messages_database_connections", "gauge", "Connections to the database, by state."
        );
        writer.sample("", {{"state", "idle"}}, connections.idle);
        writer.sample("", {{"state", "used"}}, connections.used);
    }
}

} // namespace

std::string_view content_type(Format format) noexcept {
    return format == Format::openmetrics
               ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
               : "text/plain; version=0.0.4; charset=utf-8";
}

std::string exposition(const ProcessMetrics& metrics, const Sources& sources, Format format) {
    Writer writer(format);
    write_durations(writer, metrics);
    write_sources(writer, sources);
    writer.family("drf_messages_sent", "counter", "Messages that were left for users.");
    writer.counters("via", metrics.sent, sent_via_names);
    writer.family("drf_messages_deleted", "counter", "Messages that were deleted, by reason.");
    writer.counters("reason", metrics.deleted, deletion_names);
    return writer.take();
}

} // namespace drf_messages::metrics
