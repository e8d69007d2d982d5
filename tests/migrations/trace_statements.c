// SPDX-License-Identifier: MIT
// Writes each statement that a program gives to SQLite, with its values, to the file
// $TRACED_STATEMENTS: process and connection, a line feed, the statement, a NUL.
// record_statements.py loads it before the program.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int traced(unsigned event, void* file, void* statement, void* text) {
    (void)event;
    if (((const char*)text)[0] == '-') { // what a trigger does
        return 0;
    }
    char* const expanded = sqlite3_expanded_sql(statement);
    void* const connection = sqlite3_db_handle(statement);
    char* const record = sqlite3_mprintf("%d:%p\n%s", (int)getpid(), connection, expanded);
    const size_t size = snprintf(NULL, 0, "%s", record) + 1;
    if (write((int)(long)file, record, size) != (ssize_t)size) {
        abort();
    }
    sqlite3_free(record);
    sqlite3_free(expanded);
    return 0;
}

int sqlite3_open_v2(const char* name, sqlite3** database, int flags, const char* vfs) {
    int (*const open_really)(const char*, sqlite3**, int, const char*) =
        dlsym(RTLD_NEXT, "sqlite3_open_v2");
    const int result = open_really(name, database, flags, vfs);
    if (result == SQLITE_OK) {
        const long file = open(getenv("TRACED_STATEMENTS"), O_WRONLY | O_APPEND | O_CREAT, 0600);
        sqlite3_trace_v2(*database, SQLITE_TRACE_STMT, traced, (void*)file);
    }
    return result;
}
