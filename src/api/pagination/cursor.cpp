// SPDX-License-Identifier: MIT
#include "api/exchange/errors.hpp"
#include "api/pagination/cursor_links.hpp"
#include "api/pagination/cursor_token.hpp"
#include "api/pagination/parts.hpp"
#include "api/wire/datetime_field.hpp"
#include "http/url.hpp"
#include "store/message_keyset.hpp"
#include "text/datetime.hpp"
#include "text/python_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <utility>

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

bool has_ordering_filter(const Settings& settings) {
    const auto& backends = settings.rest_framework.default_filter_backends;
    return std::any_of(backends.begin(), backends.end(), [&](const ClassName& name) {
        return ClassAttributes(settings, name).base() == "rest_framework.filters.OrderingFilter";
    });
}

std::vector<OrderBy> mirrored(std::vector<OrderBy> order) {
    for (auto& by : order) {
        by.descending = !by.descending;
    }
    return order;
}

/// A place between two rows of a query: behind the first `offset` rows whose first order field is
/// `position`.
struct Boundary {
    std::optional<FieldValue> position; ///< absent: the offset counts from the first row of all
    std::int64_t offset = 0;
    bool backwards = false; ///< rows count from the end of the order
};

/// - REST framework: rest_framework/pagination.py, CursorPagination.
class CursorPagination : public Pagination {
public:
    CursorPagination(
        const Settings& settings, const ClassAttributes& attributes, text::TimeZone zone
    )
        : page_size_(settings, attributes),
          cursor_param_(text_attribute(attributes, "cursor_query_param", "cursor")),
          invalid_cursor_message_(
              text_attribute(attributes, "invalid_cursor_message", "Invalid cursor")
          ),
          offset_cutoff_(
              integer_attribute(attributes, "offset_cutoff", default_offset_cutoff).value_or(0)
          ),
          order_(ordering_attribute(attributes)), client_orders_(has_ordering_filter(settings)),
          zone_(std::move(zone)), use_tz_(settings.use_tz) {}

    Page paginate(const PageRequest& request, MessageQuery query, const PageSource& source)
        const override;

private:
    /// A page while it is made: what was asked, and the rows in the direction of the cursor.
    struct Walk {
        std::optional<CursorToken> token;
        std::optional<FieldValue> position; ///< of the token
        Field field = Field::created;       ///< the first order field
        bool reverse = false;
        std::int64_t page_size = 0;
        std::int64_t offset = 0; ///< that was skipped
        std::optional<Timestamp> unread_as_of;
        std::vector<Message> rows;
        std::optional<Message> following;
        /// what the page shows is deleted before the next one is asked for
        bool rows_vanish = false;
    };
    using Links = std::pair<std::optional<CursorToken>, std::optional<CursorToken>>;

    std::optional<CursorToken> token_of(const http::QueryDict& query) const;
    FieldValue parse_position(Field field, std::string_view text) const;
    std::string position_text(const FieldValue& position) const;
    FieldValue position_of(const Walk& walk, const Message& message) const;
    bool needs_exact_links(const Walk& walk) const;
    Links original_links(const Walk& walk) const;
    Links keeping_links(const Walk& walk) const;
    std::optional<Boundary> near_boundary(const Walk& walk) const;
    Boundary far_boundary(const Walk& walk, const std::optional<Boundary>& near) const;
    CursorToken token_at(const Boundary& boundary, bool reverse, Timestamp unread_as_of) const;

    [[noreturn]] void refuse() const { throw not_found(invalid_cursor_message_); }

    PageSize page_size_;
    std::string cursor_param_;
    std::string invalid_cursor_message_;
    std::int64_t offset_cutoff_;
    std::vector<OrderBy> order_;
    bool client_orders_; ///< OrderingFilter is there and decides
    text::TimeZone zone_;
    bool use_tz_;
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
    query.order = store::total_order(client_orders_ ? query.order : order_);
    walk.field = query.order.front().field;
    walk.token = token_of(request.query);
    const bool by_read_at =
        std::any_of(query.order.begin(), query.order.end(), [](const OrderBy& by) {
            return by.field == Field::read_at;
        });

    const auto now = request.clock();
    const bool page_leaves = request.marks && request.only_unread;
    const bool ours = walk.token && walk.token->unread_as_of;
    if (ours) {
        walk.unread_as_of = walk.token->unread_as_of;
    } else if (page_leaves) {
        walk.unread_as_of = now;
    }
    query.unread_as_of = walk.unread_as_of;

    if (walk.token) {
        walk.reverse = walk.token->reverse;
        walk.offset = walk.token->offset;
        if (walk.token->null_position) {
            walk.position = FieldValue();
        } else if (walk.token->position) {
            walk.position = parse_position(walk.field, *walk.token->position);
        }
    }
    if (ours && walk.token->from_other_side) {
        auto side = query;
        if (walk.position) {
            side.where = Condition::all_of(
                {query.where, Condition::compare(walk.field, Lookup::exact, *walk.position)}
            );
        }
        walk.offset = std::max<std::int64_t>(source.count(side) - walk.offset, 0);
    }
    if (walk.position) {
        query.seek = Seek{walk.position, ours};
    }
    if (walk.reverse) {
        query.order = mirrored(std::move(query.order));
    }
    query.offset = static_cast<std::uint64_t>(walk.offset);
    query.limit =
        static_cast<std::uint64_t>(std::min(*size, std::numeric_limits<std::int64_t>::max() - 1)) +
        1;

    walk.rows = source.fetch(query, static_cast<std::size_t>(*size));
    const auto is_unread = [](const Message& message) { return !message.read_at; };
    if (by_read_at && !walk.unread_as_of && needs_exact_links(walk)) {
        walk.unread_as_of = now;
    }
    if (walk.rows.size() > static_cast<std::size_t>(*size)) {
        walk.following = std::move(walk.rows.back());
        walk.rows.pop_back();
    }
    walk.rows_vanish = request.deletes_read && request.marks &&
                       std::any_of(walk.rows.begin(), walk.rows.end(), is_unread);

    const auto [next_token, previous_token] =
        walk.unread_as_of ? keeping_links(walk) : original_links(walk);
    const auto link = [&](const std::optional<CursorToken>& token) {
        return token ? std::optional(http::replace_query_param(
                           request.absolute_uri(), cursor_param_, token->encode()
                       ))
                     : std::nullopt;
    };
    Page page;
    page.wrap = [next = link(next_token),
                 previous = link(previous_token)](text::JsonWriter& json, const Data& results) {
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

std::optional<CursorToken> CursorPagination::token_of(const http::QueryDict& query) const {
    const auto text = query.get(cursor_param_);
    if (!text) {
        return std::nullopt;
    }
    auto token = CursorToken::decode(*text, offset_cutoff_);
    if (!token) {
        refuse();
    }
    return token;
}

/// As Django's get_prep_value of the field reads a lookup's text.
FieldValue CursorPagination::parse_position(Field field, std::string_view text) const {
    if (field == Field::id || field == Field::level) {
        const auto number = text::parse_integer(text);
        std::int64_t value = 0;
        if (!number || std::from_chars(number->data(), number->data() + number->size(), value).ec !=
                           std::errc()) {
            refuse();
        }
        return value;
    }
    if (field != Field::created && field != Field::read_at) {
        if (text.find('\0') != std::string_view::npos) {
            refuse();
        }
        return std::string(text);
    }
    auto civil = text::parse_iso_datetime(text);
    if (!civil) {
        civil = text::parse_iso_datetime(fmt::format("{}T00:00", text));
    }
    if (!civil) {
        refuse();
    }
    const Timestamp as_if_utc(civil->local.time_since_epoch());
    if (civil->utc_offset) {
        return as_if_utc - *civil->utc_offset;
    }
    Timestamp moment = as_if_utc;
    if (use_tz_ && zone_.to_utc(civil->local, moment) != text::TimeZone::Local::unique) {
        refuse();
    }
    return moment;
}

/// Python's str() of the value.
std::string CursorPagination::position_text(const FieldValue& position) const {
    if (const auto* number = std::get_if<std::int64_t>(&position)) {
        return std::to_string(*number);
    }
    if (const auto* moment = std::get_if<Timestamp>(&position)) {
        return use_tz_ ? text::format_python_utc(*moment)
                       : format_naive(std::chrono::local_time<std::chrono::microseconds>(
                             moment->time_since_epoch()
                         ));
    }
    const auto* text = std::get_if<std::string>(&position);
    return text != nullptr ? *text : "None";
}

FieldValue CursorPagination::position_of(const Walk& walk, const Message& message) const {
    switch (walk.field) {
    case Field::level:
        return std::int64_t(message.level);
    case Field::created:
        return message.created;
    case Field::read_at: {
        const bool unread =
            !message.read_at || (walk.unread_as_of && *message.read_at >= *walk.unread_as_of);
        return unread ? FieldValue() : FieldValue(*message.read_at);
    }
    case Field::view:
        return message.view;
    case Field::message:
        return message.message;
    default:
        return message.id.value;
    }
}

/// Of a page in an order over read_at: whether it has unread messages, which reading moves within
/// that order, or begins with read_at and has several that were marked together.
bool CursorPagination::needs_exact_links(const Walk& walk) const {
    const auto& rows = walk.rows;
    if (std::any_of(rows.begin(), rows.end(), [](const Message& row) { return !row.read_at; })) {
        return true;
    }
    const auto marked_together = [](const Message& a, const Message& b) {
        return a.read_at == b.read_at;
    };
    return walk.field == Field::read_at &&
           (walk.offset > 0 ||
            std::adjacent_find(rows.begin(), rows.end(), marked_together) != rows.end());
}

CursorPagination::Links CursorPagination::original_links(const Walk& walk) const {
    CursorPage page;
    page.page_size = walk.page_size;
    page.cursor = walk.token;
    for (const auto& message : walk.rows) {
        page.positions.push_back(position_text(position_of(walk, message)));
    }
    if (walk.reverse) {
        std::reverse(page.positions.begin(), page.positions.end());
    }
    if (walk.following) {
        page.following_position = position_text(position_of(walk, *walk.following));
    }
    return {page.next(), page.previous()};
}

/// Links that name the exact place between two rows. REST framework's name a position and skip rows
/// behind it, which is not exact when the direction changes among rows of one position; and those
/// with null have no position there.
CursorPagination::Links CursorPagination::keeping_links(const Walk& walk) const {
    const auto near = near_boundary(walk);
    std::optional<CursorToken> ahead;
    std::optional<CursorToken> behind;
    if (walk.following && !walk.rows.empty()) {
        ahead = token_at(far_boundary(walk, near), walk.reverse, *walk.unread_as_of);
    }
    if (near) {
        behind = token_at(*near, !walk.reverse, *walk.unread_as_of);
    }
    return walk.reverse ? Links{behind, ahead} : Links{ahead, behind};
}

/// Where the page began; absent where nothing is before it.
std::optional<Boundary> CursorPagination::near_boundary(const Walk& walk) const {
    if (!walk.position && walk.offset == 0) {
        return std::nullopt;
    }
    if (walk.token->unread_as_of || !walk.position) {
        return Boundary{walk.position, walk.offset, walk.reverse};
    }
    // A token of REST framework's begins behind its position, and skips rows that share the next
    // one.
    if (walk.rows.empty()) {
        return Boundary{walk.position, 0, !walk.reverse};
    }
    return Boundary{position_of(walk, walk.rows.front()), walk.offset, walk.reverse};
}

/// Where the page ended.
Boundary
CursorPagination::far_boundary(const Walk& walk, const std::optional<Boundary>& near) const {
    const auto position = position_of(walk, walk.rows.back());
    const auto other =
        std::find_if(walk.rows.rbegin(), walk.rows.rend(), [&](const Message& message) {
            return position_of(walk, message) != position;
        });
    const auto shown = walk.rows_vanish ? 0 : static_cast<std::int64_t>(other - walk.rows.rbegin());
    if (other != walk.rows.rend() || !near || (near->position && *near->position != position)) {
        return {position, shown, walk.reverse};
    }
    // Every row of the page is of the position, if any, that it began at.
    return {near->position, near->offset + shown, walk.reverse};
}

CursorToken
CursorPagination::token_at(const Boundary& boundary, bool reverse, Timestamp unread_as_of) const {
    CursorToken token;
    token.offset = boundary.offset;
    token.reverse = reverse;
    token.unread_as_of = unread_as_of;
    token.from_other_side = boundary.backwards != reverse;
    if (boundary.position && std::holds_alternative<std::monostate>(*boundary.position)) {
        token.null_position = true;
    } else if (boundary.position) {
        token.position = position_text(*boundary.position);
    }
    return token;
}

} // namespace

std::unique_ptr<Pagination>
make_cursor_pagination(const Settings& settings, const ClassAttributes& attributes) {
    auto zone = text::TimeZone::find(settings.time_zone);
    if (!zone) {
        throw std::invalid_argument(
            fmt::format("TIME_ZONE: there is no time zone {}", settings.time_zone)
        );
    }
    return std::make_unique<CursorPagination>(settings, attributes, std::move(*zone));
}

} // namespace drf_messages::api
