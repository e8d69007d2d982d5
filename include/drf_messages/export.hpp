// SPDX-License-Identifier: MIT
#pragma once

/// What the shared library shows; everything else stays hidden in it.
#define DRF_MESSAGES_API __attribute__((visibility("default")))
