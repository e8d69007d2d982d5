// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/api_request.hpp"
#include "http/message.hpp"
#include "live/hub.hpp"
#include "live/stream_counts.hpp"
#include "middleware/pipeline.hpp"
#include "store/message_store.hpp"

#include <drf_messages/level.hpp>
#include <drf_messages/message_state.hpp>
#include <drf_messages/rest/messages_viewset.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::api {

class MessageStreams;

/// A request that is kept as long as its stream lasts: a quarter of the memory of a http::Request.
class KeptRequest {
public:
    explicit KeptRequest(const ApiRequest& request);
    http::Request request() const;
    /// Of visits by it.
    live::Hub::Lane lane() const noexcept { return lane_; }
    /// Whether nobody can tell one from the other.
    bool operator==(const KeptRequest&) const = default;

private:
    std::string text_; ///< what there is to say of it, each with a zero byte behind it
    bool secure_;
    live::Hub::Lane lane_;
    std::uint16_t server_port_;
};

/// By which streams are found again; 0 where there is no cookie.
std::size_t hash_of_cookie(std::string_view cookie);

/// Whose stream it is.
struct StreamViewer {
    store::MessageScope scope;
    std::optional<Level> least_level; ///< of messages that are told when they are created
    const rest::MessagesViewSet* custom = nullptr; ///< the application's viewset; null: ours
    KeptRequest request;
    std::shared_ptr<middleware::Pipeline::Door> door;
    std::size_t cookie = 0; ///< hash_of_cookie() of the session's
};

/// When a stream does what it does by itself.
struct StreamTimes {
    using Clock = std::chrono::steady_clock;

    std::chrono::milliseconds heartbeat;
    std::chrono::milliseconds reauthenticate;
    Clock::time_point said;         ///< when it said something last
    Clock::time_point authenticate; ///< next
    Clock::time_point end;

    Clock::time_point next() const;
};

/// One client's events. Nothing piles up: while the client has not taken what was given to it,
/// the stream only knows where it stands, and looks into the feed from there afterwards.
class MessageStream final : public http::Stream,
                            public std::enable_shared_from_this<MessageStream> {
public:
    using Text = std::shared_ptr<const std::string>;
    using Reason = live::StreamCounts::Reason;

    /// - since: where the client stands; absent: now.
    /// - retry: what the stream begins with.
    MessageStream(
        std::shared_ptr<MessageStreams> streams,
        StreamViewer viewer,
        StreamTimes times,
        std::optional<MessageState> since,
        bool is_resumed,
        live::Lease place,
        std::string retry
    );
    ~MessageStream() override;

    // ---- http::Stream
    void start(Wake wake) override;
    std::optional<std::string> read(std::size_t most) override;
    void drain() override;

    // ---- for MessageStreams, from any thread
    const StreamViewer& viewer() const noexcept { return viewer_; }

    /// What is needed to tell it what it has missed.
    struct Standing {
        std::optional<MessageState> state; ///< absent: now
        bool is_resumed = false;           ///< and its state is what the client said
        bool is_new = false;               ///< it has said nothing yet
    };
    Standing standing() const;
    /// Takes what was rendered for standing().
    /// - has_more: it must be asked again.
    void catch_up(Text text, MessageState state, bool has_more);
    /// A batch of its user, from one position to the other, which `text` renders, if it is wanted.
    void tell(
        const std::string& epoch,
        std::int64_t first,
        std::int64_t last,
        const std::function<Text()>& text
    );
    /// There is something that tell() cannot say.
    void miss();
    /// False when somebody has asked for it already, and it has not begun.
    bool asks_for_authentication() { return !is_authentication_asked_.exchange(true); }
    /// Whether somebody had asked for it. Who asks from now on asks for another one.
    bool begin_authentication() { return is_authentication_asked_.exchange(false); }
    /// Its user may still see it: the next time to ask is counted from here.
    void authenticated(StreamTimes::Clock::time_point now);
    /// Does what is due, and says when to come again; absent: never.
    std::optional<StreamTimes::Clock::time_point> pass(StreamTimes::Clock::time_point now);
    void end(Reason reason);

private:
    enum class At {
        start,   ///< nothing has begun
        behind,  ///< the client has not taken everything; then it is to be caught up
        working, ///< somebody finds out what it has missed
        current,
        ended
    };

    void say(Text text);
    void fall_behind();

    const std::shared_ptr<MessageStreams> streams_;
    const StreamViewer viewer_;
    const live::Lease place_;

    mutable std::mutex mutex_;
    Wake wake_;
    StreamTimes times_;
    std::optional<MessageState> state_;
    At at_ = At::start;
    bool is_resumed_;
    bool is_new_ = true;
    bool has_missed_ = false; ///< something came while somebody was working
    bool is_heartbeat_due_ = false;
    Text text_; ///< what the client is to take, null: nothing
    std::size_t taken_ = 0;
    Text last_words_;
    Reason reason_ = Reason::gone;
    std::atomic<bool> is_authentication_asked_{false};
};

} // namespace drf_messages::api
