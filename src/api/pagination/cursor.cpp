// SPDX-License-Identifier: MIT
#include "accounts/session_engine.hpp"
#include "api/exchange/errors.hpp"
#include "api/pagination/cursor_links.hpp"
#include "api/pagination/cursor_token.hpp"
#include "api/pagination/parts.hpp"
#include "api/wire/datetime_field.hpp"
#include "http/url.hpp"
#include "model/site_time.hpp"
#include "store/message_keyset.hpp"
#include "text/ascii.hpp"
#include "text/datetime.hpp"
#include "text/python_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages::api {
namespace {

constexpr std::int64_t default_offset_cutoff = 1000;

std::optional<Field> field_by_name(std::string_view name) {
    constexpr std::pair<std::string_view, Field> fields[] = {
        {"id", Field::id},
        {"pk", Field::id},
        {"created", Field::created},
        {"read_at", Field::read_at},
        {"level", Field::level},
        {"view", Field::view},
        {"message", Field::message}};
    const auto* found = std::find_if(std::begin(fields), std::end(fields), [&](const auto& field) {
        return field.first == name;
    });
    return found == std::end(fields) ? std::nullopt : std::optional(found->second);
}

/// The attribute `ordering`; the model's order where it is None.
std::vector<OrderBy> ordering_attribute(const ClassAttributes& attributes) {
    const auto* attribute = attributes.find("ordering");
    if (attribute == nullptr) {
        return {{Field::created, true}};
    }
    const auto* single = std::get_if<std::string>(&attribute->value);
    const auto names = single != nullptr && !single->empty() ? std::vector<std::string>{*single}
                                                             : *attributes.text_list("ordering");
    std::vector<OrderBy> order;
    for (std::string_view name : names) {
        const bool descending = name.starts_with('-');
        const auto field = field_by_name(descending ? name.substr(1) : name);
        if (!field) {
            attributes.refuse("ordering", fmt::format("cannot page by {}", name));
        }
        order.push_back({*field, descending});
    }
    return order.empty() ? MessageQuery().order : order;
}

std::vector<OrderBy> mirrored(std::vector<OrderBy> order) {
    for (auto& by : order) {
        by.descending = !by.descending;
    }
    return order;
}

/// Whether two texts may be equal to a database, whose collation may ignore case, accents, blanks
/// at the end and characters that nobody sees.
bool may_be_equal(std::string_view a, std::string_view b) {
    const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
    if (!std::all_of(a.begin(), a.end(), is_printable) ||
        !std::all_of(b.begin(), b.end(), is_printable)) {
        return true;
    }
    return text::lowered(text::trimmed(a)) == text::lowered(text::trimmed(b));
}

/// The value of a message from which REST framework makes its position.
FieldValue shown_value(const Message& message, Field field) {
    switch (field) {
    case Field::level:
        return std::int64_t{message.level};
    case Field::created:
        return message.created;
    case Field::read_at:
        return message.read_at ? FieldValue(*message.read_at) : FieldValue();
    case Field::view:
        return message.view;
    case Field::message:
        return message.message;
    default:
        return message.id.value;
    }
}

/// - REST framework: rest_framework/pagination.py, CursorPagination.
class CursorPagination : public Pagination {
public:
    CursorPagination(
        const Settings& settings, const ClassAttributes& attributes, text::TimeZone zone
    )
        : page_size_(settings, attributes),
          cursor_param_(text_attribute(attributes, "cursor_query_param", "cursor")),
          cursor_description_(
              text_attribute(attributes, "cursor_query_description", "The pagination cursor value.")
          ),
          invalid_cursor_message_(
              text_attribute(attributes, "invalid_cursor_message", "Invalid cursor")
          ),
          tokens_(
              integer_attribute(attributes, "offset_cutoff", default_offset_cutoff).value_or(0),
              accounts::secret_keys(settings)
          ),
          order_(ordering_attribute(attributes)), zone_(std::move(zone)), use_tz_(settings.use_tz),
          iso_(iso_forms(settings)), shows_links_(shows_links(attributes)) {}

    Page paginate(const PageRequest& request, MessageQuery query, const PageSource& source)
        const override;

    const std::string& page_parameter() const noexcept override { return cursor_param_; }

    PaginationDescription describe() const override {
        auto description = page_size_.describe();
        description.counts = false;
        if (description.pages) {
            description.parameters.push_back(
                {cursor_param_, cursor_description_, rest::Value::object({{"type", "string"}})}
            );
        }
        return description;
    }

private:
    /// A page while it is made: what was asked, and the rows in the direction of the cursor.
    struct Walk {
        std::optional<CursorToken> token;
        std::vector<OrderBy> order; ///< in which the messages are shown
        bool reverse = false;
        std::int64_t page_size = 0;
        std::optional<Timestamp> unread_as_of;
        std::vector<Message> rows;
        std::optional<Message> following;
        std::vector<OrderKey> keys; ///< of the rows, and of the following one
        /// what the page shows is deleted before the next one is asked for
        bool rows_vanish = false;

        Field field() const { return order.front().field; }
    };
    struct Links {
        std::optional<CursorToken> next;
        std::optional<CursorToken> previous;
    };

    std::optional<CursorToken>
    token_of(const http::QueryDict& query, const std::vector<OrderBy>& order) const;
    FieldValue parse_position(Field field, std::string_view text) const;
    std::string position_text(const FieldValue& position) const;
    Links links(const Walk& walk, const MessageQuery& list, const PageSource& source) const;
    Links exact_links(const Walk& walk) const;
    CursorPage original_page(const Walk& walk) const;
    bool has_plain_positions(const Walk& walk) const;
    bool is_plain(const Message& message, const OrderKey& key, Field field) const;

    [[noreturn]] void refuse() const { throw not_found(invalid_cursor_message_); }

    PageSize page_size_;
    std::string cursor_param_;
    std::string cursor_description_;
    std::string invalid_cursor_message_;
    CursorTokens tokens_;
    std::vector<OrderBy> order_;
    text::TimeZone zone_;
    bool use_tz_;
    text::IsoForms iso_;
    bool shows_links_;
};

Page CursorPagination::paginate(
    const PageRequest& request, MessageQuery query, const PageSource& source
) const {
    const auto size = page_size_.of(request.query);
    if (!size) {
        return whole_list(query, source);
    }
    Walk walk;
    walk.page_size = *size;
    walk.order = store::total_order(request.asked_order.empty() ? order_ : request.asked_order);
    walk.token = token_of(request.query, walk.order);
    walk.reverse = walk.token && walk.token->reverse;
    query.order = walk.order;
    const MessageQuery list = query;

    const bool ours = walk.token && walk.token->is_ours();
    const bool page_leaves = request.marks && request.only_unread;
    const bool by_read_at =
        std::any_of(query.order.begin(), query.order.end(), [](const OrderBy& by) {
            return by.field == Field::read_at;
        });
    if (ours) {
        walk.unread_as_of = walk.token->unread_as_of;
    } else if (page_leaves || by_read_at) {
        walk.unread_as_of = request.clock();
    }
    query.unread_as_of = walk.unread_as_of;

    if (walk.token) {
        query.behind = walk.token->behind;
        query.offset = static_cast<std::uint64_t>(walk.token->offset);
        if (walk.token->position) {
            query.beyond = parse_position(walk.field(), *walk.token->position);
        }
    }
    if (walk.reverse) {
        query.order = mirrored(std::move(query.order));
    }
    query.limit =
        static_cast<std::uint64_t>(std::min(*size, std::numeric_limits<std::int64_t>::max() - 1)) +
        1;
    query.keys = &walk.keys;

    walk.rows = source.fetch(query, static_cast<std::size_t>(*size));
    if (walk.rows.size() > static_cast<std::size_t>(*size)) {
        walk.following = std::move(walk.rows.back());
        walk.rows.pop_back();
    }
    const auto is_unread = [](const Message& message) { return !message.read_at; };
    walk.rows_vanish = request.deletes_read && request.marks &&
                       std::any_of(walk.rows.begin(), walk.rows.end(), is_unread);
    const auto may_move = [&](const Message& message) {
        return !message.read_at || *message.read_at >= *walk.unread_as_of;
    };
    if (!ours && !page_leaves && walk.unread_as_of &&
        std::none_of(walk.rows.begin(), walk.rows.end(), may_move)) {
        // Nothing on the page moves within the order.
        walk.unread_as_of.reset();
    }

    const auto found = links(walk, list, source);
    const auto link = [&](const std::optional<CursorToken>& token) {
        return token ? std::optional(http::replace_query_param(
                           request.absolute_uri(), cursor_param_, tokens_.encode(*token, walk.order)
                       ))
                     : std::nullopt;
    };
    Page page;
    auto next_url = link(found.next);
    auto previous_url = link(found.previous);
    if (request.links != nullptr && shows_links_ && (next_url || previous_url)) {
        *request.links = PageLinks{previous_url, next_url};
    }
    page.wrap = [next = std::move(next_url),
                 previous = std::move(previous_url)](text::JsonWriter& json, const Data& results) {
        json.begin_object();
        write_link(json, "next", next);
        write_link(json, "previous", previous);
        json.key("results");
        results(json);
        json.end_object();
    };
    page.messages = std::move(walk.rows);
    if (walk.reverse) {
        std::reverse(page.messages.begin(), page.messages.end());
    }
    return page;
}

std::optional<CursorToken>
CursorPagination::token_of(const http::QueryDict& query, const std::vector<OrderBy>& order) const {
    const auto text = query.get(cursor_param_);
    if (!text) {
        return std::nullopt;
    }
    auto token = tokens_.decode(*text, order);
    if (!token) {
        refuse();
    }
    return token;
}

/// As Django's get_prep_value of the field reads a lookup's text.
FieldValue CursorPagination::parse_position(Field field, std::string_view text) const {
    if (field == Field::id || field == Field::level) {
        const auto number = text::parse_integer(text);
        if (!number) {
            refuse();
        }
        return saturated(*number);
    }
    if (field != Field::created && field != Field::read_at) {
        if (text.find('\0') != std::string_view::npos) {
            refuse();
        }
        return std::string(text);
    }
    auto civil = text::parse_iso_datetime(text, iso_);
    if (!civil) {
        civil = text::parse_iso_datetime(fmt::format("{}T00:00", text)); // a date as parse_date
    }
    if (!civil) {
        refuse();
    }
    if (civil->utc_offset) {
        return Timestamp(civil->local.time_since_epoch()) - *civil->utc_offset;
    }
    const auto moment = use_tz_ ? zone_.make_aware(civil->local)
                                : std::optional(zone_.nearest_moment(civil->local));
    if (!moment) {
        refuse();
    }
    return *moment;
}

/// Python's str() of the value.
std::string CursorPagination::position_text(const FieldValue& position) const {
    if (const auto* number = std::get_if<std::int64_t>(&position)) {
        return std::to_string(*number);
    }
    if (const auto* moment = std::get_if<Timestamp>(&position)) {
        return use_tz_ ? text::format_python_utc(*moment) : format_naive(zone_.local_at(*moment));
    }
    const auto* text = std::get_if<std::string>(&position);
    return text != nullptr ? *text : "None";
}

/// REST framework's links where these lead to the row beside the page, and our own elsewhere: where
/// more rows share a position than its offset may count, where the direction changes among them,
/// and where reading or deleting moves them meanwhile.
CursorPagination::Links CursorPagination::links(
    const Walk& walk, const MessageQuery& list, const PageSource& source
) const {
    auto links = exact_links(walk);
    if (walk.unread_as_of || (walk.token && walk.token->is_ours()) || !has_plain_positions(walk)) {
        return links;
    }
    const auto leads_on = [&](const CursorLink& link) {
        if (walk.rows.empty() && link.token.position && walk.token->offset == 0) {
            // It leads back from the rows of that position, without them.
            MessageQuery there = list;
            there.where = Condition::all_of(
                {list.where,
                 Condition::compare(
                     walk.field(), Lookup::exact, parse_position(walk.field(), *link.token.position)
                 )}
            );
            return source.count(there) == 0;
        }
        return link.exact && tokens_.keeps(link.token.offset) &&
               (link.token.offset == 0 || !walk.rows_vanish);
    };
    const auto page = original_page(walk);
    if (const auto next = page.next(); next && leads_on(*next)) {
        links.next = next->token;
    }
    if (const auto previous = page.previous(); previous && leads_on(*previous)) {
        links.previous = previous->token;
    }
    return links;
}

/// Links that name the row beside the page by its place in the order, which it keeps even when it
/// is deleted.
CursorPagination::Links CursorPagination::exact_links(const Walk& walk) const {
    std::optional<CursorToken> ahead;
    std::optional<CursorToken> back;
    if (walk.following) {
        ahead.emplace();
        ahead->reverse = walk.reverse;
        ahead->behind = walk.keys[walk.rows.size() - 1].values;
        ahead->unread_as_of = walk.unread_as_of;
    }
    const auto& token = walk.token;
    if (token && (token->position || token->offset > 0 || !token->behind.empty())) {
        back.emplace();
        back->reverse = !walk.reverse;
        back->unread_as_of = walk.unread_as_of;
        if (!walk.rows.empty()) {
            back->behind = walk.keys.front().values;
        }
    }
    return walk.reverse ? Links{back, ahead} : Links{ahead, back};
}

CursorPage CursorPagination::original_page(const Walk& walk) const {
    CursorPage page;
    page.page_size = walk.page_size;
    page.cursor = walk.token;
    for (const auto& message : walk.rows) {
        page.positions.push_back(position_text(shown_value(message, walk.field())));
    }
    if (walk.reverse) {
        std::reverse(page.positions.begin(), page.positions.end());
    }
    if (walk.following) {
        page.following_position = position_text(shown_value(*walk.following, walk.field()));
    }
    return page;
}

/// Whether each row has a position that a client can send back, and whether the positions that
/// differ here also differ in the database.
bool CursorPagination::has_plain_positions(const Walk& walk) const {
    // No link that leads on is made of the following row's position.
    for (std::size_t i = 0; i < walk.rows.size(); ++i) {
        if (!is_plain(walk.rows[i], walk.keys[i], walk.field())) {
            return false;
        }
    }
    const auto are_doubtful = [](const OrderKey& a, const OrderKey& b) {
        const auto* first = std::get_if<std::string>(&a.values.front());
        const auto* second = std::get_if<std::string>(&b.values.front());
        return first != nullptr && second != nullptr && *first != *second &&
               may_be_equal(*first, *second);
    };
    const auto& keys = walk.keys;
    const bool is_text = walk.field() == Field::view || walk.field() == Field::message;
    return !is_text || std::adjacent_find(keys.begin(), keys.end(), are_doubtful) == keys.end();
}

bool CursorPagination::is_plain(const Message& message, const OrderKey& key, Field field) const {
    if (!key.shown) {
        return false;
    }
    const auto value = shown_value(message, field);
    // Without an offset, a clock shows some times twice.
    return use_tz_ || !std::holds_alternative<Timestamp>(value) ||
           parse_position(field, position_text(value)) == value;
}

} // namespace

std::unique_ptr<Pagination>
make_cursor_pagination(const Settings& settings, const ClassAttributes& attributes) {
    return std::make_unique<CursorPagination>(settings, attributes, site_time_zone(settings));
}

} // namespace drf_messages::api
