// SPDX-License-Identifier: MIT
#pragma once

#include "admin/lookup_regex.hpp"
#include "store/admin_list.hpp"
#include "store/user_table.hpp"
#include "text/datetime.hpp"

#include <drf_messages/condition.hpp>
#include <drf_messages/settings.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::admin {

/// A parameter of the list's URL.
struct Parameter {
    std::string name;
    std::vector<std::string> values; ///< one or more: any of them
};

/// What the parameters ask of the messages, by what it costs to answer.
struct Lookups {
    std::vector<Condition> served;     ///< by an index that Django makes, or a handful of ids
    std::vector<Condition> by_created; ///< by the index on created, where there is one
    std::vector<Condition> filters;    ///< the choices of filters, which no index serves
    std::vector<Condition> typed;      ///< what else no index serves
    std::vector<store::RowTest> tests; ///< what is asked of each row
    /// What the tests may take together.
    std::shared_ptr<MatchingTime> matching = std::make_shared<MatchingTime>();
};

/// What reading a parameter depends on.
struct LookupContext {
    const Settings& settings;
    const text::TimeZone& zone;
    const store::UserTable& users;
    /// The ids of the messages whose tags' ids compare so.
    std::function<std::vector<FieldValue>(Lookup, std::vector<std::int64_t>)> messages_of_tags;
};

/// What Django's admin makes of lookups that are typed into the URL. Absent where a name is unknown
/// or a value cannot be read, or where there are too many of those that take long. Throws
/// middleware::BadRequest for a column of another table.
/// - Session keys can be compared as a whole only: who may not read them cannot guess them letter
///   by letter.
/// - Django: contrib/admin/views/main.py, ChangeList.get_filters; options.py, lookup_allowed.
std::optional<Lookups>
read_lookups(const std::vector<Parameter>& parameters, const LookupContext& context);

} // namespace drf_messages::admin
