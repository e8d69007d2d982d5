// SPDX-License-Identifier: MIT
#pragma once

#include "sql/postgresql/connector.hpp"
#include "sql/postgresql/parameters.hpp"
#include "sql/postgresql/pq.hpp"
#include "sql/postgresql/prepared_statements.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::sql::postgresql {

/// A query on its way through a pipeline. It belongs to the thread that waits for it.
struct PipelineCall {
    std::string_view name;
    std::string_view text;
    const Parameters* parameters = nullptr;
    std::string key;
    bool prepare_anew = false; ///< not to be sent as what others have prepared

    OwnedResult result;                         ///< the answer, an error of the server included
    std::optional<Error> error;                 ///< the connection's, when there is no answer
    std::chrono::steady_clock::duration took{}; ///< since the server was done with the one before

    std::string prepared_name; ///< what it was sent as
    bool prepares = false;     ///< it was sent with its own Parse
    int times_sent = 0;
    bool done = false;
    std::condition_variable wake;
};

/// A connection in libpq's pipeline mode, with the calls that are under way on it. Used by one
/// thread at a time.
class PipelineWire {
public:
    /// Connects; throws sql::Error.
    explicit PipelineWire(Connector& connector);

    bool is_pooled() const noexcept { return pooled_; }

    /// Puts a call behind the others. It is among sent() then, also when the wire breaks by it.
    void send(PipelineCall& call);

    /// Takes in what has arrived and appends the calls that have got their whole answer.
    void receive(std::vector<PipelineCall*>& done);

    /// Nothing more can be expected: neither for those that are under way nor for new ones.
    bool is_broken() const noexcept { return broken_; }
    void give_up() noexcept { broken_ = true; }

    /// Whether something waits to be written, for which the socket was full.
    bool has_unsent() const noexcept { return unsent_; }
    int socket() const noexcept { return PQsocket(connection_.get()); }

    std::deque<PipelineCall*>& sent() noexcept { return sent_; }
    bool has_sent(const PipelineCall& call) const noexcept {
        return !sent_.empty() && sent_.back() == &call;
    }
    /// Since when the server works on the first of them.
    std::chrono::steady_clock::time_point first_since() const noexcept { return first_since_; }
    Error error(std::string_view name) const;

private:
    void flush();
    bool send_statement(PipelineCall& call);
    void take(OwnedResult result);
    PipelineCall* finish_first();

    OwnedPgConnection connection_;
    PreparedStatements statements_;
    std::deque<PipelineCall*> sent_;
    std::chrono::steady_clock::time_point first_since_;
    bool pooled_ = false;
    bool unsent_ = false;
    bool broken_ = false;
};

} // namespace drf_messages::sql::postgresql
