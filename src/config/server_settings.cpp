// SPDX-License-Identifier: MIT
#include "config/setting.hpp"

namespace drf_messages::config {

std::vector<Setting> server_settings() {
    using S = ServerSettings;
    return {
        make_setting(
            {"SERVER.BIND",
             "Where to listen: HOST:PORT, [V6]:PORT or unix:PATH; port 0 lets the system choose.",
             "[\"127.0.0.1:8000\", \"unix:/run/messages.sock\"]",
             Rule{
                 "each HOST:PORT, [V6]:PORT or unix:PATH with at most 107 bytes in PATH",
                 Rule{}.low,
                 Rule{}.high,
                 is_bind_address}},
            &S::bind
        ),
        make_setting(
            {"SERVER.SOCKET_MODE",
             "Permissions of a Unix socket, whatever the umask. Who may write may connect: at "
             "first everybody, as to a port of this machine.",
             "\"0660\"",
             Rule{"three octal digits, or four with a 0", Rule{}.low, Rule{}.high, is_socket_mode}},
            &S::socket_mode
        ),
        make_setting(
            {"SERVER.SOCKET_GROUP",
             "Group of a Unix socket, one of the server's user, by name or number; \"\": the "
             "server's own.",
             "\"www-data\""},
            &S::socket_group
        ),
        make_setting(
            {"SERVER.WORKERS",
             "Threads that answer requests; 0: as many as the machine has cores, or a container's "
             "or service's share of them, rounded up; at least 4 (on SQLite one goes on with "
             "others while a request waits to write), on MariaDB, where they mostly "
             "wait for its answers, at least 16, on PostgreSQL, where each answers many side by "
             "side, at least 2.",
             "8",
             Rule{"0 to 1024", 0, 1024}},
            &S::workers
        ),
        make_setting(
            {"SERVER.IO_THREADS",
             "Threads that accept clients and wait for the slow ones.",
             "2",
             Rule{"1 to 64", 1, 64}},
            &S::io_threads
        ),
        make_setting(
            {"SERVER.MAX_CONNECTIONS",
             "Connections at once. For one more, the one that has waited longest for its client is "
             "closed.",
             "4096",
             Rule{"1 to 1000000", 1, 1'000'000}},
            &S::max_connections
        ),
        make_setting(
            {"SERVER.HEADER_LIMIT_BYTES",
             "Most bytes of a request's headers.",
             "32768",
             Rule{"1024 to 1048576", 1024, 1'048'576}},
            &S::header_limit_bytes
        ),
        make_setting(
            {"SERVER.BODY_LIMIT_BYTES",
             "Most bytes of a request's body. Nobody sends more than a log-in.",
             "65536",
             Rule{"0 to 1073741824", 0, 1'073'741'824}},
            &S::body_limit_bytes
        ),
        make_setting(
            {"SERVER.BODIES_LIMIT_BYTES",
             "Most bytes of the bodies of all requests under way together; four times "
             "BODY_LIMIT_BYTES where that is more. A body that finds no room gets 503.",
             "67108864",
             Rule{"65536 to 1099511627776", 65'536, 1'099'511'627'776}},
            &S::bodies_limit_bytes
        ),
        make_setting(
            {"SERVER.ANSWERS_LIMIT_BYTES",
             "Most bytes of all answers together that clients do not take at once. Beyond it the "
             "connection is closed whose client has been taking its answer for longest.",
             "268435456",
             Rule{"65536 to 1099511627776", 65'536, 1'099'511'627'776}},
            &S::answers_limit_bytes
        ),
        make_setting(
            {"SERVER.HEADER_TIMEOUT",
             "From the first byte of a request to the end of its headers, and for the first byte "
             "of a connection.",
             "10",
             timeout},
            &S::header_timeout
        ),
        make_setting(
            {"SERVER.BODY_TIMEOUT", "For the whole body.", "30", timeout}, &S::body_timeout
        ),
        make_setting(
            {"SERVER.KEEP_ALIVE_TIMEOUT",
             "How long a connection is kept between two requests.",
             "75",
             timeout},
            &S::keep_alive_timeout
        ),
        make_setting(
            {"SERVER.WRITE_TIMEOUT", "For sending an answer.", "30", timeout}, &S::write_timeout
        ),
        make_setting(
            {"SERVER.DRAIN_TIMEOUT",
             "After SIGTERM, for requests that are under way; then the process ends.",
             "10",
             Rule{"0 to 86400", 0, 86'400}},
            &S::drain_timeout
        ),
        make_setting(
            {"SERVER.ACCESS_LOG", "A line on stderr for each request.", "false"}, &S::access_log
        ),
        make_setting(
            {"SERVER.LOG_FORMAT",
             "How lines of the log are written: as text, or each as a JSON object, which those of "
             "the access log give route and trace as well.",
             "\"json\"",
             Rule{"text or json", Rule{}.low, Rule{}.high, is_log_format}},
            &S::log_format
        ),
        make_setting(
            {"SERVER.HEALTH_PREFIX",
             "\"/-\" makes it /-/healthz and /-/readyz.",
             "\"/-\"",
             Rule{
                 "empty, or /... without a slash at its end",
                 Rule{}.low,
                 Rule{}.high,
                 is_url_prefix}},
            &S::health_prefix
        ),
        make_setting(
            {"SERVER.STATEMENT_TIMEOUT",
             "How long one SQL statement may run before it is given up; 0: no limit.",
             "5",
             Rule{"0 to 86400", 0, 86'400}},
            &S::statement_timeout
        ),
        make_setting(
            {"SERVER.SLOW_STATEMENT",
             "SQL statements that take longer are logged with their name and time; 0: none.",
             "0.1",
             Rule{"0 to 86400", 0, 86'400}},
            &S::slow_statement
        ),
        make_setting(
            {"SERVER.TRUST_FORWARDED_FOR",
             "The access log shows the client of X-Forwarded-For.",
             "true"},
            &S::trust_forwarded_for
        ),
        make_setting(
            {"SERVER.NUM_PROXIES",
             "Proxies in front, by which LOGIN_THROTTLE_RATE and BASIC_THROTTLE_RATE find the "
             "client in X-Forwarded-For: 1 for one that sets or extends it, 0 for none; \"\": "
             "REST_FRAMEWORK.NUM_PROXIES, and without that the header is not believed.",
             "1",
             not_negative},
            &S::num_proxies
        ),
        make_setting(
            {"METRICS.BIND",
             "Where Prometheus reads GET /metrics, beside what SERVER.BIND serves and while all "
             "workers are busy; whoever may connect may read. \"\": nowhere.",
             "\"127.0.0.1:9464\"",
             Rule{
                 "empty, or HOST:PORT, [V6]:PORT or unix:PATH with at most 107 bytes in PATH",
                 Rule{}.low,
                 Rule{}.high,
                 is_optional_bind_address}},
            &Settings::metrics_bind
        ),
    };
}

} // namespace drf_messages::config
