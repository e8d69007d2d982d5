// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"
#include "config/load.hpp"

#include <optional>
#include <string>

namespace drf_messages::config {

/// The folder for what has to last, where DRF_MESSAGES_STATE_DIR names one: the database and the
/// secret key of a server to which nobody has named others.
struct StateFolder {
    std::string path; ///< absolute

    std::string database() const { return path + "/db.sqlite3"; }
    std::string secret_key() const { return path + "/secret_key"; }
};

std::optional<StateFolder> state_folder(const Environment& environment);

/// Puts the folder's database into a document that names none, and with it the folder's key where
/// this user may read one and the document has none. A key for several servers is nobody's to make:
/// beside another database it has to be named.
void use_state_folder(Node::Table& document, const StateFolder& folder);

} // namespace drf_messages::config
