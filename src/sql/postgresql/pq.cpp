// SPDX-License-Identifier: MIT
#include "sql/postgresql/pq.hpp"

#include "sql/client_library.hpp"

namespace drf_messages::sql::postgresql {
namespace {

Libpq open_libpq() {
    const ClientLibrary library("libpq.so.5", "libpq5");
    Libpq pq{};
    library.find(pq.PQbackendPID, "PQbackendPID");
    library.find(pq.PQclear, "PQclear");
    library.find(pq.PQcmdStatus, "PQcmdStatus");
    library.find(pq.PQcmdTuples, "PQcmdTuples");
    library.find(pq.PQconnectdbParams, "PQconnectdbParams");
    library.find(pq.PQconsumeInput, "PQconsumeInput");
    library.find(pq.PQenterPipelineMode, "PQenterPipelineMode");
    library.find(pq.PQerrorMessage, "PQerrorMessage");
    library.find(pq.PQexec, "PQexec");
    library.find(pq.PQfinish, "PQfinish");
    library.find(pq.PQflush, "PQflush");
    library.find(pq.PQgetResult, "PQgetResult");
    library.find(pq.PQgetisnull, "PQgetisnull");
    library.find(pq.PQgetlength, "PQgetlength");
    library.find(pq.PQgetvalue, "PQgetvalue");
    library.find(pq.PQisBusy, "PQisBusy");
    library.find(pq.PQntuples, "PQntuples");
    library.find(pq.PQpipelineSync, "PQpipelineSync");
    library.find(pq.PQreset, "PQreset");
    library.find(pq.PQresultErrorField, "PQresultErrorField");
    library.find(pq.PQresultErrorMessage, "PQresultErrorMessage");
    library.find(pq.PQresultMemorySize, "PQresultMemorySize");
    library.find(pq.PQresultStatus, "PQresultStatus");
    library.find(pq.PQsendPrepare, "PQsendPrepare");
    library.find(pq.PQsendQuery, "PQsendQuery");
    library.find(pq.PQsendQueryParams, "PQsendQueryParams");
    library.find(pq.PQsendQueryPrepared, "PQsendQueryPrepared");
    library.find(pq.PQsetErrorVerbosity, "PQsetErrorVerbosity");
    library.find(pq.PQsetNoticeProcessor, "PQsetNoticeProcessor");
    library.find(pq.PQsetnonblocking, "PQsetnonblocking");
    library.find(pq.PQsocket, "PQsocket");
    library.find(pq.PQstatus, "PQstatus");
    library.find(pq.PQtransactionStatus, "PQtransactionStatus");
    return pq;
}

} // namespace

const Libpq& libpq() {
    static const Libpq opened = open_libpq();
    return opened;
}

} // namespace drf_messages::sql::postgresql
