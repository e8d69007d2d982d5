// SPDX-License-Identifier: MIT
#pragma once

#include <libpq-fe.h>

#include <memory>

namespace drf_messages::sql::postgresql {

/// libpq, opened by the first call. Functions by their own names; throws Error when the library is
/// not there.
struct Libpq {
    decltype(&::PQbackendPID) PQbackendPID;
    decltype(&::PQclear) PQclear;
    decltype(&::PQcmdStatus) PQcmdStatus;
    decltype(&::PQcmdTuples) PQcmdTuples;
    decltype(&::PQconnectdbParams) PQconnectdbParams;
    decltype(&::PQconsumeInput) PQconsumeInput;
    decltype(&::PQenterPipelineMode) PQenterPipelineMode;
    decltype(&::PQerrorMessage) PQerrorMessage;
    decltype(&::PQexec) PQexec;
    decltype(&::PQfinish) PQfinish;
    decltype(&::PQflush) PQflush;
    decltype(&::PQgetResult) PQgetResult;
    decltype(&::PQgetisnull) PQgetisnull;
    decltype(&::PQgetlength) PQgetlength;
    decltype(&::PQgetvalue) PQgetvalue;
    decltype(&::PQisBusy) PQisBusy;
    decltype(&::PQntuples) PQntuples;
    decltype(&::PQpipelineSync) PQpipelineSync;
    decltype(&::PQreset) PQreset;
    decltype(&::PQresultErrorField) PQresultErrorField;
    decltype(&::PQresultErrorMessage) PQresultErrorMessage;
    decltype(&::PQresultMemorySize) PQresultMemorySize;
    decltype(&::PQresultStatus) PQresultStatus;
    decltype(&::PQsendPrepare) PQsendPrepare;
    decltype(&::PQsendQuery) PQsendQuery;
    decltype(&::PQsendQueryParams) PQsendQueryParams;
    decltype(&::PQsendQueryPrepared) PQsendQueryPrepared;
    decltype(&::PQsetErrorVerbosity) PQsetErrorVerbosity;
    decltype(&::PQsetNoticeProcessor) PQsetNoticeProcessor;
    decltype(&::PQsetnonblocking) PQsetnonblocking;
    decltype(&::PQsocket) PQsocket;
    decltype(&::PQstatus) PQstatus;
    decltype(&::PQtransactionStatus) PQtransactionStatus;
};
const Libpq& libpq();

struct ConnectionCloser {
    void operator()(PGconn* connection) const noexcept { libpq().PQfinish(connection); }
};
using OwnedPgConnection = std::unique_ptr<PGconn, ConnectionCloser>;

struct ResultClearer {
    void operator()(PGresult* result) const noexcept { libpq().PQclear(result); }
};
using OwnedResult = std::unique_ptr<PGresult, ResultClearer>;

} // namespace drf_messages::sql::postgresql
