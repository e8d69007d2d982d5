// SPDX-License-Identifier: MIT
// The application served by cpp-httplib: example_httplib [PORT]
#include "web_application.hpp"

#include <drf_messages/adapters/httplib.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>

int main(int count, char** words) {
    const int wanted = count > 1 ? std::atoi(words[1]) : 0;
    const TerminationSignals signals;
    WebApplication application;
    httplib::Server server;
    server.set_tcp_nodelay(true);
    server.set_payload_max_length(8 * 1024 * 1024);
    drf_messages::adapters::serve(
        server,
        ".*",
        [&application](const drf_messages::http::Request& request) { return application(request); }
    );

    int port = wanted;
    if (wanted == 0) {
        port = server.bind_to_any_port("127.0.0.1");
    } else if (!server.bind_to_port("127.0.0.1", wanted)) {
        port = -1;
    }
    if (port < 0) {
        std::cerr << "The port cannot be used\n";
        return 1;
    }
    std::thread listening([&server] { server.listen_after_bind(); });
    while (!server.is_running()) { // stop() would do nothing before
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    application.announce(port);
    signals.wait();
    server.stop();
    listening.join();
}
