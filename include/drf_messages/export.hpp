// SPDX-License-Identifier: MIT
#pragma once

// Every public header begins with this one.
#if __cplusplus < 202002L
#error "drf_messages needs C++20: compile with -std=c++20"
// There is no such file, so that this is all the compiler says.
#include <compile with -std=c++20>
#endif

/// Marks what the shared library exports; everything else stays hidden.
#define DRF_MESSAGES_API __attribute__((visibility("default")))
