// SPDX-License-Identifier: MIT
#pragma once

#include "config/state_folder.hpp"

#include <string>

namespace drf_messages::cli {

/// Makes the folder where it is missing. Throws Failure, with what to do, where this user cannot
/// keep a database and a key in it.
void prepare_state_folder(const config::StateFolder& folder);

/// The folder's secret key, made where there is none yet. Of several processes that start at once
/// all get the same.
std::string state_secret_key(const config::StateFolder& folder);

} // namespace drf_messages::cli
