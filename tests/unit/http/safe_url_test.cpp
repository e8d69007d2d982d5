// SPDX-License-Identifier: MIT
#include "http/safe_url.hpp"

#include <gtest/gtest.h>

namespace drf_messages::http {
namespace {

// Most of them are those of Django's own test, tests/utils_tests/test_http.py.
TEST(SafeUrl, StaysOnThisHost) {
    for (const char* good :
         {"/view/?param=http://example.com",
          "/view/?param=https://example.com",
          "/view?param=ftp://example.com",
          "view/?param=//example.com",
          "https://testserver/",
          "HTTPS://testserver/",
          "//testserver/",
          "http://testserver/confirm?email=me@example.com",
          "/url%20with%20spaces/",
          "path/http:2222222222",
          " /padded/ ",
          "\xC2\xA0/padded/"}) {
        EXPECT_TRUE(url_has_allowed_host_and_scheme(good, "testserver", false)) << good;
    }
    for (const char* bad :
         {"http://example.com",
          "http:///example.com",
          "https://example.com",
          "ftp://testserver",
          "\\\\example.com",
          "\\\\\\example.com",
          "/\\\\/example.com",
          "\\\\\\example.com",
          "\\\\//example.com",
          "/\\/example.com",
          "\\/example.com",
          "/\\example.com",
          "http:///example.com",
          "http:/\\//example.com",
          "http:\\/example.com",
          "http:/\\example.com",
          "javascript:alert(\"XSS\")",
          "\njavascript:alert(x)",
          "\x08//example.com",
          "http://otherserver\\@example.com",
          "http:\\\\testserver\\@example.com",
          "http://testserver\\me:pass@example.com",
          "http://testserver\\@example.com",
          "http:\\\\testserver\\confirm\\me@example.com",
          "http:999999999",
          "ftp:9999999999",
          "1:2",
          "http://[2001:cdba:0000:0000:0000:0000:3257:9652/",
          "http://2001:cdba:0000:0000:0000:0000:3257:9652]/",
          "//testserver:80/",
          "http://TESTSERVER/",
          "\xE2\x80\xAE//testserver/",
          "",
          " ",
          "\n"}) {
        EXPECT_FALSE(url_has_allowed_host_and_scheme(bad, "testserver", false)) << bad;
    }
}

TEST(SafeUrl, KeepsAnEncryptedConnection) {
    EXPECT_TRUE(url_has_allowed_host_and_scheme("https://testserver/p", "testserver", true));
    EXPECT_TRUE(url_has_allowed_host_and_scheme("/p", "testserver", true));
    EXPECT_FALSE(url_has_allowed_host_and_scheme("http://testserver/p", "testserver", true));
    EXPECT_FALSE(url_has_allowed_host_and_scheme("//testserver/p", "testserver", true));
}

} // namespace
} // namespace drf_messages::http
