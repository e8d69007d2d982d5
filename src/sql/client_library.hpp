// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace drf_messages::sql {

/// The client library of a database, opened when the first connection is wanted and kept until the
/// end: whoever uses another database carries neither it nor what it needs in turn (Kerberos, LDAP,
/// another TLS), about two megabytes each.
class ClientLibrary {
public:
    /// - file: as the dynamic linker looks for it, "libpq.so.5"
    /// - package: Debian's, for the error
    /// Throws Error (other) when it cannot be opened.
    ClientLibrary(std::string file, std::string package);

    /// Throws Error (other) when the library is too old to have that function.
    template<class Function>
    void find(Function*& function, const char* name) const {
        function = reinterpret_cast<Function*>(address_of(name));
    }

private:
    void* address_of(const char* name) const;
    [[noreturn]] void fail(const std::string& reason) const;

    std::string file_;
    std::string package_;
    void* handle_;
};

} // namespace drf_messages::sql
