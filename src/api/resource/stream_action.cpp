// SPDX-License-Identifier: MIT
#include "api/exchange/errors.hpp"
#include "api/resource/filters.hpp"
#include "api/resource/message_rows.hpp"
#include "api/resource/message_streams.hpp"
#include "api/resource/messages_resource.hpp"
#include "api/tables/endpoints.hpp"
#include "api/wire/event_stream.hpp"
#include "base/process.hpp"
#include "middleware/required.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace drf_messages::api {
namespace {

using namespace std::chrono_literals;

/// After how long a client comes back for which there was no place.
constexpr auto retry_when_full = 30s;

constexpr double longest_retry_at_drain = 10;

/// Says one thing, and ends.
class LastWords final : public http::Stream {
public:
    explicit LastWords(std::string words) : words_(std::move(words)) {}
    void start(Wake) override {}
    std::optional<std::string> read(std::size_t) override {
        return std::exchange(words_, std::nullopt);
    }
    void drain() override {}

private:
    std::optional<std::string> words_;
};

std::chrono::milliseconds milliseconds_of(double seconds) {
    return std::chrono::milliseconds(std::llround(seconds * 1000));
}

double chance(double from, double to) {
    thread_local std::minstd_rand generator(std::random_device{}());
    return std::uniform_real_distribution<double>(from, std::nextafter(to, to + 1))(generator);
}

/// What the client has got last: EventSource sends the field, which is newer than the URL.
/// A state that nobody can read is one that is not known.
std::optional<MessageState> state_of_client(ApiRequest& request) {
    const auto last = request.http.header("Last-Event-ID");
    const auto since = middleware::required_query(request.http).get("since");
    const std::string_view text =
        last && !last->empty() ? std::string_view(*last) : since.value_or(std::string_view());
    return text.empty() ? std::nullopt
                        : std::optional(MessageState::parse(text).value_or(MessageState{}));
}

} // namespace

ApiResponse MessageStreams::open(ApiRequest& request, const rest::MessagesViewSet* custom) {
    auto& http = request.http;
    const auto scope =
        store::message_scope(http.messages->viewer(), site_.settings.messages_use_sessions);
    if (!scope) {
        return {204, {}}; // at which EventSource gives up
    }
    StreamViewer viewer{
        *scope,
        wanted_level(middleware::required_query(http), site_.settings),
        custom,
        KeptRequest(request),
        http.pipeline == nullptr ? nullptr : http.pipeline->door()};
    const auto& cookies = http.cookies();
    if (const auto cookie = cookies.find(site_.settings.session_cookie_name);
        cookie != cookies.end()) {
        viewer.cookie = hash_of_cookie(cookie->second);
    }
    ApiResponse answer;
    answer.headers.set("Content-Type", std::string(event_stream::media_type));
    answer.headers.set("Cache-Control", "no-store");
    answer.headers.set("X-Accel-Buffering", "no");
    if (http.method == "HEAD") {
        return answer;
    }
    auto place = hub_.take_place(scope->user, live_.max_streams, live_.max_streams_per_user);
    if (!place.lease && place.of_user) {
        throw throttled(std::int64_t(std::ceil(live_.retry.second)));
    }
    if (!place.lease) {
        // EventSource gives up for ever at an error
        answer.stream = std::make_shared<LastWords>(event_stream::retry(retry_when_full));
        return answer;
    }
    const auto now = SteadyClock::now();
    StreamTimes times;
    times.heartbeat = live_.heartbeat;
    times.reauthenticate = live_.reauthenticate;
    // those that were opened together do not do the same together for ever
    times.said = now - milliseconds_of(chance(0, 1) * double(live_.heartbeat.count()));
    times.authenticate = now + milliseconds_of(chance(0, 1) * double(live_.reauthenticate.count()));
    times.end = now + milliseconds_of(chance(0.9, 1.1) * double(live_.max_age.count()));
    auto since = state_of_client(request);
    const bool is_resumed = since.has_value();
    answer.stream = std::make_shared<MessageStream>(
        shared_from_this(),
        std::move(viewer),
        times,
        std::move(since),
        is_resumed,
        std::move(place.lease),
        retry(std::nullopt)
    );
    return answer;
}

std::string MessageStreams::retry(std::optional<live::StreamCounts::Reason> end) const {
    auto [from, to] = live_.retry;
    if (end == live::StreamCounts::drain) {
        from = std::max(from, 1.0);
        to = std::max(to, longest_retry_at_drain);
    }
    return event_stream::retry(milliseconds_of(chance(from, to)));
}

StreamsOfResource::~StreamsOfResource() {
    if (streams_ && process_ == process_number()) {
        streams_->close();
    } else {
        abandon(std::make_unique<std::shared_ptr<MessageStreams>>(std::move(streams_)));
    }
}

MessageStreams&
StreamsOfResource::of(const MessagesResource& resource, middleware::SiteResources& site) {
    const std::lock_guard lock(mutex_);
    if (!streams_ || process_ != process_number()) {
        abandon(std::make_unique<std::shared_ptr<MessageStreams>>(std::move(streams_)));
        streams_ = std::make_shared<MessageStreams>(resource, site);
        process_ = process_number();
    }
    return *streams_;
}

ApiResponse
MessageActions::stream(const MessagesResource& resource, ApiRequest& request, Custom custom) {
    if (request.page_notes != nullptr) {
        const Words words{"Ask for this with Accept: text/event-stream, as EventSource does.", {}};
        return {200, detail(in_language(words, request.http.language()))};
    }
    storage_of(request);
    return resource.streams_->of(resource, request.http.site).open(request, custom);
}

std::vector<QueryParameter> MessageActions::stream_parameters() {
    const auto text = rest::Value::object({{"type", "string"}});
    return {
        {"since",
         "The state since when; without it, and without Last-Event-ID, which counts before it, "
         "from "
         "now on.",
         text},
        {"level_tag",
         "New messages are told where their level is at least that of this tag.",
         text}};
}

} // namespace drf_messages::api
