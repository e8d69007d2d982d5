// SPDX-License-Identifier: MIT
#include "admin/delete_selected.hpp"

#include "admin/changelist_results.hpp"
#include "admin/confirmation.hpp"
#include "store/admin_messages.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

using namespace std::chrono_literals;

constexpr std::ptrdiff_t shown_most = 100;
constexpr auto counted_for = 1s;

/// As far as the selection is counted.
struct Counted {
    std::vector<MessageId> ids;
    std::int64_t tags = 0;
};

Counted count(sql::Connection& connection, Selection& selection) {
    constexpr int at_once = 1'000;
    const auto end = std::chrono::steady_clock::now() + counted_for;
    Counted counted;
    while (!selection.is_done() && std::ssize(counted.ids) <= most_counted &&
           std::chrono::steady_clock::now() < end) {
        const auto ids = ids_of(selection.next(connection, at_once));
        counted.tags += store::count_tags(connection, ids);
        counted.ids.insert(counted.ids.end(), ids.begin(), ids.end());
    }
    return counted;
}

/// Those with the highest ids, in the order of the list.
std::vector<Message> shown_messages(Page& page, const std::vector<MessageId>& ids) {
    const auto shown = static_cast<std::size_t>(std::min(std::ssize(ids), shown_most));
    MessageQuery query;
    query.where = store::with_ids(std::span(ids).last(shown));
    query.order = {{Field::created, true}, {Field::id, true}};
    return store::select_messages(
        page.request.database(),
        store::everybodys_messages(page.request.site.users),
        query,
        page.request.site.log
    );
}

std::vector<MessageId> shown_ids(const std::vector<Message>& messages) {
    std::vector<MessageId> ids;
    ids.reserve(messages.size());
    for (const Message& message : messages) {
        ids.push_back(message.id);
    }
    return ids;
}

} // namespace

http::Response confirm_deletion(
    Page& page,
    const ActionForm& form,
    Selection selection,
    const std::optional<store::WindowEdge>& edge,
    const std::string& list_url
) {
    const Counted counted = count(page.request.database(), selection);
    const bool more = !selection.is_done();
    const std::int64_t messages = std::ssize(counted.ids);
    auto shown = shown_messages(page, counted.ids);
    // Where all are shown, these and no others are deleted.
    ActionRest rest{.through = selection.through(), .edge = edge};
    if (!more && std::ssize(shown) == messages) {
        rest.ids = shown_ids(shown);
    } else if (!form.across) {
        rest.ids = more ? form.ids : counted.ids;
    }
    return ask(
        page,
        Deletes::many,
        page.crumbs(),
        {.question = page.say(
             "Are you sure you want to delete the selected {}? All of the following objects and "
             "their related items will be deleted:",
             std::array{page.say(messages == 1 ? "message" : "messages")}
         ),
         .deletion =
             {.messages = {messages, more},
              .tags = {counted.tags, more},
              .shown = std::move(shown)},
         .fields = next_form(form.action, rest),
         .cancel_url = list_url}
    );
}

} // namespace drf_messages::admin
