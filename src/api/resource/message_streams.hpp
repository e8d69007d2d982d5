// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/api_request.hpp"
#include "api/resource/message_events.hpp"
#include "api/resource/message_stream.hpp"
#include "live/hub.hpp"
#include "middleware/site_resources.hpp"
#include "store/feed.hpp"

#include <drf_messages/settings.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

class MessagesResource;

/// The streams of one resource in this process: hears what changes, finds out with few statements
/// what all of them are to say, and says it. What asks the database runs on the hub's threads, on
/// each one job at a time; what a stream or the feed calls does not wait for it. An application's
/// viewsets are visited: see Hub::Lane.
class MessageStreams : public std::enable_shared_from_this<MessageStreams> {
public:
    using SteadyClock = std::chrono::steady_clock;

    /// - resource, site: close() must come before their end.
    MessageStreams(const MessagesResource& resource, middleware::SiteResources& site);

    /// Waits for jobs that are under way; from then on nothing happens.
    void close();

    /// Answers GET stream/.
    ApiResponse open(ApiRequest& request, const rest::MessagesViewSet* custom);

    // ---- for a stream, which may hold its lock
    void add(const std::shared_ptr<MessageStream>& stream, SteadyClock::time_point due);
    void remove(MessageStream& stream);
    void catch_up(std::shared_ptr<MessageStream> stream);
    void authenticate(const std::shared_ptr<MessageStream>& stream);
    live::StreamCounts& counts() const noexcept { return *counts_; }
    /// What a stream says at its beginning, or at its end.
    std::string retry(std::optional<live::StreamCounts::Reason> end) const;

private:
    using Streams = std::vector<std::shared_ptr<MessageStream>>;
    using Rows = std::vector<store::FeedRow>;
    /// One who is to be caught up, and how far.
    struct Late {
        std::shared_ptr<MessageStream> stream;
        MessageStream::Standing was;
        MessageState state; ///< up to here
        Rows rows;
        bool is_lost = false;  ///< it lists again
        bool has_more = false; ///< behind the rows
    };
    /// What several streams are told, each message written once.
    struct Found;
    /// What one of the hub's threads does for the streams.
    struct Work {
        std::mutex job;       ///< held by it; only who ends the streams waits for that
        bool is_down = false; ///< the last job could not ask the database
        // ---- under the mutex of the streams
        Streams late; ///< who are to be caught up
        /// When the next job begins, or has begun; in the far future: there is none.
        SteadyClock::time_point asked_for = SteadyClock::time_point::max();
    };
    using Lane = live::Hub::Lane;

    bool is_closed();
    void begin();
    void hear(const live::Feed::Batch& batch);
    void session_ended(std::string_view cookie);
    static Lane lane_of(const MessageStream& stream);
    Work& work_of(Lane lane) { return works_[std::size_t(lane)]; }
    void add_late(std::shared_ptr<MessageStream> stream, SteadyClock::time_point moment);
    void ask_to_work(Lane lane, SteadyClock::time_point moment);
    void work_at(SteadyClock::time_point moment, Lane lane);
    bool work(Lane lane);
    void fails(Work& work, const std::exception& error);
    void schedule_turn();
    void turn();
    void look_again(const std::shared_ptr<MessageStream>& stream);
    Streams streams_of(const UserId& user);
    Streams all();

    // ---- message_catch_up.cpp
    void distribute(const std::string& epoch, const Rows& rows);
    void tell(const std::string& epoch, const Rows& rows, const Streams& to, const Found& found);
    /// False: it could not, and who is left is late again.
    bool catch_up(Work& work, const Streams& streams);
    std::optional<store::FeedInfo>
    find_rows(sql::Connection& connection, std::vector<Late>& all) const;
    void judge(sql::Connection& connection, Late& late, const store::FeedInfo& info) const;
    Found find(
        sql::Connection& connection, const std::set<MessageId>& ids, const std::set<UserId>& users
    ) const;
    ShownChanges shown_to(const store::MessageScope& scope, const Found& found) const;
    /// Absent when the viewer is not let in any more.
    std::optional<ShownChanges>
    visit(const StreamViewer& viewer, const std::set<MessageId>& ids) const;
    std::string said(
        const Rows& rows,
        const std::string& epoch,
        const ShownChanges& shown,
        std::optional<Level> least_level
    ) const;
    void finish(const Late& late, const ShownChanges& shown);

    const MessagesResource& resource_;
    middleware::SiteResources& site_;
    live::Hub& hub_;
    const LiveSettings live_;
    const std::shared_ptr<live::StreamCounts> counts_;

    std::once_flag begun_;
    std::array<Work, live::Hub::lanes> works_; ///< by Lane

    std::mutex mutex_; ///< of what follows
    bool is_closed_ = false;
    std::map<UserId, std::vector<MessageStream*>> streams_;
    std::string epoch_;
    Rows rows_; ///< that came and were not distributed
    bool has_reset_ = false;
    std::map<SteadyClock::time_point, std::vector<std::weak_ptr<MessageStream>>> due_;
    bool has_turn_ = false;
    live::Lease feed_lease_;
    live::Lease session_lease_;
};

/// The streams of a resource, which are there from the first on. Each process has its own.
class StreamsOfResource {
public:
    StreamsOfResource() = default;
    StreamsOfResource(const StreamsOfResource&) = delete;
    StreamsOfResource& operator=(const StreamsOfResource&) = delete;
    ~StreamsOfResource();

    MessageStreams& of(const MessagesResource& resource, middleware::SiteResources& site);

private:
    std::mutex mutex_;
    std::shared_ptr<MessageStreams> streams_;
    std::uint64_t process_ = 0;
};

} // namespace drf_messages::api
