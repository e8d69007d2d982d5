// SPDX-License-Identifier: MIT
#pragma once

#include "fibers/wake_up.hpp"
#include "sql/postgresql/connector.hpp"
#include "sql/postgresql/parameters.hpp"
#include "sql/postgresql/pq.hpp"
#include "sql/postgresql/statements.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::sql::postgresql {

/// One who waits until some calls are done.
struct PipelineWaiter {
    std::size_t undone = 0;
    fibers::WakeUp wake;
};

/// A query on its way through a pipeline. It belongs to the thread that waits for it.
struct PipelineCall {
    std::string_view name;
    std::string_view text;
    const Parameters* parameters = nullptr;
    std::string key;
    bool prepare_anew = false; ///< not to be sent as what others have prepared
    bool is_foreseen = false;  ///< nobody has asked it yet: not worth being sent twice

    OwnedResult result;         ///< the answer, an error of the server included
    std::optional<Error> error; ///< the connection's, when there is no answer
    /// Since the server was done with the one before; 0 when it came back with others.
    std::chrono::steady_clock::duration took{};

    std::string prepared_name; ///< what it was sent as
    bool prepares = false;     ///< it was sent with its own Parse
    int times_sent = 0;
    int commands_left = 0;   ///< of what was sent for it, without an answer
    bool is_aborted = false; ///< not tried, since one before it in its batch failed
    PipelineWaiter* waiter = nullptr;
};

/// A connection in libpq's pipeline mode, with the calls that are under way on it. Used by one
/// thread at a time.
class PipelineWire {
public:
    /// Connects; throws sql::Error.
    explicit PipelineWire(Connector& connector);

    bool is_pooled() const noexcept { return pooled_; }

    struct Answers {
        /// Those that have got their whole answer, or none and were foreseen.
        std::vector<PipelineCall*> done;
        std::vector<PipelineCall*> again; ///< those that the server has skipped
    };

    /// Sends calls behind the others as one batch, a transaction of its own: it ends with the first
    /// error, and the server skips the rest. Those that have got among sent() are taken from
    /// `calls`, also when the wire breaks by it.
    void send(std::span<PipelineCall*>& calls);
    /// Whether each call is to be a batch of its own, since one of a batch took long and it is not
    /// known which.
    bool sends_alone() const noexcept { return std::chrono::steady_clock::now() < alone_until_; }

    /// Takes in what has arrived.
    void receive(Answers& answers);

    /// Nothing more can be expected: neither for those that are under way nor for new ones.
    bool is_broken() const noexcept { return broken_; }
    void give_up() noexcept { broken_ = true; }

    /// Whether something waits to be written, for which the socket was full.
    bool has_unsent() const noexcept { return unsent_; }
    int socket() const noexcept { return libpq().PQsocket(connection_.get()); }

    std::deque<PipelineCall*>& sent() noexcept { return sent_; }
    /// Since when the server works on the first of them.
    std::chrono::steady_clock::time_point first_since() const noexcept { return first_since_; }
    Error error(std::string_view name) const;

private:
    void flush();
    void add(PipelineCall& call);
    bool add_statement(PipelineCall& call);
    void take(OwnedResult result);
    void end_command();
    void end_batch(Answers& answers);
    void finish(PipelineCall& call);

    OwnedPgConnection connection_;
    PreparedStatements statements_;
    std::deque<PipelineCall*> sent_;
    std::chrono::steady_clock::time_point first_since_;
    std::chrono::steady_clock::duration slow_query_;
    std::chrono::steady_clock::time_point alone_until_;
    bool pooled_ = false;
    std::size_t answered_ = 0; ///< of sent(), in the batch whose end has not come yet
    bool in_command_ = false;  ///< its answer has begun
    bool unsent_ = false;
    bool broken_ = false;
};

} // namespace drf_messages::sql::postgresql
