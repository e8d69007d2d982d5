// SPDX-License-Identifier: MIT
// Answers one kind of request COUNT times, for callgrind to count: request_cost NAME COUNT
// [measured]. Without arguments it prints the names. With the last one, request and statements are
// in the metrics, as a server with METRICS.BIND has them.
#include "metrics/process_metrics.hpp"
#include "request_site.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>

using namespace drf_messages;

int main(int count, char** arguments) {
    try {
        bench::RequestSite site;
        if (count != 3 && count != 4) {
            for (const auto& [name, wire] : site.requests()) {
                std::cout << name << '\n';
            }
            return 0;
        }
        const auto& wire = site.requests().at(arguments[1]);
        const bool is_measured = count == 4;
        metrics::statements_are_measured = is_measured;
        std::size_t bytes = 0;
        for (int turn = std::atoi(arguments[2]); turn > 0; --turn) {
            const http::Response response = site.answer(wire);
            bytes += response.body.size();
            if (is_measured) {
                metrics::process_metrics().requests.observe(
                    wire.method, response.status, response.route, std::chrono::microseconds(200)
                );
            }
        }
        std::cout << bytes << " bytes\n";
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "request_cost: " << error.what() << '\n';
        return 1;
    }
}
