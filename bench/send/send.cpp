// SPDX-License-Identifier: MIT
// Leaves messages for users by the library, one at a time in each thread, and says how many it were
// as one line of JSON: send SETTINGS USERS SECONDS THREADS
#include <drf_messages/ids.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/load_settings.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/site.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

int main(int count, char** arguments) {
    using Clock = std::chrono::steady_clock;
    namespace dm = drf_messages;
    if (count != 5) {
        std::cerr << "send SETTINGS USERS SECONDS THREADS\n";
        return 2;
    }
    try {
        dm::Site site(dm::load_settings(arguments[1]));
        dm::MessageManager manager(site);
        const std::int64_t users = std::stoll(arguments[2]);
        const auto start = Clock::now();
        const auto end = start + std::chrono::duration_cast<Clock::duration>(
                                     std::chrono::duration<double>(std::stod(arguments[3]))
                                 );
        std::atomic<std::int64_t> sent{0};
        std::vector<std::thread> threads;
        for (int left = std::stoi(arguments[4]); left > 0; --left) {
            threads.emplace_back([&] {
                while (Clock::now() < end) {
                    manager.create_user_message(
                        dm::UserId{sent++ % users + 1},
                        "The report was saved",
                        dm::level::INFO,
                        {"report"}
                    );
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        const auto took = Clock::now() - start;
        std::cout << "{\"requests\":" << sent << ",\"microseconds\":"
                  << std::chrono::duration_cast<std::chrono::microseconds>(took).count() << "}\n";
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "send: " << error.what() << '\n';
        return 1;
    }
}
