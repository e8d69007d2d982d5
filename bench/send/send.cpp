// SPDX-License-Identifier: MIT
// Leaves messages for users by the library, one at a time, and says how many it were as one line of
// JSON: send SETTINGS USERS SECONDS
#include <drf_messages/ids.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/load_settings.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/site.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>

int main(int count, char** arguments) {
    using Clock = std::chrono::steady_clock;
    namespace dm = drf_messages;
    if (count != 4) {
        std::cerr << "send SETTINGS USERS SECONDS\n";
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
        std::int64_t sent = 0;
        for (; Clock::now() < end; ++sent) {
            manager.create_user_message(
                dm::UserId{sent % users + 1}, "The report was saved", dm::level::INFO, {"report"}
            );
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
