// SPDX-License-Identifier: MIT
#pragma once

/// Marks what the shared library exports; everything else stays hidden.
#define DRF_MESSAGES_API __attribute__((visibility("default")))
