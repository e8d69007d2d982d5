// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>
#include <drf_messages/time.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::accounts {

/// SESSION_FILE_PATH, or the folder for temporary files where Python finds it.
std::filesystem::path session_folder(const Settings& settings);

/// One file that several processes read and write at the same time, as Django's file engine does: a
/// reader sees either the old content or the new. None of these functions follows a symbolic link,
/// waits for a FIFO, or names the file in an error.
struct SessionFile {
    std::string content;
    Timestamp modified;
};

/// Absent when there is no such file, or it is not a regular file. Throws SessionStoreError when it
/// cannot be read.
/// - Content beyond the greatest size of a session is cut off.
std::optional<SessionFile> read_session_file(const std::string& path);

/// An empty file; false when the name is taken. Throws SessionStoreError.
bool create_session_file(const std::string& path);

/// Replaces the content of an existing file; false when there is none, even if it is removed
/// meanwhile. Mode 600. Throws SessionStoreError, and then keeps the old file.
bool replace_session_file(const std::string& path, std::string_view content);

/// The file counts as modified now; false when there is none. Throws SessionStoreError.
bool touch_session_file(const std::string& path);

/// Throws SessionStoreError when the file is still there.
void remove_session_file(const std::string& path);

} // namespace drf_messages::accounts
