// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/http.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/message_state.hpp>
#include <drf_messages/session_data.hpp>
#include <drf_messages/viewer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace drf_messages::messages {
struct RequestState;
}

namespace drf_messages {

class Site;
class Transaction;

/// What the messages framework knows about an application's request: Django's request.user,
/// request.session and request.resolver_match.
struct RequestContext {
    std::optional<UserId> user = {}; ///< absent: an anonymous visitor
    /// the key of the request's session; absent: the request has no session. A key of more than 40
    /// characters is not kept with a message
    std::optional<std::string> session_key = {};
    std::string view_name = {}; ///< kept with each message: "profile:save"
    /// The session itself, for SessionStorage; its key then counts as session_key. It must live as
    /// long as the request.
    SessionData* session = nullptr;
    /// The request as it came in, for CookieStorage. It must live as long as the request.
    const http::Request* http = nullptr;
};

namespace detail {

/// A RequestContext as it is easily written, with a number for the user.
struct NumberedUser {
    struct Number {
        Number(std::int64_t id); // NOLINT(*-explicit-*): never called
    };
    Number user; ///< without a default, so that {} is a RequestContext
    std::optional<std::string> session_key = {};
    std::string view_name = {};
    SessionData* session = nullptr;
    const http::Request* http = nullptr;
};

} // namespace detail

/// One request of an application, with the messages of its visitor. Used by one thread at a time;
/// ends with its scope, and handles made from it throw std::logic_error from then on.
class DRF_MESSAGES_API Request {
public:
    /// The site must live longer. Throws std::invalid_argument if the storage that MESSAGE_STORAGE
    /// names cannot work: SessionStorage without a session, CookieStorage without SECRET_KEY.
    explicit Request(Site& site, const RequestContext& context = {});
    // The compiler shows this line.
    Request(Site& site, const detail::NumberedUser& /* write .user = UserId{1} */) = delete;
    /// Whatever this request does belongs to the transaction, and is undone with it. The request
    /// must not outlive it.
    explicit Request(Transaction& transaction, const RequestContext& context = {});
    Request(Transaction&, const detail::NumberedUser& /* write .user = UserId{1} */) = delete;
    /// The same visitor and view as `outer`, inside a transaction. Messages in memory, cookie or
    /// session stay those of `outer`, and are not undone.
    Request(Transaction& transaction, Request& outer);
    /// For the library itself.
    explicit Request(std::shared_ptr<messages::RequestState> state);
    ~Request();
    Request(Request&&) noexcept;
    Request& operator=(Request&&) noexcept;
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    const Viewer& viewer() const;
    const std::string& view_name() const;

    /// Ends the request: deletes what was read if MESSAGES_DELETE_READ says so, and sends messages
    /// that wait in a cookie with the answer. Middleware calls it for you. Where it was not called
    /// and something is lost by that, the log says so.
    void update(http::Response& response);

    /// Where the request's user stands in the feed of changes. What is read afterwards is at least
    /// as new, so whoever reads first this, then all messages, and then follows
    /// MessageQuerySet::changes() misses nothing. Absent for an anonymous visitor and without a
    /// feed. Throws std::logic_error in a transaction, which others do not see yet.
    std::optional<MessageState> messages_state() const;

    /// For the library itself.
    const std::shared_ptr<messages::RequestState>& state() const noexcept { return state_; }

private:
    std::shared_ptr<messages::RequestState> state_;
};

} // namespace drf_messages
