// SPDX-License-Identifier: MIT
#include "base/processors.hpp"
#include "support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::Le;

struct Case {
    std::string what;
    std::string groups;                                     ///< /proc/self/cgroup
    std::vector<std::pair<std::string, std::string>> files; ///< below /sys/fs/cgroup
    std::optional<std::size_t> share;
};

const std::string version_1 = "5:memory:/a\n3:cpu,cpuacct:/docker/a\n1:name=systemd:/docker/a\n";

class ShareOfProcessors : public testing::TestWithParam<Case> {};

TEST_P(ShareOfProcessors, IsThatOfTheNarrowestGroupRoundedUp) {
    const test::TempFolder root;
    std::filesystem::create_directories(root / "proc/self");
    if (!GetParam().groups.empty()) {
        std::ofstream(root / "proc/self/cgroup") << GetParam().groups;
    }
    for (const auto& [name, text] : GetParam().files) {
        const std::filesystem::path file = root / "sys/fs/cgroup" / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    EXPECT_EQ(processors_of_groups(root.path()), GetParam().share);
}

INSTANTIATE_TEST_SUITE_P(
    Groups,
    ShareOfProcessors,
    testing::Values(
        Case{"NoGroups", "", {}, std::nullopt},
        Case{"NoFiles", "0::/\n", {}, std::nullopt},
        Case{"NoLimit", "0::/\n", {{"cpu.max", "max 100000\n"}}, std::nullopt},
        Case{"ContainerOfItsOwn", "0::/\n", {{"cpu.max", "200000 100000\n"}}, 2},
        Case{"PartOfAProcessor", "0::/\n", {{"cpu.max", "10000 100000\n"}}, 1},
        Case{"RoundedUp", "0::/\n", {{"cpu.max", "250001 100000\n"}}, 3},
        Case{"OtherPeriod", "0::/\n", {{"cpu.max", "40000 20000\n"}}, 2},
        Case{
            "Service",
            "0::/system.slice/drf-messages.service\n",
            {{"system.slice/drf-messages.service/cpu.max", "300000 100000\n"},
             {"system.slice/cpu.max", "max 100000\n"}},
            3},
        Case{
            "GroupAboveIsNarrower",
            "0::/pod/container\n",
            {{"pod/container/cpu.max", "800000 100000\n"}, {"pod/cpu.max", "200000 100000\n"}},
            2},
        Case{
            "OfAnotherGroup",
            "0::/mine\n",
            {{"mine/cpu.max", "max 100000\n"}, {"other/cpu.max", "100000 100000\n"}},
            std::nullopt},
        Case{
            "GroupOfTheHostSeenFromTheContainer",
            "0::/docker/a\n",
            {{"cpu.max", "100000 100000\n"}},
            1},
        Case{
            "Version1",
            version_1,
            {{"cpu/docker/a/cpu.cfs_quota_us", "350000\n"},
             {"cpu/docker/a/cpu.cfs_period_us", "100000\n"}},
            4},
        Case{
            "Version1InTheContainer",
            version_1,
            {{"cpu/cpu.cfs_quota_us", "150000\n"}, {"cpu/cpu.cfs_period_us", "100000\n"}},
            2},
        Case{
            "Version1NoLimit",
            version_1,
            {{"cpu/cpu.cfs_quota_us", "-1\n"}, {"cpu/cpu.cfs_period_us", "100000\n"}},
            std::nullopt},
        Case{"NoPeriod", version_1, {{"cpu/cpu.cfs_quota_us", "150000\n"}}, std::nullopt},
        Case{
            "BothVersions",
            version_1 + "0::/docker/a\n",
            {{"unified/docker/a/cpu.max", "100000 100000\n"},
             {"cpu/cpu.cfs_quota_us", "300000\n"},
             {"cpu/cpu.cfs_period_us", "100000\n"}},
            3},
        Case{"NoSense", "0:\n:::\n\n0::/\n", {{"cpu.max", "2 cores\n"}}, std::nullopt}
    ),
    [](const auto& info) { return info.param.what; }
);

TEST(Processors, AreAtLeastOneAndNoMoreThanTheMachineHas) {
    EXPECT_THAT(processors(), AllOf(Ge(1U), Le(std::max(std::thread::hardware_concurrency(), 1U))));
}

} // namespace
} // namespace drf_messages
