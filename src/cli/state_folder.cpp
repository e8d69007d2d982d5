// SPDX-License-Identifier: MIT
#include "cli/state_folder.hpp"

#include "cli/commands.hpp"
#include "config/secret_file.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <variant>

namespace drf_messages::cli {
namespace {

constexpr std::size_t key_bytes = 32;

Failure failure(std::string_view what) {
    return Failure(fmt::format("DRF_MESSAGES_STATE_DIR: {}", what));
}

std::string mount_advice(const config::StateFolder& folder) {
    return fmt::format("mount a volume there (docker run -v messages:{})", folder.path);
}

/// What makes a file usable that this user may not use.
std::string owner_advice(const config::StateFolder& folder, uid_t owner) {
    const uid_t user = ::geteuid();
    if (owner == user) {
        return fmt::format("it is this user's own: chmod -R u+rwX {}", folder.path);
    }
    return fmt::format(
        "it belongs to user {}; {}give it to this one: chown -R {} {}",
        owner,
        owner == 0 ? "" : fmt::format("run as that one (docker run --user {}), or ", owner),
        user,
        folder.path
    );
}

/// - may: of access(2).
void require(const config::StateFolder& folder, const std::string& path, int may) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 && errno == ENOENT) {
        return;
    }
    if (::faccessat(AT_FDCWD, path.c_str(), may, AT_EACCESS) == 0) {
        return;
    }
    const int error = errno;
    if (error == EROFS) {
        throw failure(fmt::format(
            "{} is on a file system that is read-only here; {}", path, mount_advice(folder)
        ));
    }
    if (error != EACCES) {
        throw failure(fmt::format("{}: {}", path, std::strerror(error)));
    }
    throw failure(fmt::format(
        "{} may not be {} by this user ({}): {}",
        path,
        (may & W_OK) != 0 ? "written" : "read",
        ::geteuid(),
        owner_advice(folder, status.st_uid)
    ));
}

/// Under a name of its own, until it is whole and on the disk.
class NewFile {
public:
    explicit NewFile(const std::string& wanted) : name_(wanted + ".XXXXXX") {
        descriptor_ = ::mkostemp(name_.data(), O_CLOEXEC); // readable by this user alone
    }
    ~NewFile() {
        if (descriptor_ != -1) {
            ::close(descriptor_);
            ::unlink(name_.c_str());
        }
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    bool write(std::string_view text) const {
        return descriptor_ != -1 &&
               ::write(descriptor_, text.data(), text.size()) ==
                   static_cast<ssize_t>(text.size()) &&
               ::fsync(descriptor_) == 0;
    }

    /// Whether the name has a file afterwards: this one, or another process's that was first.
    bool publish(const std::string& wanted) const {
        if (::link(name_.c_str(), wanted.c_str()) == 0 || errno == EEXIST) {
            return true;
        }
        // a file system without links
        return ::rename(name_.c_str(), wanted.c_str()) == 0;
    }

private:
    std::string name_;
    int descriptor_ = -1;
};

} // namespace

void prepare_state_folder(const config::StateFolder& folder) {
    std::error_code error;
    const auto type = std::filesystem::status(folder.path, error).type();
    if (type == std::filesystem::file_type::not_found) {
        if (::mkdir(folder.path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
            throw failure(fmt::format(
                "{} is not there and cannot be made: {}; {}",
                folder.path,
                std::strerror(errno),
                mount_advice(folder)
            ));
        }
    } else if (type != std::filesystem::file_type::directory && type != std::filesystem::file_type::none) {
        throw failure(fmt::format("{} is no folder", folder.path));
    }
    require(folder, folder.path, R_OK | W_OK | X_OK);
    require(folder, folder.secret_key(), R_OK);
    require(folder, folder.database(), R_OK | W_OK);
}

std::string state_secret_key(const config::StateFolder& folder) {
    const std::string path = folder.secret_key();
    if (!std::filesystem::exists(path)) {
        const NewFile file(path);
        if (!file.write(crypto::hex(crypto::system_random_bytes(key_bytes)) + '\n') ||
            !file.publish(path)) {
            throw failure(fmt::format("{} cannot be written: {}", path, std::strerror(errno)));
        }
    }
    const auto key = config::read_secret(path);
    if (const auto* const unreadable = std::get_if<config::Unreadable>(&key)) {
        throw failure(fmt::format("{} {}", path, unreadable->why));
    }
    return std::get<std::string>(key);
}

} // namespace drf_messages::cli
