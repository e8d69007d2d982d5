// SPDX-License-Identifier: MIT
#include "api/resource/changes_wait.hpp"

#include "store/message_store.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace drf_messages::api {
namespace {

/// Tells what has happened to whoever is still let in, and is still the same.
class Look final : public Visitor {
public:
    explicit Look(const ChangesWait::Tell& tell) : tell_(tell) {}

    void visit(ApiRequest& request) override {
        text = tell_(request);
        has_looked = true;
    }

    std::optional<std::string> text; ///< absent: nothing has happened
    bool has_looked = false;         ///< false also where the view would answer with an error

private:
    const ChangesWait::Tell& tell_;
};

} // namespace

/// What the hub's call changes, which must not keep the answer alive: it may be the last to do so.
struct ChangesWait::Signal {
    std::mutex mutex;
    std::function<void()> look; ///< empty: nobody waits yet
    bool has_changed = false;   ///< since the last look

    void changed() {
        const std::lock_guard lock(mutex);
        if (!std::exchange(has_changed, true) && look) {
            look();
        }
    }
    void looks() {
        const std::lock_guard lock(mutex);
        has_changed = false;
    }
};

ChangesWait::ChangesWait(ApiRequest& request, live::Hub& hub, live::Lease place, Tell tell)
    : hub_(hub), request_(request), door_(request.http.pipeline->door()), place_(std::move(place)),
      max_waits_(request.http.site.settings.live.max_waits), tell_(std::move(tell)),
      signal_(std::make_shared<Signal>()) {}

std::shared_ptr<ChangesWait>
ChangesWait::begin(ApiRequest& request, live::Hub& hub, const MessageState& since, Tell tell) {
    const UserId& user = *request.http.messages->viewer().user;
    const auto& bounds = request.http.site.settings.live;
    auto place = hub.take_place(user, bounds.max_streams, bounds.max_streams_per_user);
    if (!place.lease || request.http.pipeline == nullptr) {
        return nullptr;
    }
    const std::shared_ptr<ChangesWait> wait(
        new ChangesWait(request, hub, std::move(place.lease), std::move(tell))
    );
    wait->watch_ = hub.watch(user, since.position, [signal = wait->signal_] { signal->changed(); });
    return wait;
}

void ChangesWait::hold(Silence silence, std::chrono::seconds time) {
    silence_ = std::move(silence);
    const std::weak_ptr<ChangesWait> weak = weak_from_this();
    const auto end = live::Hub::SteadyClock::now() + time;
    hub_.run_at(end, live::Hub::Lane::events, [weak] {
        if (const auto wait = weak.lock()) {
            wait->finish(wait->silence_.over);
        }
    });
    const std::lock_guard lock(signal_->mutex);
    signal_->look = [&hub = hub_, lane = request_.lane(), weak] {
        hub.run(lane, [weak] {
            if (const auto wait = weak.lock()) {
                wait->look();
            }
        });
    };
    if (signal_->has_changed) {
        signal_->look();
    }
}

void ChangesWait::look() {
    signal_->looks();
    {
        const std::lock_guard lock(mutex_);
        if (text_) {
            return;
        }
    }
    Look look(tell_);
    try {
        door_->visit(request_.request(), look);
    } catch (const std::exception&) {
        // Whoever asks again is told; that is logged too.
        return finish(silence_.cut);
    }
    if (!look.has_looked) {
        return finish(silence_.cut);
    }
    if (look.text) {
        finish(*look.text);
    }
}

void ChangesWait::finish(const std::string& text) {
    const std::lock_guard lock(mutex_);
    if (text_) {
        return;
    }
    text_ = text;
    if (wake_) {
        wake_();
    }
}

void ChangesWait::start(Wake wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
    if (text_) {
        wake_();
    }
}

std::optional<std::string> ChangesWait::read(std::size_t most) {
    const std::lock_guard lock(mutex_);
    if (!text_) {
        return "";
    }
    if (taken_ == text_->size()) {
        return std::nullopt;
    }
    auto piece = text_->substr(taken_, most);
    taken_ += piece.size();
    return piece;
}

void ChangesWait::drain() {
    finish(silence_.over);
}

} // namespace drf_messages::api
