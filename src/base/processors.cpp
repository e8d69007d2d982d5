// SPDX-License-Identifier: MIT
#include "base/processors.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

namespace drf_messages {
namespace {

namespace fs = std::filesystem;

/// Where a version of control groups says how many microseconds of processors a group may use in
/// each period of so many.
struct Version {
    std::string_view controller; ///< in a line of /proc/self/cgroup
    std::string_view mounted;
    std::string_view time;
    std::string_view period; ///< empty: in the same file, after the time
};

constexpr std::array versions{
    Version{"", "sys/fs/cgroup", "cpu.max", ""},
    Version{"cpu", "sys/fs/cgroup/cpu", "cpu.cfs_quota_us", "cpu.cfs_period_us"},
};

/// The process's group, from its line NUMBER:CONTROLLER,CONTROLLER:GROUP.
std::optional<fs::path> group_of(const fs::path& root, const Version& version) {
    std::ifstream lines(root / "proc/self/cgroup");
    const std::string wanted = "," + std::string(version.controller) + ",";
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (second == std::string::npos) {
            continue;
        }
        const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
        if (controllers.find(wanted) != std::string::npos) {
            return fs::path(line.substr(second + 1)).relative_path();
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> share_of(const fs::path& group, const Version& version) {
    // what is no number, "max", is no limit, as -1 is
    long long time = 0;
    long long period = 0;
    std::ifstream file(group / version.time);
    file >> time;
    if (version.period.empty()) {
        file >> period;
    } else {
        std::ifstream(group / version.period) >> period;
    }
    if (time <= 0 || period <= 0) {
        return std::nullopt;
    }
    return static_cast<std::size_t>((time - 1) / period + 1);
}

} // namespace

std::optional<std::size_t> processors_of_groups(const fs::path& root) {
    std::optional<std::size_t> least;
    for (const Version& version : versions) {
        std::optional<fs::path> group = group_of(root, version);
        // Each group holds its members to its own limit too. In a container the innermost that can
        // be seen is its own, mounted as if it were the outermost.
        while (group) {
            const auto share = share_of(root / version.mounted / *group, version);
            if (share && (!least || *share < *least)) {
                least = share;
            }
            group = group->empty() ? std::nullopt : std::optional(group->parent_path());
        }
    }
    return least;
}

std::size_t processors() {
    const std::size_t machine = std::max(std::thread::hardware_concurrency(), 1U);
    return std::min(processors_of_groups("/").value_or(machine), machine);
}

} // namespace drf_messages
