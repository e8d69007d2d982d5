// SPDX-License-Identifier: MIT
#include "api/resource/message_streams.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace drf_messages::api {
namespace {

using namespace std::chrono_literals;

/// How often the streams are looked at for which something is due.
constexpr auto turn_pause = 250ms;

/// How long nobody asks a database that has failed.
constexpr auto pause_after_failure = 1s;

/// Streams that are opened within this time are greeted together, with few statements.
constexpr auto gather_time = 20ms;

/// Streams that are caught up together: the first need not wait for the last of very many.
constexpr std::size_t most_at_once = 200;
static_assert(most_at_once <= store::most_feed_points);

/// Whether the stream's user may still see it.
class Authentication final : public Visitor {
public:
    explicit Authentication(const store::MessageScope& scope) : scope_(scope) {}

    void visit(ApiRequest& request) override {
        const auto now = store::message_scope(request.http.messages->viewer(), scope_.by_session);
        is_the_same = now && now->user == scope_.user && now->session_key == scope_.session_key;
    }

    bool is_the_same = false;

private:
    const store::MessageScope& scope_;
};

} // namespace

MessageStreams::MessageStreams(const MessagesResource& resource, middleware::SiteResources& site)
    : resource_(resource), site_(site), hub_(*site.hub), live_(site.settings.live),
      counts_(site.hub->counts()) {}

void MessageStreams::close() {
    {
        const std::lock_guard lock(mutex_);
        is_closed_ = true;
    }
    for (auto& work : works_) {
        const std::lock_guard working(work.job);
    }
    live::Lease feed;
    live::Lease session;
    std::array<Streams, live::Hub::lanes> late;
    {
        const std::lock_guard lock(mutex_);
        feed.swap(feed_lease_);
        session.swap(session_lease_);
        for (std::size_t lane = 0; lane < late.size(); ++lane) {
            late[lane].swap(works_[lane].late);
        }
    }
    for (const auto& stream : all()) {
        stream->end(live::StreamCounts::drain);
    }
}

/// Hears what happens from now on. Not under the mutex: what it calls waits for hear().
void MessageStreams::begin() {
    std::call_once(begun_, [this] {
        const auto weak = weak_from_this();
        auto feed = hub_.listen([weak](const live::Feed::Batch& batch) {
            if (const auto self = weak.lock()) {
                self->hear(batch);
            }
        });
        auto session = hub_.at_session_end([weak](std::string_view cookie) {
            if (const auto self = weak.lock()) {
                self->session_ended(cookie);
            }
        });
        const std::lock_guard lock(mutex_);
        feed_lease_.swap(feed);
        session_lease_.swap(session);
    });
}

void MessageStreams::add(
    const std::shared_ptr<MessageStream>& stream, SteadyClock::time_point due
) {
    const std::lock_guard lock(mutex_);
    if (is_closed_) {
        return;
    }
    streams_[stream->viewer().scope.user].push_back(stream.get());
    due_[due].push_back(stream);
    add_late(stream, SteadyClock::now() + gather_time);
    schedule_turn();
}

void MessageStreams::remove(MessageStream& stream) {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(stream.viewer().scope.user);
    if (found != streams_.end()) {
        std::erase(found->second, &stream);
        if (found->second.empty()) {
            streams_.erase(found);
        }
    }
}

void MessageStreams::catch_up(std::shared_ptr<MessageStream> stream) {
    const std::lock_guard lock(mutex_);
    add_late(std::move(stream), SteadyClock::now());
}

bool MessageStreams::is_closed() {
    const std::lock_guard lock(mutex_);
    return is_closed_;
}

/// On the feed's thread.
void MessageStreams::hear(const live::Feed::Batch& batch) {
    const std::lock_guard lock(mutex_);
    epoch_ = batch.epoch;
    has_reset_ = has_reset_ || batch.reset;
    std::copy_if(
        batch.rows.begin(),
        batch.rows.end(),
        std::back_inserter(rows_),
        [this](const store::FeedRow& row) { return streams_.contains(row.user); }
    );
    if (has_reset_ || !rows_.empty()) {
        ask_to_work(Lane::events, SteadyClock::now());
    }
}

/// Where it is caught up.
MessageStreams::Lane MessageStreams::lane_of(const MessageStream& stream) {
    const auto& viewer = stream.viewer();
    return viewer.custom == nullptr ? Lane::events : viewer.request.lane();
}

/// Under the mutex.
void MessageStreams::add_late(
    std::shared_ptr<MessageStream> stream, SteadyClock::time_point moment
) {
    const auto lane = lane_of(*stream);
    work_of(lane).late.push_back(std::move(stream));
    ask_to_work(lane, moment);
}

/// Under the mutex. By then, or earlier if somebody asks for that.
void MessageStreams::ask_to_work(Lane lane, SteadyClock::time_point moment) {
    auto& asked_for = work_of(lane).asked_for;
    if (!is_closed_ && moment < asked_for) {
        asked_for = moment;
        work_at(moment, lane);
    }
}

void MessageStreams::work_at(SteadyClock::time_point moment, Lane lane) {
    hub_.run_at(moment, lane, [weak = weak_from_this(), lane] {
        const auto self = weak.lock();
        if (self && !self->work(lane)) {
            self->work_at(SteadyClock::now() + pause_after_failure, lane);
        }
    });
}

/// False: something failed, and it is to be tried again.
bool MessageStreams::work(Lane lane) {
    auto& own = work_of(lane);
    const std::lock_guard working(own.job);
    if (is_closed()) {
        return true;
    }
    try {
        begin();
    } catch (const std::exception& error) {
        fails(own, error);
        return false;
    }
    while (true) {
        Rows rows;
        Streams late;
        std::string epoch;
        bool has_reset = false;
        {
            const std::lock_guard lock(mutex_);
            if (lane == Lane::events) {
                rows.swap(rows_);
                has_reset = std::exchange(has_reset_, false);
                epoch = epoch_;
            }
            if (is_closed_ || (rows.empty() && own.late.empty() && !has_reset)) {
                own.asked_for = SteadyClock::time_point::max();
                return true;
            }
            const auto some = std::ptrdiff_t(std::min(own.late.size(), most_at_once));
            late.assign(own.late.begin(), own.late.begin() + some);
            own.late.erase(own.late.begin(), own.late.begin() + some);
        }
        if (has_reset) {
            for (const auto& stream : all()) {
                stream->miss();
            }
        } else if (!rows.empty()) {
            distribute(epoch, rows);
        }
        if (!late.empty() && !catch_up(own, late)) {
            return false;
        }
    }
}

/// Says so the first time.
void MessageStreams::fails(Work& work, const std::exception& error) {
    if (!std::exchange(work.is_down, true)) {
        site_.log(
            LogLevel::warning, fmt::format("live: streams wait for the database: {}", error.what())
        );
    }
}

/// On the thread of whoever has logged out.
void MessageStreams::session_ended(std::string_view cookie) {
    const auto hash = hash_of_cookie(cookie);
    for (const auto& stream : all()) {
        if (hash != 0 && stream->viewer().cookie == hash) {
            authenticate(stream);
        }
    }
}

void MessageStreams::authenticate(const std::shared_ptr<MessageStream>& stream) {
    const std::lock_guard lock(mutex_);
    if (!is_closed_ && stream->asks_for_authentication()) {
        hub_.run(
            stream->viewer().request.lane(),
            [weak = weak_from_this(), of = std::weak_ptr(stream)] {
                const auto self = weak.lock();
                const auto held = of.lock();
                if (self && held) {
                    self->look_again(held);
                }
            }
        );
    }
}

/// One answer for all streams that were opened by the same request, as those of several tabs are.
/// While the database is away, or whatever else has to be asked, they stay.
void MessageStreams::look_again(const std::shared_ptr<MessageStream>& stream) {
    if (!stream->begin_authentication()) {
        return; // answered with another one
    }
    const auto& viewer = stream->viewer();
    auto alike = streams_of(viewer.scope.user);
    std::erase_if(alike, [&](const auto& other) {
        return other->viewer().scope.session_key != viewer.scope.session_key ||
               other->viewer().door != viewer.door || other->viewer().request != viewer.request;
    });
    for (const auto& other : alike) {
        other->begin_authentication(); // before it is asked: who logs out now, asks again
    }
    Authentication authentication(viewer.scope);
    const auto now = SteadyClock::now();
    try {
        if (viewer.door) {
            viewer.door->visit(viewer.request.request(), authentication);
        }
    } catch (const std::exception&) {
        return;
    }
    for (const auto& other : alike) {
        if (authentication.is_the_same) {
            other->authenticated(now);
        } else {
            other->end(live::StreamCounts::authentication);
        }
    }
}

/// Under the mutex.
void MessageStreams::schedule_turn() {
    if (!is_closed_ && !due_.empty() && !std::exchange(has_turn_, true)) {
        hub_.run_at(SteadyClock::now() + turn_pause, Lane::events, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->turn();
            }
        });
    }
}

void MessageStreams::turn() {
    const auto now = SteadyClock::now();
    std::vector<std::weak_ptr<MessageStream>> due;
    {
        const std::lock_guard lock(mutex_);
        const auto end = due_.upper_bound(now);
        for (auto slot = due_.begin(); slot != end; ++slot) {
            due.insert(due.end(), slot->second.begin(), slot->second.end());
        }
        due_.erase(due_.begin(), end);
    }
    std::map<SteadyClock::time_point, std::vector<std::weak_ptr<MessageStream>>> next;
    for (const auto& weak : due) {
        const auto stream = weak.lock();
        if (const auto again = stream ? stream->pass(now) : std::nullopt) {
            const auto slots = (*again - now + turn_pause) / turn_pause;
            next[now + slots * turn_pause].push_back(weak);
        }
    }
    const std::lock_guard lock(mutex_);
    for (auto& [moment, streams] : next) {
        auto& slot = due_[moment];
        slot.insert(slot.end(), streams.begin(), streams.end());
    }
    has_turn_ = false;
    schedule_turn();
}

MessageStreams::Streams MessageStreams::streams_of(const UserId& user) {
    const std::lock_guard lock(mutex_);
    Streams streams;
    if (const auto found = streams_.find(user); found != streams_.end()) {
        for (auto* const stream : found->second) {
            if (auto held = stream->weak_from_this().lock()) {
                streams.push_back(std::move(held));
            }
        }
    }
    return streams;
}

MessageStreams::Streams MessageStreams::all() {
    const std::lock_guard lock(mutex_);
    Streams streams;
    for (const auto& [user, of_user] : streams_) {
        for (auto* const stream : of_user) {
            if (auto held = stream->weak_from_this().lock()) {
                streams.push_back(std::move(held));
            }
        }
    }
    return streams;
}

} // namespace drf_messages::api
