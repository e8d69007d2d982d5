// SPDX-License-Identifier: MIT
#include "api/resource/message_stream.hpp"

#include "api/resource/message_streams.hpp"
#include "api/wire/event_stream.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace drf_messages::api {

KeptRequest::KeptRequest(const ApiRequest& of)
    : secure_(of.http.wire.secure),
      lane_(of.slowly_authenticated ? live::Hub::Lane::slow_visits : live::Hub::Lane::visits),
      server_port_(of.http.wire.server_port) {
    const http::Request& request = of.http.wire;
    const auto add = [this](std::string_view text) { text_.append(text).push_back('\0'); };
    add(request.method);
    add(request.target);
    add(request.remote_address);
    add(request.server_name);
    for (const auto& [name, value] : request.headers.fields()) {
        add(name);
        add(value);
    }
    text_.shrink_to_fit();
}

http::Request KeptRequest::request() const {
    std::string_view rest = text_;
    const auto next = [&rest] {
        const auto end = rest.find('\0');
        std::string text(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        return text;
    };
    http::Request request;
    request.method = next();
    request.target = next();
    request.remote_address = next();
    request.server_name = next();
    request.secure = secure_;
    request.server_port = server_port_;
    while (!rest.empty()) {
        auto name = next();
        request.headers.add(name, next());
    }
    return request;
}

std::size_t hash_of_cookie(std::string_view cookie) {
    return cookie.empty() ? 0 : std::hash<std::string_view>()(cookie) | 1U;
}

StreamTimes::Clock::time_point StreamTimes::next() const {
    return std::min({said + heartbeat, authenticate, end});
}

MessageStream::MessageStream(
    std::shared_ptr<MessageStreams> streams,
    StreamViewer viewer,
    StreamTimes times,
    std::optional<MessageState> since,
    bool is_resumed,
    live::Lease place,
    std::string retry
)
    : streams_(std::move(streams)), viewer_(std::move(viewer)), place_(std::move(place)),
      times_(times), state_(std::move(since)), is_resumed_(is_resumed),
      text_(std::make_shared<const std::string>(std::move(retry))) {}

MessageStream::~MessageStream() {
    if (at_ != At::start) {
        streams_->remove(*this);
        ++streams_->counts().closed[reason_];
    }
}

void MessageStream::start(Wake wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
    at_ = At::working;
    streams_->add(shared_from_this(), times_.next());
}

std::optional<std::string> MessageStream::read(std::size_t most) {
    const std::lock_guard lock(mutex_);
    if (!text_ && at_ == At::ended) {
        text_ = std::exchange(last_words_, nullptr);
        if (!text_) {
            return std::nullopt;
        }
    }
    if (text_) {
        auto piece = text_->substr(taken_, most);
        taken_ += piece.size();
        if (taken_ == text_->size()) {
            text_ = nullptr;
            taken_ = 0;
            if (at_ == At::behind) {
                at_ = At::working;
                streams_->catch_up(shared_from_this());
            }
        }
        times_.said = StreamTimes::Clock::now();
        is_heartbeat_due_ = false;
        return piece;
    }
    if (std::exchange(is_heartbeat_due_, false)) {
        return std::string(event_stream::heartbeat);
    }
    return std::string();
}

/// Others are told the same in this moment: each comes back at a time of its own.
void MessageStream::drain() {
    end(Reason::drain);
}

MessageStream::Standing MessageStream::standing() const {
    const std::lock_guard lock(mutex_);
    return {state_, is_resumed_, is_new_};
}

void MessageStream::catch_up(Text text, MessageState state, bool has_more) {
    const std::lock_guard lock(mutex_);
    if (at_ != At::working) {
        return; // it has ended meanwhile
    }
    state_ = std::move(state);
    is_new_ = false;
    is_resumed_ = false;
    at_ = At::current;
    say(std::move(text));
    if (std::exchange(has_missed_, false) || has_more) {
        fall_behind();
    }
}

void MessageStream::tell(
    const std::string& epoch,
    std::int64_t first,
    std::int64_t last,
    const std::function<Text()>& text
) {
    const std::lock_guard lock(mutex_);
    if (at_ == At::working) {
        has_missed_ = true;
    } else if (at_ == At::current && state_->epoch == epoch && state_->position >= last) {
        return;
    } else if (at_ == At::current && !text_ && state_->epoch == epoch && state_->position < first) {
        state_->position = last;
        say(text());
    } else if (at_ == At::current) {
        fall_behind();
    }
}

void MessageStream::miss() {
    const std::lock_guard lock(mutex_);
    if (at_ == At::working) {
        has_missed_ = true;
    } else if (at_ == At::current) {
        fall_behind();
    }
}

std::optional<StreamTimes::Clock::time_point> MessageStream::pass(StreamTimes::Clock::time_point now
) {
    if (now >= times_.end) { // never changes
        end(Reason::age);
        return std::nullopt;
    }
    const std::lock_guard lock(mutex_);
    if (at_ == At::ended) {
        return std::nullopt;
    }
    if (now >= times_.authenticate) {
        times_.authenticate = now + times_.reauthenticate;
        streams_->authenticate(shared_from_this());
    }
    if (now >= times_.said + times_.heartbeat) {
        times_.said = now;
        is_heartbeat_due_ = !text_;
        if (is_heartbeat_due_) {
            wake_();
        }
    }
    return times_.next();
}

void MessageStream::authenticated(StreamTimes::Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    times_.authenticate = now + times_.reauthenticate;
}

void MessageStream::end(Reason reason) {
    const std::lock_guard lock(mutex_);
    if (at_ == At::start || at_ == At::ended) {
        return;
    }
    at_ = At::ended;
    reason_ = reason;
    last_words_ = std::make_shared<const std::string>(streams_->retry(reason));
    wake_();
}

/// Under the mutex, as what follows.
void MessageStream::say(Text text) {
    if (text && !text->empty()) {
        // what it begins with may not have been taken
        text_ = text_ ? std::make_shared<const std::string>(text_->substr(taken_) + *text) : text;
        taken_ = 0;
        wake_();
    }
}

void MessageStream::fall_behind() {
    at_ = text_ ? At::behind : At::working;
    if (at_ == At::working) {
        streams_->catch_up(shared_from_this());
    }
}

} // namespace drf_messages::api
