// SPDX-License-Identifier: MIT
#include "sql/client_library.hpp"

#include "sql/error.hpp"

#include <dlfcn.h>

#include <utility>

namespace drf_messages::sql {

ClientLibrary::ClientLibrary(std::string file, std::string package)
    : file_(std::move(file)), package_(std::move(package)),
      // global, as if it were linked: its plug-ins take its functions from there
      handle_(::dlopen(file_.c_str(), RTLD_NOW | RTLD_GLOBAL)) {
    if (handle_ == nullptr) {
        fail(::dlerror());
    }
}

void* ClientLibrary::address_of(const char* name) const {
    void* const address = ::dlsym(handle_, name);
    if (address == nullptr) {
        fail(file_ + " has no function " + name);
    }
    return address;
}

void ClientLibrary::fail(const std::string& reason) const {
    throw Error(
        ErrorKind::other,
        "open the database's client library",
        {},
        reason + " (Debian's package is " + package_ + ")"
    );
}

} // namespace drf_messages::sql
