// SPDX-License-Identifier: MIT
#include "cli/run.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

namespace {

/// Turns the terminal's echo off, for as long as it lives.
class Silence {
public:
    Silence() {
        if (::tcgetattr(STDIN_FILENO, &before_) == 0) {
            termios quiet = before_;
            quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
        }
    }
    ~Silence() {
        if (changed_) {
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        }
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

private:
    termios before_{};
    bool changed_ = false;
};

std::optional<std::string> ask(std::string_view prompt) {
    std::cerr << prompt << std::flush;
    std::string line;
    return std::getline(std::cin, line) ? std::optional(line) : std::nullopt;
}

std::optional<std::string> ask_secret(std::string_view prompt) {
    std::optional<std::string> line;
    {
        const Silence silence;
        line = ask(prompt);
    }
    std::cerr << '\n';
    return line;
}

/// A standard stream that was closed must not be the next socket or file that is opened: the log
/// would be written into it. Reading finds nothing here and writing fails, as with a closed one.
void keep_standard_streams() {
    for (int stream = 0; stream <= STDERR_FILENO; ++stream) {
        if (::fcntl(stream, F_GETFD) == -1 && errno == EBADF) {
            // takes the lowest free number, which is this one
            if (::open("/dev/null", O_RDONLY) == -1) {
                return;
            }
        }
    }
}

/// The first process of a container has no defaults for signals: a command would go on as if
/// nobody had asked it to end. `serve` takes them itself.
void end_by_signals() {
    if (::getpid() == 1) {
        for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
            std::signal(signal, [](int number) { std::_Exit(128 + number); });
        }
    }
}

} // namespace

int main(int count, char** words) {
    keep_standard_streams();
    end_by_signals();
    // A file that may not grow further (ulimit -f) is an error to report, not the end.
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        std::ios::sync_with_stdio(false);
        drf_messages::cli::World world{
            std::cin, std::cout, std::cerr, drf_messages::config::process_environment()};
        if (::isatty(STDIN_FILENO) != 0) {
            world.ask_secret = ask_secret;
            world.ask = ask;
        }
        world.out_is_terminal = ::isatty(STDOUT_FILENO) != 0;
        world.err_is_terminal = ::isatty(STDERR_FILENO) != 0;
        return drf_messages::cli::run({words + (count > 0 ? 1 : 0), words + count}, world);
    } catch (const std::exception& error) {
        std::cerr << "drf-messages: " << error.what() << '\n';
        return 1;
    }
}
