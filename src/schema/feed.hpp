// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::schema {

// The feed: what happens to messages, noted by triggers in the transaction of whoever writes.
// Three tables of our own, to which nothing refers and which refer to nothing. `user_id` and
// `session_key` have the types that they have in drf_messages_message, times (`at`, `held_until`)
// are milliseconds since 1970 by the database's clock:
//
//   drf_messages_server_change  what has no position yet
//       id           ascending key, given by the database
//       user_id      null: kind 9, and kind 2 of a message that is yet to be looked up (below)
//       session_key  null: of any of the user's sessions
//       message_id   null: kind 9
//       kind         1 created, 2 changed, 3 deleted, 9 everything (TRUNCATE on PostgreSQL)
//       at
//       index drf_messages_server_change_user (user_id), but on SQLite
//   drf_messages_server_feed    what has one
//       position     key, on SQLite given by the database
//       user_id, session_key, message_id (null: many), kind, at
//       index drf_messages_server_feed_user (user_id, position)
//   drf_messages_server_info    one row, without which there is no feed
//       id           1
//       epoch        up to 16 digits and small letters; another one: everybody lists again
//       position     the last that was given; on SQLite as it was at the begin of the epoch
//       trimmed_to   up to here rows may be missing in feed
//       holder, held_until   who has the lease, and until when; null: nobody
//       source       what the sequencer knows Django's tables by; null: nothing yet
//
// A message that gets another user is deleted for the one and created for the other; one that gets
// another session is changed, with a session_key of null. Of one message there may be a row
// `changed` behind the row `deleted`, by a transaction that saw it alive: what a row says is a
// reason to look, and what is there then counts.
//
// On servers every trigger writes into `change`. On SQLite, which has one writer, those of messages
// write into `feed` at once.
//
// A tag's trigger knows the message's id, not its user. Where it may not read the table of messages
// it leaves a row without user in `change`, on SQLite too: (message_id, kind 2). Whoever takes the
// row from there completes it from drf_messages_message, and drops it if the message is gone, which
// has been reported as deleted.
// - SQLite: it refuses to rename a table while a trigger names one that is not there, so with such
//   a trigger Django could not rebuild the table of messages. Only right behind a row of `feed`
//   about the same message, which is the rule for new tags, that row is repeated as changed.
// - MariaDB: reading would lock the message, and so let Django's transactions wait for each other.
//   A new tag's message is locked anyway, for the foreign key; a row without user is left when a
//   tag is changed or deleted.

inline constexpr std::string_view change_table = "drf_messages_server_change";
inline constexpr std::string_view feed_table = "drf_messages_server_feed";
inline constexpr std::string_view info_table = "drf_messages_server_info";

/// Makes what missing_of_feed() names, with a new epoch, since changes may have gone unnoticed.
/// Returns whether anything was missing. In a transaction where the database can do that; else
/// (MariaDB) what was interrupted is completed by the next call. Waits for writers of Django's
/// tables in short turns, so that nobody waits behind it for long. On servers hold a MigrationLock.
/// Throws sql::Error, kind `denied` where the account may not make tables or triggers.
bool install_feed(sql::Connection& connection);

/// Takes away all of it, triggers first. Returns whether anything was there.
bool remove_feed(sql::Connection& connection);

/// The tables and triggers of the feed that are not there, or switched off, by their names;
/// `drf_messages_server_info` also where its row is missing, or has no epoch.
std::vector<std::string> missing_of_feed(sql::Connection& connection);

/// Whether any part of it is there.
bool has_part_of_feed(sql::Connection& connection);

/// What install_feed() does to a database that has nothing of it, as a script for an administrator,
/// who may run it again, with the rights that the connection's account needs then.
std::string feed_sql(sql::Connection& connection);

/// What remove_feed() does, likewise.
std::string feed_removal_sql(sql::Connection& connection);

} // namespace drf_messages::schema
