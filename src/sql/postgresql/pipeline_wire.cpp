// SPDX-License-Identifier: MIT
#include "sql/postgresql/pipeline_wire.hpp"

#include "sql/postgresql/postgresql_error.hpp"
#include "sql/postgresql/statement_text.hpp"

#include <utility>

namespace drf_messages::sql::postgresql {

namespace {

constexpr std::size_t kept_statements = 256;

} // namespace

PipelineWire::PipelineWire(Connector& connector) : statements_(kept_statements) {
    OpenedConnection opened = connector.open(true);
    connection_ = std::move(opened.connection);
    pooled_ = opened.pooled;
    if (PQsetnonblocking(connection_.get(), 1) != 0 ||
        PQenterPipelineMode(connection_.get()) != 1) {
        throw error("open the database");
    }
}

void PipelineWire::send(PipelineCall& call) {
    if (sent_.empty()) {
        first_since_ = std::chrono::steady_clock::now();
    }
    sent_.push_back(&call);
    ++call.times_sent;
    call.result.reset();
    // The Sync ends the implicit transaction: the next call has nothing to do with this one.
    if (!send_statement(call) || PQpipelineSync(connection_.get()) != 1) {
        broken_ = true;
        return;
    }
    flush();
}

bool PipelineWire::send_statement(PipelineCall& call) {
    PGconn* const connection = connection_.get();
    const Parameters& parameters = *call.parameters;
    const std::string* const known = call.prepare_anew ? nullptr : statements_.find(call.key);
    call.prepares = known == nullptr;
    if (known) {
        call.prepared_name = *known;
    } else {
        PreparedStatements::Added added = statements_.add(call.key);
        const std::string deallocate = "DEALLOCATE " + added.replaced;
        const std::string text = numbered_parameters(call.text);
        if (!added.replaced.empty() &&
            PQsendQueryParams(
                connection, deallocate.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0
            ) != 1) {
            return false;
        }
        if (PQsendPrepare(
                connection, added.name.c_str(), text.c_str(), parameters.count(), parameters.types()
            ) != 1) {
            return false;
        }
        call.prepared_name = std::move(added.name);
    }
    return PQsendQueryPrepared(
               connection,
               call.prepared_name.c_str(),
               parameters.count(),
               parameters.values(),
               nullptr,
               nullptr,
               0
           ) == 1;
}

void PipelineWire::flush() {
    const int left = PQflush(connection_.get());
    unsent_ = left > 0;
    broken_ = broken_ || left < 0;
}

void PipelineWire::receive(std::vector<PipelineCall*>& done) {
    PGconn* const connection = connection_.get();
    if (unsent_) {
        flush();
    }
    // What arrived before the end is still read.
    broken_ = PQconsumeInput(connection) != 1 || broken_;
    bool nothing = false;
    while (!sent_.empty() && !PQisBusy(connection)) {
        OwnedResult result(PQgetResult(connection));
        if (!result) {
            // One stands between two statements; two of them mean that libpq expects nothing more.
            if (nothing) {
                broken_ = true;
                return;
            }
            nothing = true;
            continue;
        }
        nothing = false;
        if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) {
            done.push_back(finish_first());
        } else {
            take(std::move(result));
        }
    }
    broken_ = broken_ || PQstatus(connection) != CONNECTION_OK;
}

/// Of the statements of one call, the first error counts, else the answer to the last.
void PipelineWire::take(OwnedResult result) {
    OwnedResult& kept = sent_.front()->result;
    const bool has_error = kept && is_error(kept.get());
    if (!has_error && PQresultStatus(result.get()) != PGRES_PIPELINE_ABORTED) {
        kept = std::move(result);
    }
}

PipelineCall* PipelineWire::finish_first() {
    PipelineCall* const call = sent_.front();
    sent_.pop_front();
    const auto now = std::chrono::steady_clock::now();
    call->took = now - std::exchange(first_since_, now);
    if (!call->result) {
        call->error = error(call->name);
    } else if (is_error(call->result.get()) && (call->prepares || is_stale_statement(call->result.get()))) {
        // Unless somebody has prepared it anew meanwhile.
        const std::string* const known = statements_.find(call->key);
        if (known && *known == call->prepared_name) {
            statements_.forget(call->key);
        }
    }
    return call;
}

Error PipelineWire::error(std::string_view name) const {
    return connection_error(connection_.get(), name);
}

} // namespace drf_messages::sql::postgresql
