// SPDX-License-Identifier: MIT
#include "pages/json_block.hpp"

#include "html/escape.hpp"
#include "text/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace drf_messages::pages {
namespace {

using html::append_escaped;

constexpr std::string_view prefixes[] = {"http://", "https://", "www."};

/// Behind the closing quote of the text that begins at `begin`.
std::size_t end_of_string(std::string_view json, std::size_t begin) {
    for (auto at = begin + 1; at < json.size(); ++at) {
        if (json[at] == '\\') {
            ++at;
        } else if (json[at] == '"') {
            return at + 1;
        }
    }
    return json.size();
}

/// An address at the beginning of a text, without the punctuation behind it; empty where there is
/// none.
std::string_view address_at(std::string_view text) {
    for (const std::string_view prefix : prefixes) {
        if (!text.starts_with(prefix)) {
            continue;
        }
        const auto end = text.find_first_of(" \\\"'<>`", prefix.size());
        const auto address = text.substr(0, end);
        const auto last = address.find_last_not_of(".,:;!?)]}");
        return last + 1 > prefix.size() ? address.substr(0, last + 1) : std::string_view();
    }
    return {};
}

bool is_mail_character(char c) {
    return text::is_alphanumeric(c) || std::string_view("._%+-").find(c) != std::string_view::npos;
}

/// An address of mail at the beginning of a text.
std::string_view mail_at(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && is_mail_character(text[at])) {
        ++at;
    }
    if (at == 0 || at == text.size() || text[at] != '@') {
        return {};
    }
    std::size_t end = at + 1;
    while (end < text.size() &&
           (text::is_alphanumeric(text[end]) || text[end] == '.' || text[end] == '-')) {
        ++end;
    }
    const auto last = text.substr(0, end).find_last_not_of(".-");
    const auto mail = text.substr(0, last + 1);
    return mail.find('.', at + 2) == std::string_view::npos ? std::string_view() : mail;
}

void append_link(std::string& out, std::string_view target, std::string_view text, bool is_mail) {
    out += "<a href=\"";
    append_escaped(out, target);
    out += is_mail ? "\">" : "\" rel=\"nofollow\">";
    append_escaped(out, text);
    out += "</a>";
}

/// The inside of a text of JSON. An address begins where a word does.
void append_linked(std::string& out, std::string_view text) {
    std::size_t plain = 0; // from here on nothing is written yet
    for (std::size_t at = 0; at < text.size();) {
        const bool begins_word = at == 0 || !is_mail_character(text[at - 1]);
        const auto address = begins_word ? address_at(text.substr(at)) : std::string_view();
        const auto mail =
            begins_word && address.empty() ? mail_at(text.substr(at)) : std::string_view();
        const auto found = address.empty() ? mail : address;
        if (found.empty()) {
            ++at;
            continue;
        }
        append_escaped(out, text.substr(plain, at - plain));
        const std::string_view scheme = !mail.empty()               ? "mailto:"
                                        : found.starts_with("www.") ? "http://"
                                                                    : "";
        append_link(out, fmt::format("{}{}", scheme, found), found, !mail.empty());
        at += found.size();
        plain = at;
    }
    append_escaped(out, text.substr(plain));
}

/// Where in a document its reader is: whether a number is the id of a message in a list.
class Place {
public:
    void open(char bracket) {
        depth_ += 1;
        if (depth_ <= most) {
            brackets_[depth_ - 1] = bracket;
        }
    }
    void close() { depth_ -= depth_ > 0 ? 1 : 0; }
    void key(std::string_view name) {
        in_results_ = depth_ == 1 ? name == "results" : in_results_;
        is_id_ = name == "id";
    }
    bool at_message_id() const {
        const std::string_view open(brackets_.data(), std::min(depth_, most));
        return is_id_ &&
               ((depth_ == 2 && open == "[{") || (depth_ == 3 && open == "{[{" && in_results_));
    }
    void value() { is_id_ = false; }

private:
    static constexpr std::size_t most = 3;
    std::array<char, most> brackets_{};
    std::size_t depth_ = 0;
    bool in_results_ = false;
    bool is_id_ = false;
};

/// Writes the parts of a document, one after the other.
class Writer {
public:
    Writer(std::string& out, const std::function<std::string(MessageId)>& message_url)
        : out_(out), message_url_(message_url) {}

    void text(std::string_view text, bool is_key) {
        const bool is_whole = text.size() >= 2 && text.ends_with('"');
        const auto inner = text.substr(1, text.size() - (is_whole ? 2 : 1));
        if (is_key) {
            place_.key(inner);
        }
        out_ += is_key ? "<span class=\"k\">&quot;" : "<span class=\"s\">&quot;<bdi>";
        if (is_key) {
            append_escaped(out_, inner);
        } else if (!append_message(inner)) { // an id may be a text: COERCE_BIGINT_TO_STRING
            append_linked(out_, inner);
        }
        out_ += is_key ? "" : "</bdi>";
        out_ += is_whole ? "&quot;</span>" : "</span>";
        if (!is_key) {
            place_.value();
        }
    }

    void word(std::string_view word) {
        out_ += "<span class=\"n\">";
        if (!append_message(word)) {
            append_escaped(out_, word);
        }
        out_ += "</span>";
        place_.value();
    }

    void other(char c) {
        if (c == '{' || c == '[') {
            place_.open(c);
        } else if (c == '}' || c == ']') {
            place_.close();
        }
        append_escaped(out_, std::string_view(&c, 1));
    }

private:
    /// Whether the word was the id of a message in a list, and is a link now.
    bool append_message(std::string_view word) {
        if (!message_url_ || word.empty() || !place_.at_message_id()) {
            return false;
        }
        const char* end = word.data() + word.size();
        MessageId id;
        const auto read = std::from_chars(word.data(), end, id.value);
        if (read.ec != std::errc() || read.ptr != end) {
            return false;
        }
        const auto url = message_url_(id);
        if (url.empty()) {
            return false;
        }
        out_ += "<a class=\"message\" href=\"";
        append_escaped(out_, url);
        out_ += "\">";
        append_escaped(out_, word);
        out_ += "</a>";
        return true;
    }

    std::string& out_;
    const std::function<std::string(MessageId)>& message_url_;
    Place place_;
};

} // namespace

std::string
json_block(std::string_view json, const std::function<std::string(MessageId)>& message_url) {
    const std::string text = html::visible(json);
    const std::string_view rest = text;
    std::string out;
    out.reserve(rest.size() * 2);
    Writer writer(out, message_url);
    for (std::size_t at = 0; at < rest.size();) {
        const char c = rest[at];
        if (c == '"') {
            const auto end = end_of_string(rest, at);
            writer.text(rest.substr(at, end - at), end < rest.size() && rest[end] == ':');
            at = end;
        } else if (c == '-' || text::is_alphanumeric(c)) {
            const auto end = std::min(rest.find_first_of(",]} \n", at), rest.size());
            writer.word(rest.substr(at, end - at));
            at = end;
        } else {
            writer.other(c);
            ++at;
        }
    }
    return out;
}

} // namespace drf_messages::pages
