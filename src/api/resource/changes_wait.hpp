// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/api_request.hpp"
#include "api/resource/message_stream.hpp"
#include "http/message.hpp"
#include "live/hub.hpp"
#include "middleware/pipeline.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/message_state.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace drf_messages::api {

/// An answer that waits until something of the user's messages has changed, or its time is over. It
/// holds no thread and no connection meanwhile. Its head is sent at once, and says 200.
class ChangesWait final : public http::Stream, public std::enable_shared_from_this<ChangesWait> {
public:
    /// What has happened, as it is sent; absent: nothing.
    using Tell = std::function<std::optional<std::string>(ApiRequest&)>;

    /// What it says when there is nothing to tell.
    struct Silence {
        std::string over; ///< the time is over
        std::string cut;  ///< it cannot go on: whoever asks again is told why
    };

    /// Null where no more of them may wait. Watches from now on, so ask the database afterwards.
    /// - tell: called in the view that the request came to.
    static std::shared_ptr<ChangesWait>
    begin(ApiRequest& request, live::Hub& hub, const MessageState& since, Tell tell);

    /// There is nothing to tell yet.
    void hold(Silence silence, std::chrono::seconds time);

    void start(Wake wake) override;
    std::optional<std::string> read(std::size_t most) override;
    void drain() override;
    std::optional<std::size_t> max_waits() const override { return max_waits_; }

private:
    struct Signal;

    ChangesWait(ApiRequest& request, live::Hub& hub, live::Lease place, Tell tell);

    void look();
    void finish(const std::string& text);

    live::Hub& hub_;
    const KeptRequest request_;
    const std::shared_ptr<middleware::Pipeline::Door> door_;
    const live::Lease place_;
    const std::size_t max_waits_;
    const Tell tell_;
    const std::shared_ptr<Signal> signal_;
    live::Lease watch_;
    Silence silence_; ///< before hold() ends

    std::mutex mutex_; ///< of what follows
    Wake wake_;
    std::optional<std::string> text_;
    std::size_t taken_ = 0;
};

} // namespace drf_messages::api
