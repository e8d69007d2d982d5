// SPDX-License-Identifier: MIT
#include "server/request_reader.hpp"

#include "http/headers.hpp"
#include "server/request_target.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace drf_messages::server {

namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;

/// A field takes more memory than it may take on the wire. As gunicorn's limit_request_fields.
constexpr std::size_t field_limit = 100;

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether a request line that Beast refused for its version names a version of HTTP that is not
/// ours.
bool names_other_version(std::string_view line) {
    for (int i = 0; i < 2; ++i) {
        const auto space = line.find(' ');
        if (space == std::string_view::npos) {
            return false;
        }
        line.remove_prefix(space + 1);
    }
    const auto version = line.substr(0, line.find('\r'));
    return version.size() > 5 && version.substr(0, 5) == "HTTP/" && version != "HTTP/1.0" &&
           version != "HTTP/1.1" &&
           version.find_first_not_of("0123456789.", 5) == std::string_view::npos;
}

/// Whether the last of the transfer codings is chunks: then it is known where the body ends.
bool ends_in_chunks(boost::beast::string_view codings) {
    std::size_t chunked = 0;
    bool last = false;
    for (const auto& [coding, parameters] : beast_http::ext_list{codings}) {
        last = boost::beast::iequals(coding, "chunked") && parameters.begin() == parameters.end();
        chunked += last ? 1 : 0;
    }
    return last && chunked == 1;
}

bool has_close(boost::beast::string_view options) {
    const beast_http::token_list list{options};
    return std::any_of(list.begin(), list.end(), [](auto option) {
        return boost::beast::iequals(option, "close");
    });
}

/// Whether a line ends, at `from` or later, without its carriage return. `bytes` begin with a line.
bool has_bare_line_feed(std::string_view bytes, std::size_t from) {
    for (auto at = bytes.find('\n', from); at != std::string_view::npos;
         at = bytes.find('\n', at + 1)) {
        if (at == 0 || bytes[at - 1] != '\r') {
            return true;
        }
    }
    return false;
}

/// The line that begins a chunk may be as long as this. Extensions, which nobody sends, are not
/// used.
constexpr std::size_t chunk_line_limit = 1024;

/// A size of so many digits is no reason to count a chunk's line.
constexpr std::size_t usual_chunk_line = 8;

/// Whether a control character is in a chunk's extension. Beast takes each that is in quotes
/// (RFC 9110, 5.6.4 allows the tab alone).
bool has_control_character(std::string_view extension) {
    return std::any_of(extension.begin(), extension.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < ' ' && c != '\t') || byte == 127;
    });
}

/// Whether a quoted string that begins in the line does not end in it.
bool ends_in_quotes(std::string_view line) {
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') {
            quoted = !quoted;
        } else if (quoted && line[i] == '\\') {
            ++i;
        }
    }
    return quoted;
}

/// Whether nothing that may follow makes a chunk of `pending`, which Beast wants to see more of: to
/// it a quoted string goes on behind the line's end.
bool cannot_begin_chunk(std::string_view pending) {
    if (pending.starts_with("\r\n")) { // the end of the chunk before
        pending.remove_prefix(2);
    }
    const auto end = pending.find("\r\n");
    const auto line = pending.substr(0, end);
    return line.size() > chunk_line_limit ||
           (end != std::string_view::npos && ends_in_quotes(line));
}

/// Beast, when it has begun to read a last chunk, asserts that it is given five bytes the next
/// time, and there may be four. More than these follow in any case.
bool may_begin_last_chunk(std::string_view bytes) {
    return bytes.size() < 5 && bytes.starts_with("0\r\n");
}

class FieldParser : public beast_http::basic_parser<true> {
public:
    http::Request* request = nullptr;
    const BodyRoom* body_room = nullptr;
    BodySpace* body_space = nullptr;
    int refusal = 0;
    bool expects_continue = false;
    bool http11 = false;
    bool wants_close = false;
    std::size_t header_limit_bytes = 0;
    /// What the lines read so far took on the wire. Beast holds each part to its limit, not the
    /// header as a whole.
    std::size_t header_bytes = 0;
    /// What is being parsed.
    std::string_view input;

private:
    using StringView = boost::beast::string_view;

    static std::string_view view(StringView text) { return {text.data(), text.size()}; }

    /// Whether the value is one of several lines, which RFC 9112, 5.2 lets a server refuse.
    bool is_folded(StringView name, StringView value) const {
        const auto* const end = input.data() + input.size();
        if (std::less<>()(value.data(), name.data()) || !std::less<>()(value.data(), end)) {
            return true; // joined elsewhere
        }
        return std::find(name.end(), value.begin(), '\n') != value.begin();
    }

    /// What decides where the request ends, and whose it is.
    static bool is_framing(beast_http::field field) {
        return field == beast_http::field::content_length ||
               field == beast_http::field::transfer_encoding || field == beast_http::field::host ||
               field == beast_http::field::connection || field == beast_http::field::expect;
    }

    void refuse(int status, error_code& ec) {
        refusal = status;
        ec = beast_http::error::bad_value;
    }

    void count(std::size_t bytes, error_code& ec) {
        header_bytes += bytes;
        if (header_bytes > header_limit_bytes) {
            ec = beast_http::error::header_limit;
        }
    }

    void on_request_impl(
        beast_http::verb, StringView method, StringView target, int version, error_code& ec
    ) override {
        ec = {};
        http11 = version >= 11;
        count(method.size() + target.size() + 12, ec);
        request->method = view(method);
        request->target = origin_form(view(target));
        if (ec) {
            return;
        }
        if (!is_target(view(target), view(method))) {
            return refuse(400, ec);
        }
        if (const auto host = authority(view(target))) {
            if (host->empty() || !is_host(*host)) {
                return refuse(400, ec);
            }
            host_of_target_ = *host;
        }
    }

    void on_field_impl(beast_http::field field, StringView name, StringView value, error_code& ec)
        override {
        ec = {};
        if (header_complete_) {
            return; // a trailer: what it says may not change how the request is understood
        }
        count(name.size() + value.size() + 4, ec);
        if (ec || request->headers.fields().size() == field_limit) {
            ec = beast_http::error::header_limit;
            return;
        }
        if (is_framing(field) && is_folded(name, value)) {
            return refuse(400, ec);
        }
        if (field == beast_http::field::host) {
            if (has_host_ || !is_host(view(value))) {
                return refuse(400, ec);
            }
            has_host_ = true;
        } else if (field == beast_http::field::content_length) {
            if (has_length_ || has_encoding_ || !is_number(view(value))) {
                return refuse(400, ec);
            }
            has_length_ = true;
        } else if (field == beast_http::field::transfer_encoding) {
            if (has_length_ || has_encoding_ || !http11) {
                return refuse(400, ec);
            }
            if (!http::same_name(view(value), "chunked")) {
                return refuse(ends_in_chunks(value) ? 501 : 400, ec);
            }
            has_encoding_ = true;
        } else if (field == beast_http::field::expect && http11) {
            if (!http::same_name(view(value), "100-continue")) {
                return refuse(417, ec);
            }
            expects_continue = true;
        } else if (field == beast_http::field::connection) {
            wants_close = wants_close || has_close(value);
        }
        request->headers.add(view(name), std::string(view(value)));
    }

    void on_header_impl(error_code& ec) override {
        ec = {};
        header_complete_ = true;
        if (http11 && !has_host_) {
            return refuse(400, ec);
        }
        if (!host_of_target_.empty()) {
            // moved, since the parser stays until the next request
            request->headers.set("Host", std::move(host_of_target_));
        }
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) override {
        ec = {};
        body_length_ = static_cast<std::size_t>(length.value_or(0));
        keeps_body_ = !body_room || body_room->is_used(*request);
    }

    std::size_t on_body_impl(StringView body, error_code& ec) override {
        ec = {};
        if (keeps_body_ && make_room(request->body.size() + body.size())) {
            request->body.append(body.data(), body.size());
        } else if (keeps_body_) {
            refuse(503, ec);
        }
        return body.size();
    }

    /// Only for bytes that are there: a header alone must not cost memory.
    bool make_room(std::size_t size) {
        auto& body = request->body;
        if (size <= body.capacity()) {
            return true;
        }
        auto capacity = std::max(size, 2 * body.capacity());
        if (2 * capacity > body_length_ && size <= body_length_) {
            capacity = std::max(capacity, body_length_);
        }
        if (!body_space->grow_to(capacity)) {
            return false;
        }
        body.reserve(capacity);
        return true;
    }

    void on_chunk_header_impl(std::uint64_t, StringView extension, error_code& ec) override {
        ec = {};
        const auto* begin = extension.data();
        while (begin != input.data() && begin[-1] != '\n') {
            --begin;
        }
        const auto line_size =
            static_cast<std::size_t>(extension.data() - begin) + extension.size();
        chunk_line_bytes_ += line_size - std::min(line_size, usual_chunk_line);
        if (line_size > chunk_line_limit || chunk_line_bytes_ > header_limit_bytes ||
            has_control_character(view(extension))) {
            refuse(400, ec);
        }
    }

    std::size_t on_chunk_body_impl(std::uint64_t, StringView body, error_code& ec) override {
        return on_body_impl(body, ec);
    }

    void on_finish_impl(error_code& ec) override { ec = {}; }

    void on_response_impl(int, StringView, int, error_code& ec) override { ec = {}; }

    std::string host_of_target_; ///< of an absolute form
    bool has_host_ = false;
    bool has_length_ = false;
    bool has_encoding_ = false;
    bool header_complete_ = false;
    std::size_t body_length_ = 0; ///< 0: not known
    bool keeps_body_ = true;
    /// What the lines of chunks have beyond what is usual: as much as a header in all, no more.
    std::size_t chunk_line_bytes_ = 0;
};

int status_of(const error_code& ec, std::string_view bytes) {
    if (ec == beast_http::error::header_limit) {
        return 431;
    }
    if (ec == beast_http::error::body_limit) {
        return 413;
    }
    if (ec == beast_http::error::bad_version && names_other_version(bytes)) {
        return 505;
    }
    return 400;
}

} // namespace

class RequestReader::Parser : public std::optional<FieldParser> {};

RequestReader::RequestReader(Limits limits)
    : limits_(limits), parser_(std::make_unique<Parser>()), body_space_(limits.body_room) {}

RequestReader::~RequestReader() = default;

void RequestReader::start(http::Request& request) {
    auto& parser = parser_->emplace();
    request_ = &request;
    forget_body();
    parser.request = &request;
    parser.body_room = limits_.body_room;
    parser.body_space = &body_space_;
    parser.header_limit_bytes = limits_.header_bytes;
    parser.eager(true);
    parser.header_limit(static_cast<std::uint32_t>(
        std::min<std::size_t>(limits_.header_bytes, std::numeric_limits<std::uint32_t>::max())
    ));
    parser.body_limit(limits_.body_bytes);
    request.method.clear();
    request.target.clear();
    request.headers.clear();
    error_status_ = 0;
    looked_at_ = 0;
}

RequestReader::Progress RequestReader::feed(std::string_view bytes, std::size_t& consumed) {
    auto& parser = **parser_;
    error_code ec;
    parser.input = bytes;
    if (parser.is_header_done() && parser.chunked() && may_begin_last_chunk(bytes)) {
        consumed = 0;
        return Progress::need_more;
    }
    consumed = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
    if (!ec || ec == beast_http::error::need_more) {
        const auto pending = bytes.substr(consumed);
        if (parser.is_header_done()) {
            if (parser.chunked() && !parser.is_done() && cannot_begin_chunk(pending)) {
                ec = beast_http::error::bad_chunk;
            }
        } else if (parser.header_bytes + pending.size() > limits_.header_bytes) {
            ec = beast_http::error::header_limit;
        } else if (has_bare_line_feed(pending, consumed == 0 ? looked_at_ : 0)) {
            // Beast, once it has asked for more, looks at nothing before an empty line
            ec = beast_http::error::bad_line_ending;
        }
        looked_at_ = pending.size();
    }
    if (ec && ec != beast_http::error::need_more) {
        error_status_ = parser.refusal != 0 ? parser.refusal : status_of(ec, bytes);
        return Progress::failed;
    }
    return parser.is_done() ? Progress::complete : Progress::need_more;
}

void RequestReader::forget_body() noexcept {
    if (request_) {
        std::string().swap(request_->body); // an assignment would keep its memory
    }
    body_space_.give_back();
}

int RequestReader::error_status() const noexcept {
    return error_status_;
}

bool RequestReader::header_done() const {
    return (*parser_)->is_header_done();
}

bool RequestReader::expects_continue() const noexcept {
    return (*parser_)->expects_continue;
}

bool RequestReader::is_http11() const noexcept {
    return (*parser_)->http11;
}

bool RequestReader::keep_alive() const {
    const auto& parser = **parser_;
    return parser.is_header_done() && parser.keep_alive() && !parser.wants_close;
}

} // namespace drf_messages::server
