// SPDX-License-Identifier: MIT
#pragma once

#include "api/pagination/pagination.hpp"
#include "api/resource/filters.hpp"
#include "api/resource/message_serializer.hpp"
#include "messages/db_storage.hpp"
#include "support/connection_access.hpp"
#include "support/database.hpp"
#include "text/json.hpp"
#include "unit/api/in_english.hpp"

#include <drf_messages/settings.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::test {

/// What a client does with the list of one user: pages over a real storage, each request with a
/// storage of its own.
class ListClient {
public:
    ListClient(Given& given, const UserId& user, const Settings& settings)
        : given_(given), user_(user), settings_(settings),
          zone_(*text::TimeZone::find(settings.time_zone)), serializer_(settings, zone_),
          pagination_(
              api::make_pagination(settings, settings.rest_framework.default_pagination_class)
          ) {}

    /// The body of the answer to GET `url`; without marking, to HEAD. Throws what a view throws.
    std::string get(std::string_view url, bool marks = true) {
        const auto question = url.find('?');
        const auto query = *http::QueryDict::parse(
            question == std::string_view::npos ? std::string_view() : url.substr(question + 1), 1000
        );
        given_.now += std::chrono::seconds(1);
        const auto before = given_.connection().statement_count();
        test::ConnectionAccess database(given_.connection(), settings_, given_.clock());
        messages::DBStorage storage(database, {user_, false, {}}, "");
        MessageQuery wanted;
        wanted.where = Condition::all_of(
            {api::filter_condition(query, settings_, api::english_moments(zone_)),
             api::search_condition(query, "search", differences_)}
        );
        wanted.order = api::ordering(query, "ordering");
        const api::PageSource source{
            [&](const MessageQuery& q) { return storage.count(q); },
            [&](const MessageQuery& q, std::optional<std::size_t> most) {
                return storage.fetch(q, marks, most);
            }};
        const auto page = pagination_->paginate(
            {query,
             [&] { return std::string(url); },
             given_.clock(),
             differences_,
             marks,
             api::wanted_unread(query) == true,
             settings_.messages_delete_read,
             has_ordering_filter() ? api::asked_ordering(query, "ordering")
                                   : std::vector<OrderBy>()},
            wanted,
            source
        );
        text::JsonWriter json{text::JsonStyle{}};
        page.wrap(json, [&](text::JsonWriter& results) {
            serializer_.write_list(results, page.messages);
        });
        statements = given_.connection().statement_count() - before;
        storage.update();
        return json.take();
    }

    /// An answer: the ids that it shows, and its links, empty for null.
    struct Answer {
        std::vector<std::int64_t> ids;
        std::string next;
        std::string previous;
    };
    Answer page(std::string_view url, bool marks = true) {
        const auto body = boost::json::parse(get(url, marks));
        const auto link = [&](const char* name) {
            const auto& value = body.at(name);
            return value.is_null() ? std::string() : std::string(value.as_string());
        };
        Answer answer{{}, link("next"), link("previous")};
        for (const auto& message : body.at("results").as_array()) {
            answer.ids.push_back(message.at("id").as_int64());
        }
        return answer;
    }

    std::uint64_t statements = 0; ///< that the last answer cost

private:
    bool has_ordering_filter() const {
        const auto& backends = settings_.rest_framework.default_filter_backends;
        return std::find(
                   backends.begin(), backends.end(), "rest_framework.filters.OrderingFilter"
               ) != backends.end();
    }

    Given& given_;
    UserId user_;
    const Settings& settings_;
    model::Differences differences_{}; ///< none
    text::TimeZone zone_;
    api::MessageSerializer serializer_;
    std::unique_ptr<api::Pagination> pagination_;
};

} // namespace drf_messages::test
