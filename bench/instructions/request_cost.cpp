// SPDX-License-Identifier: MIT
// Answers one kind of request COUNT times, for callgrind to count: request_cost NAME COUNT. Without
// arguments it prints the names.
#include "request_site.hpp"

#include <cstdlib>
#include <iostream>

int main(int count, char** arguments) {
    try {
        drf_messages::bench::RequestSite site;
        if (count != 3) {
            for (const auto& [name, wire] : site.requests()) {
                std::cout << name << '\n';
            }
            return 0;
        }
        const auto& wire = site.requests().at(arguments[1]);
        std::size_t bytes = 0;
        for (int turn = std::atoi(arguments[2]); turn > 0; --turn) {
            bytes += site.answer(wire).body.size();
        }
        std::cout << bytes << " bytes\n";
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "request_cost: " << error.what() << '\n';
        return 1;
    }
}
