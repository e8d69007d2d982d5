// SPDX-License-Identifier: MIT
#pragma once

#include "support/temp_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drf_messages::cache {

/// HOST:PORT of a server that tests/support/servers.py has started.
inline std::string running_server(const char* variable) {
    const char* const address = std::getenv(variable);
    if (address == nullptr) {
        throw std::runtime_error(std::string(variable) + " is not set: run through servers.py");
    }
    return address;
}

/// A server of a test's own, on a Unix socket in a folder of its own, that can die and come back.
class OwnServer {
public:
    /// - command: the program and its arguments; "{}" stands for the socket's path.
    explicit OwnServer(std::vector<std::string> command) : command_(std::move(command)) {
        for (auto& word : command_) {
            if (word == "{}") {
                word = socket();
            }
        }
        start();
    }
    ~OwnServer() { kill(); }
    OwnServer(const OwnServer&) = delete;
    OwnServer& operator=(const OwnServer&) = delete;

    std::string socket() const { return (folder_ / "socket").string(); }

    void start() {
        process_ = ::fork();
        if (process_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::chdir(folder_.path().c_str());
            const int null = ::open("/dev/null", O_RDWR);
            for (const int fd : {0, 1, 2}) {
                ::dup2(null, fd);
            }
            std::vector<char*> words;
            for (auto& word : command_) {
                words.push_back(word.data());
            }
            words.push_back(nullptr);
            ::execvp(words[0], words.data());
            ::_exit(127);
        }
        for (int i = 0; i < 1000 && !answers(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ASSERT_TRUE(answers()) << command_[0] << " does not start";
    }

    void kill() { signal(SIGKILL); }
    /// Still there, with its connections, but silent.
    void freeze() const { ::kill(process_, SIGSTOP); }
    void thaw() const { ::kill(process_, SIGCONT); }

private:
    void signal(int number) {
        if (process_ > 0) {
            ::kill(process_, number);
            ::waitpid(process_, nullptr, 0);
            process_ = -1;
        }
    }

    bool answers() const {
        const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        socket().copy(address.sun_path, sizeof address.sun_path - 1);
        const bool connected =
            ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(fd);
        return connected;
    }

    std::vector<std::string> command_;
    test::TempFolder folder_;
    pid_t process_ = -1;
};

} // namespace drf_messages::cache
