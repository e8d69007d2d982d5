// SPDX-License-Identifier: MIT
#include "sql/postgresql/pipeline_wire.hpp"

#include "sql/postgresql/error.hpp"
#include "sql/postgresql/statement_text.hpp"

#include <utility>

namespace drf_messages::sql::postgresql {

namespace {

constexpr std::chrono::seconds alone_for{30};

} // namespace

PipelineWire::PipelineWire(Connector& connector) : slow_query_(connector.options().slow_query) {
    OpenedConnection opened = connector.open(true);
    connection_ = std::move(opened.connection);
    pooled_ = opened.pooled;
    if (libpq().PQsetnonblocking(connection_.get(), 1) != 0 ||
        libpq().PQenterPipelineMode(connection_.get()) != 1) {
        throw error("open the database");
    }
}

void PipelineWire::add(PipelineCall& call) {
    if (sent_.empty()) {
        first_since_ = std::chrono::steady_clock::now();
    }
    sent_.push_back(&call);
    ++call.times_sent;
    call.result.reset();
    call.commands_left = 0;
    call.is_aborted = false;
    broken_ = !add_statement(call) || broken_;
}

void PipelineWire::send(std::span<PipelineCall*>& calls) {
    while (!calls.empty()) {
        PipelineCall& call = *calls.front();
        add(call);
        calls = calls.subspan(1);
    }
    if (libpq().PQpipelineSync(connection_.get()) != 1) {
        broken_ = true;
        return;
    }
    flush();
}

bool PipelineWire::add_statement(PipelineCall& call) {
    PGconn* const connection = connection_.get();
    const Parameters& parameters = *call.parameters;
    const std::string* const known = call.prepare_anew ? nullptr : statements_.find(call.key);
    const std::string text = known ? std::string() : numbered_parameters(call.text);
    call.prepares = !known && is_worth_keeping(text);
    if (known) {
        call.prepared_name = *known;
    } else if (!call.prepares) {
        ++call.commands_left;
        return send_once(connection, text, parameters) == 1;
    } else {
        PreparedStatements::Added added = statements_.add(call.key);
        for (const std::string& replaced : added.replaced) {
            const std::string deallocate = "DEALLOCATE " + replaced;
            if (libpq().PQsendQueryParams(
                    connection, deallocate.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0
                ) != 1) {
                return false;
            }
            ++call.commands_left;
        }
        if (libpq().PQsendPrepare(
                connection, added.name.c_str(), text.c_str(), parameters.count(), parameters.types()
            ) != 1) {
            return false;
        }
        ++call.commands_left;
        call.prepared_name = std::move(added.name);
    }
    ++call.commands_left;
    return libpq().PQsendQueryPrepared(
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
    const int left = libpq().PQflush(connection_.get());
    unsent_ = left > 0;
    broken_ = broken_ || left < 0;
}

void PipelineWire::receive(Answers& answers) {
    PGconn* const connection = connection_.get();
    if (unsent_) {
        flush();
    }
    // What arrived before the end is still read.
    broken_ = libpq().PQconsumeInput(connection) != 1 || broken_;
    while (!sent_.empty() && !libpq().PQisBusy(connection)) {
        OwnedResult result(libpq().PQgetResult(connection));
        if (!result) {
            // One stands behind each command; another one means that libpq expects nothing more.
            if (!std::exchange(in_command_, false)) {
                broken_ = true;
                return;
            }
            end_command();
        } else if (libpq().PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) {
            end_batch(answers);
        } else {
            in_command_ = true;
            take(std::move(result));
        }
    }
    broken_ = broken_ || libpq().PQstatus(connection) != CONNECTION_OK;
}

/// Of the commands of one call, the first error counts, else the answer to the last.
void PipelineWire::take(OwnedResult result) {
    if (answered_ == sent_.size()) {
        broken_ = true;
        return;
    }
    PipelineCall& call = *sent_[answered_];
    const bool has_error = call.result && is_error(call.result.get());
    if (libpq().PQresultStatus(result.get()) == PGRES_PIPELINE_ABORTED) {
        call.is_aborted = !has_error;
    } else if (!has_error) {
        call.result = std::move(result);
    }
}

void PipelineWire::end_command() {
    if (answered_ < sent_.size() && --sent_[answered_]->commands_left == 0) {
        ++answered_;
    }
}

/// Only now are its answers certain: an error before may have been the connection's.
void PipelineWire::end_batch(Answers& answers) {
    const auto now = std::chrono::steady_clock::now();
    const auto took = now - std::exchange(first_since_, now);
    const bool alone = answered_ == 1;
    if (!alone && took >= slow_query_) {
        alone_until_ = now + alone_for;
    }
    for (; answered_ > 0; --answered_) {
        PipelineCall& call = *sent_.front();
        sent_.pop_front();
        call.took = alone ? took : std::chrono::steady_clock::duration{};
        finish(call);
        const bool again = call.is_aborted && !call.is_foreseen;
        (again ? answers.again : answers.done).push_back(&call);
    }
}

void PipelineWire::finish(PipelineCall& call) {
    const bool fails = call.is_aborted || (call.result && is_error(call.result.get()));
    if (call.is_aborted) {
        --call.times_sent; // it was not to blame
        call.result.reset();
    } else if (!call.result) {
        call.error = error(call.name);
    }
    if (fails && (call.prepares || (call.result && is_stale_statement(call.result.get())))) {
        // Unless somebody has prepared it anew meanwhile.
        const std::string* const known = statements_.find(call.key);
        if (known && *known == call.prepared_name) {
            statements_.forget(call.key);
        }
    }
}

Error PipelineWire::error(std::string_view name) const {
    return connection_error(connection_.get(), name);
}

} // namespace drf_messages::sql::postgresql
