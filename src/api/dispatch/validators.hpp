// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/negotiation.hpp"
#include "api/exchange/api_request.hpp"
#include "http/entity_tags.hpp"

#include <drf_messages/message_state.hpp>

#include <functional>
#include <optional>
#include <string>

namespace drf_messages::api {

/// What the answer of a GET says of itself, so that nobody is sent what he has.
struct Validation {
    /// Messages-State: where the user stood before the rows were read.
    bool has_state = false;
    /// ETag, and 304 for who has it: of answers that follow from the user's messages, the request
    /// and the settings alone.
    bool has_etag = false;
    /// Of an application's viewset: what else its answer follows from; absent: no ETag. Empty: ours
    /// answers.
    std::function<std::optional<std::string>(ApiRequest&)> more{};

    bool any() const noexcept { return has_state || has_etag; }
};

/// The validators of one answer. The ETag is weak, a state and a digest of all else that the answer
/// follows from. It may be older than the answer, never newer, and there is none while something
/// that is committed has no position: so a 304 is never wrong, also right behind a write through
/// another server.
class Validators {
public:
    /// Reads where the user stands; so make it before the rows are read.
    Validators(const Validation& wanted, ApiRequest& request, const Negotiated& negotiated);

    /// If-None-Match names the answer: 304. What a client has been sent was marked then.
    bool client_has_it() const;
    /// If-None-Match is "*": 304 where the answer would be 200.
    bool client_has_any() const;

    /// Of a 200 or 304.
    void add_to(const ApiRequest& request, http::Headers& headers) const;

private:
    bool conditional_ = false;
    std::optional<MessageState> state_; ///< to be told
    std::string etag_;                  ///< empty: none
    http::EntityTags if_none_match_;
};

} // namespace drf_messages::api
