// SPDX-License-Identifier: MIT
#include "server/socket_access.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace drf_messages::server {
namespace {

constexpr std::size_t longest_group_bytes = 16UL * 1024 * 1024; // one of very many members

std::optional<gid_t> number_of(const std::string& group) {
    gid_t number = 0;
    const char* const end = group.data() + group.size();
    const auto [last, error] = std::from_chars(group.data(), end, number);
    const bool is_number = error == std::errc() && last == end;
    // The largest one means "as it is".
    return is_number && number != std::numeric_limits<gid_t>::max() ? std::optional(number)
                                                                    : std::nullopt;
}

/// The group of that name or, as chgrp takes it, of that number.
std::optional<gid_t> find_group(const std::string& group) {
    std::vector<char> buffer(1024);
    struct group entry {};
    struct group* found = nullptr;
    while (::getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found) == ERANGE &&
           buffer.size() < longest_group_bytes) {
        buffer.resize(buffer.size() * 2);
    }
    return found != nullptr ? std::optional(found->gr_gid) : number_of(group);
}

bool is_member(gid_t group) {
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    return group == ::getegid() || std::find(groups.begin(), groups.end(), group) != groups.end();
}

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error(what + std::generic_category().message(errno));
}

} // namespace

std::optional<std::string> group_problem(const std::string& group) {
    if (group.empty()) {
        return std::nullopt;
    }
    const auto found = find_group(group);
    if (!found) {
        return "there is no group \"" + group + "\"";
    }
    if (::geteuid() != 0 && !is_member(*found)) {
        return "this user is not in the group " + group +
               ", to which the socket is to belong; put it there (usermod -aG " + group +
               " USER, or SupplementaryGroups=" + group + " in the systemd unit)";
    }
    return std::nullopt;
}

void give_access(const std::string& path, const SocketAccess& access) {
    if (const auto problem = group_problem(access.group)) {
        throw std::runtime_error(*problem);
    }
    if (!access.group.empty() &&
        ::lchown(path.c_str(), static_cast<uid_t>(-1), *find_group(access.group)) != 0) {
        fail("its group cannot be set: ");
    }
    // Not by way of a link that somebody has put there meanwhile.
    if (::fchmodat(AT_FDCWD, path.c_str(), access.mode, AT_SYMLINK_NOFOLLOW) != 0) {
        fail("its mode cannot be set: ");
    }
}

} // namespace drf_messages::server
