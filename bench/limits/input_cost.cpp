// SPDX-License-Identifier: MIT
// What a request costs as one part of it grows: docs/limits.md. Without arguments, the processor's
// time for each part at its limit, against what is allowed. With `growth`, and under callgrind, the
// instructions for each part at an eighth, a quarter, half and all of its limit: growth.py.
#include "request_site.hpp"
#include "server/request_reader.hpp"
#include "support/database.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/site.hpp>

#include <fmt/format.h>
#include <valgrind/callgrind.h>

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <functional>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::bench {
namespace {

constexpr std::size_t message_count = 1'000;
constexpr double anonymous_ms = 5;
constexpr double user_ms = 50;
constexpr double row_ms = 0.02;

/// `count` parts, each made of its number, with something between them.
template<class Part>
std::string many(std::size_t count, std::string_view between, Part part) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += i == 0 ? std::string_view() : between;
        text += part(i);
    }
    return text;
}
/// `count` fields of a query, a form or a cookie, with different names.
std::string fields(std::size_t count, std::string_view between) {
    return many(count, between, [](std::size_t i) { return fmt::format("{:04x}=b", i); });
}
std::string repeated(std::size_t bytes, std::string_view part) {
    std::string text;
    while (text.size() + part.size() <= bytes) {
        text += part;
    }
    return text;
}

/// Two letters, another two for each number below 676.
std::string word(std::size_t number) {
    return {static_cast<char>('a' + number / 26 % 26), static_cast<char>('a' + number % 26)};
}

/// The bytes of a request that has the lines, and a body if there is one.
std::string request(
    std::string_view method,
    std::string_view target,
    std::string_view lines = {},
    std::string_view body = {}
) {
    const std::string length =
        body.empty() ? std::string() : fmt::format("Content-Length: {}\r\n", body.size());
    return fmt::format(
        "{} {} HTTP/1.1\r\nHost: testserver\r\n{}{}\r\n{}", method, target, lines, length, body
    );
}
std::string get(std::string_view target, std::string_view lines = {}) {
    return request("GET", target, lines);
}
std::string post(std::string_view target, std::string_view media_type, std::string_view body) {
    return request("POST", target, fmt::format("Content-Type: {}\r\n", media_type), body);
}

/// Something that a client can make large.
struct Input {
    std::string name;
    bool anonymous;
    std::size_t limit;
    /// The request in which it is that large.
    std::function<std::string(std::size_t size)> bytes;
    std::size_t rows = 0; ///< that the answer shows
};

class LimitsSite {
public:
    LimitsSite() {
        settings_.secret_key = "a-key-for-measuring";
        settings_.allowed_hosts = {"*"};
        settings_.messages_filter_lookups = true;
        // Their dates, languages and searches have the most forms; 3.18 cuts what is too long.
        settings_.django_version = "6.0";
        settings_.rest_framework_version = "3.17";
        settings_.middleware.insert(
            settings_.middleware.begin() + 2, "django.middleware.locale.LocaleMiddleware"
        );
        auto& rest = settings_.rest_framework;
        rest.default_authentication_classes = {
            "rest_framework.authentication.SessionAuthentication",
            "rest_framework.authentication.TokenAuthentication",
            "rest_framework.authentication.BasicAuthentication"};
        rest.default_filter_backends = {
            "django_filters.rest_framework.DjangoFilterBackend",
            "rest_framework.filters.SearchFilter",
            "rest_framework.filters.OrderingFilter"};
        rest.default_pagination_class = "rest_framework.pagination.LimitOffsetPagination";
        // Hashing is measured elsewhere.
        settings_.password_hashers = {"django.contrib.auth.hashers.MD5PasswordHasher"};
        settings_.login_throttle_rate.reset();
        settings_.basic_throttle_rate.reset();
        RouteSettings login;
        login.route = "api-auth/";
        login.include = "rest_framework.urls";
        RouteSettings token;
        token.route = "api-token-auth/";
        token.view = "rest_framework.authtoken.views.obtain_auth_token";
        settings_.routes.push_back(login);
        settings_.routes.push_back(token);
        settings_.database = given_.database_settings();
        SiteOptions options;
        options.database_connections = 1;
        options.clock = given_.clock();

        const auto ann = given_.user("ann");
        // Each message has all words that are looked for.
        const std::string text = many(300, " ", word);
        given_.connection().begin();
        for (std::size_t number = 0; number < message_count; ++number) {
            given_.message(ann, text).tag("t" + std::to_string(number % 300)).tag("other");
        }
        given_.connection().commit();
        token_ = "Authorization: Token " + given_.token(ann) + "\r\n";
        site_.emplace(settings_, options);
        endpoint_.emplace(*site_);
    }

    std::vector<Input> inputs() const;

    /// Reads the bytes as the server does, and answers. What is refused has an answer too.
    int answer(std::string_view bytes) {
        http::Request request;
        server::RequestReader reader(
            {settings_.server.header_limit_bytes, settings_.server.body_limit_bytes}
        );
        reader.start(request);
        constexpr std::size_t one_read = 64 * 1024; // of a socket
        for (std::size_t arrived = one_read;; arrived += one_read) {
            std::size_t consumed = 0;
            const auto progress = reader.feed(bytes.substr(0, arrived), consumed);
            bytes.remove_prefix(consumed);
            arrived -= consumed;
            if (progress == server::RequestReader::Progress::failed) {
                return reader.error_status();
            }
            if (progress == server::RequestReader::Progress::complete) {
                break;
            }
            if (arrived >= bytes.size()) {
                throw std::logic_error("the request has no end");
            }
        }
        return (*endpoint_)(request).status;
    }

private:
    test::Given given_ = given_for_serving();
    Settings settings_;
    std::optional<Site> site_;
    std::optional<Endpoint> endpoint_;
    std::string token_;
};

std::vector<Input> LimitsSite::inputs() const {
    const std::size_t header = settings_.server.header_limit_bytes - 400;
    const std::size_t body = settings_.server.body_limit_bytes - 400;
    constexpr std::size_t header_lines = 95;
    const std::string form = "application/x-www-form-urlencoded";
    const std::string multipart = "multipart/form-data; boundary=b";
    const std::string json = "application/json";
    const std::string login = "/api-auth/login/";
    const std::string token = "/api-token-auth/";
    const std::string list = "/messages/?limit=10&";
    const auto line = [](std::string name, std::string_view part) {
        return [name = std::move(name), part](std::size_t size) {
            return get("/messages/", name + ": " + repeated(size, part) + "\r\n");
        };
    };
    const auto target = [](std::string beginning, std::string_view part) {
        return [beginning = std::move(beginning), part](std::size_t size) {
            return get(beginning + repeated(size, part));
        };
    };
    const auto field = [form](std::string target, std::string beginning, std::string_view part) {
        return [=, target = std::move(target), beginning = std::move(beginning)](std::size_t size) {
            return post(target, form, beginning + repeated(size, part));
        };
    };
    const auto of_ann =
        [this](std::string beginning, std::function<std::string(std::size_t)> rest) {
            return [this, beginning = std::move(beginning), rest = std::move(rest)](std::size_t size
                   ) { return get(beginning + rest(size), token_); };
        };
    const auto words = [](std::size_t size) { return many(size, "+", word); };
    const auto levels = [](std::size_t size) {
        return many(size, ",", [](std::size_t i) { return std::to_string(10 + i); });
    };
    const auto tags = [](std::size_t size) {
        return many(size, ",", [](std::size_t i) { return "t" + std::to_string(i); });
    };
    return {
        {"method",
         true,
         header,
         [](std::size_t size) { return request(repeated(size, "A"), "/"); }},
        {"path", true, header, target("/", "a")},
        {"path of slashes", true, header, target("/messages/", "/")},
        {"escapes in the path", true, header, target("/", "%C3%BC")},
        {"line of the header", true, header, line("X", "a")},
        {"lines of the header",
         true,
         header_lines,
         [](std::size_t size) {
             return get("/messages/", many(size, "", [](std::size_t i) {
                            return fmt::format("{}: b\r\n", word(i));
                        }));
         }},
        {"lines of one name",
         true,
         header_lines,
         [](std::size_t size) {
             return get("/messages/", many(size, "", [](std::size_t) { return "Cookie: a\r\n"; }));
         }},
        {"Host",
         true,
         header,
         [](std::size_t size) {
             return fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", repeated(size, "a."));
         }},
        {"Accept", true, header, line("Accept", "text/a;q=0.1,")},
        {"parameters of Accept",
         true,
         header / 7,
         [](std::size_t size) {
             return get("/messages/", "Accept: text/a;" + fields(size, ";") + "\r\n");
         }},
        {"escapes in Accept",
         true,
         header,
         [](std::size_t size) {
             return get("/messages/", "Accept: text/a;b=\"" + repeated(size, "\\\\") + "\"\r\n");
         }},
        {"parameters of Content-Type",
         true,
         header / 7,
         [=](std::size_t size) { return post(token, form + ";" + fields(size, ";"), "a=b"); }},
        {"Accept-Language", true, header, line("Accept-Language", "de-at;q=0.5,")},
        {"subtags in Accept-Language",
         true,
         header,
         [](std::size_t size) {
             return get("/messages/", "Accept-Language: de" + repeated(size, "-a") + ", de\r\n");
         }},
        {"language cookie",
         true,
         header,
         [](std::size_t size) {
             return get("/messages/", "Cookie: django_language=a" + repeated(size, "-a") + "\r\n");
         }},
        {"Origin", true, header, line("Origin", "http://a/")},
        {"cookies",
         true,
         header / 8,
         [](std::size_t size) {
             return get("/messages/", "Cookie: " + fields(size, "; ") + "\r\n");
         }},
        {"escapes in a cookie",
         true,
         header,
         [](std::size_t size) {
             return get("/messages/", "Cookie: sessionid=\"" + repeated(size, "\\101") + "\"\r\n");
         }},
        {"session key", true, header, line("Cookie: sessionid=a", "a")},
        {"token", true, header, line("Authorization", "Token a")},
        {"Basic credentials",
         true,
         header,
         [](std::size_t size) {
             return get("/messages/", "Authorization: Basic " + repeated(size, "YWFh") + "\r\n");
         }},
        {"X-Forwarded-For", true, header, line("X-Forwarded-For", "1.2.3.4, ")},
        {"Referer", true, header, line("Referer", "http://a/")},
        {"query", true, header, target("/messages/?a=", "a")},
        {"escapes in the query", true, header, target("/messages/?a=", "%C3%BC")},
        {"fields of the query",
         true,
         1'000,
         [](std::size_t size) { return get("/messages/?" + fields(size, "&")); }},
        {"next", true, header, target(login + "?next=", "/a")},
        {"id", true, header, target("/messages/", "7")},
        {"form", true, body, field(token, "username=", "a")},
        {"escapes in a form", true, body, field(token, "username=", "%41")},
        {"fields of a form",
         true,
         1'000,
         [=](std::size_t size) { return post(token, form, fields(size, "&")); }},
        {"form of a login", true, body, field(login, "username=", "a")},
        {"user name", true, body / 2, field(token, "password=x&username=", "a")},
        {"marks in a user name",
         true,
         body / 12,
         [=](std::size_t size) {
             return post(token, form, "password=x&username=" + repeated(12 * size, "%CC%80%CC%96"));
         }},
        {"password", true, body / 2, field(token, "username=ann&password=", "a")},
        {"multipart value",
         true,
         body,
         [=](std::size_t size) {
             return post(
                 token,
                 multipart,
                 "--b\r\nContent-Disposition: form-data; name=username\r\n\r\n" +
                     repeated(size, "\r\n--a") + "\r\n--b--\r\n"
             );
         }},
        {"multipart fields",
         true,
         body / 50,
         [=](std::size_t size) {
             return post(
                 token,
                 multipart,
                 many(
                     size,
                     "",
                     [](std::size_t) {
                         return "--b\r\nContent-Disposition: form-data;name=a\r\n\r\n\r\n";
                     }
                 ) + "--b--\r\n"
             );
         }},
        {"lines of a multipart field",
         true,
         body,
         [=](std::size_t size) {
             return post(
                 token,
                 multipart,
                 "--b\r\n" + repeated(size, "A: b\r\n") +
                     "Content-Disposition: form-data; name=a\r\n\r\n\r\n--b--\r\n"
             );
         }},
        {"JSON text",
         true,
         body,
         [=](std::size_t size) {
             return post(token, json, R"({"username":")" + repeated(size, "a") + "\"}");
         }},
        {"escapes in JSON",
         true,
         body,
         [=](std::size_t size) {
             return post(token, json, R"({"username":")" + repeated(size, "\\u00fc") + "\"}");
         }},
        {"JSON depth",
         true,
         body,
         [=](std::size_t size) { return post(token, json, repeated(size, "[")); }},
        {"JSON values",
         true,
         body,
         [=](std::size_t size) { return post(token, json, "[" + repeated(size, "1,") + "1]"); }},
        {"JSON keys",
         true,
         body / 11,
         [=](std::size_t size) {
             return post(token, json, "{" + many(size, ",", [](std::size_t i) {
                                          return fmt::format("\"{:06x}\":1", i);
                                      }) + "}");
         }},
        {"JSON keys of one name",
         true,
         body,
         [=](std::size_t size) {
             return post(token, json, "{" + repeated(size, "\"a\":1,") + "\"a\":1}");
         }},
        {"JSON number",
         true,
         body,
         [=](std::size_t size) { return post(token, json, repeated(size, "7")); }},
        {"chunks",
         true,
         body / 6,
         [=](std::size_t size) {
             return "POST " + token + " HTTP/1.1\r\nHost: testserver\r\nContent-Type: " + form +
                    "\r\nTransfer-Encoding: chunked\r\n\r\n" + repeated(6 * size, "1\r\na\r\n") +
                    "0\r\n\r\n";
         }},
        {"words", false, 300, of_ann(list + "search=", words), 10},
        {"words, a whole list", false, 300, of_ann("/messages/?search=", words), message_count},
        {"word",
         false,
         header,
         of_ann(list + "search=", [](std::size_t size) { return repeated(size, "a"); }),
         10},
        {"phrases",
         false,
         header,
         of_ann(list + "search=", [](std::size_t size) { return repeated(size, "%22a%22+"); }),
         10},
        {"quotes that nothing closes",
         false,
         header,
         of_ann(list + "search=", [](std::size_t size) { return repeated(size, "%5C%22+"); })},
        {"escapes in a phrase",
         false,
         header,
         of_ann(
             list + "search=%22", [](std::size_t size) { return repeated(size, "%5C%22") + "%22"; }
         )},
        {"words that are too many",
         false,
         header / 5,
         of_ann(
             list + "search=",
             [](std::size_t size) {
                 return many(size, "+", [](std::size_t i) { return fmt::format("{:03x}", i); });
             }
         )},
        {"levels", false, 300, of_ann(list + "level__in=", levels), 10},
        {"tags", false, 300, of_ann(list + "extra_tags__in=", tags), 10},
        {"words, levels and tags",
         false,
         300,
         of_ann(
             list + "ordering=level,read_at,created&",
             [=](std::size_t size) {
                 return "search=" + words(size) + "&level__in=" + levels(size) +
                        "&extra_tags__in=other," + tags(size - 1);
             }
         ),
         10},
        {"text of a tag",
         false,
         header,
         of_ann(
             list + "extra_tags__icontains=", [](std::size_t size) { return repeated(size, "t"); }
         ),
         10},
        {"level",
         false,
         header,
         of_ann(list + "level__gte=", [](std::size_t size) { return repeated(size, "0"); }),
         10},
        {"moment",
         false,
         header,
         of_ann(list + "created_after=", [](std::size_t size) { return repeated(size, "0"); }),
         10},
        {"blanks in a date",
         false,
         header / 2,
         of_ann(
             list + "created_after=Jan",
             [](std::size_t size) { return repeated(size, "+") + "1" + repeated(size, "+") + "x"; }
         ),
         10},
        {"time zone of a date",
         false,
         header,
         of_ann(
             list + "created_after=2024-01-01T00:00:00%2B00:00:00.",
             [](std::size_t size) { return repeated(size, "0"); }
         ),
         10},
        {"ordering",
         false,
         header,
         of_ann(list + "ordering=", [](std::size_t size) { return repeated(size, "-level,"); }),
         10},
        {"limit",
         false,
         message_count,
         of_ann("/messages/?limit=", [](std::size_t size) { return std::to_string(size); }),
         message_count},
        {"messages of a page",
         false,
         message_count,
         [this](std::size_t size) {
             return get(fmt::format("/messages/?limit={}", size), token_ + "Accept: text/html\r\n");
         },
         message_count},
        {"offset",
         false,
         message_count,
         of_ann(list + "offset=", [](std::size_t size) { return std::to_string(size); })},
        {"digits of the limit",
         false,
         header,
         of_ann("/messages/?limit=", [](std::size_t size) { return repeated(size, "0"); }),
         message_count},
    };
}

double processor_ms() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Prints the least of five for each input; returns how many cost more than is allowed.
int print_times(LimitsSite& site) {
    int over = 0;
    for (const Input& input : site.inputs()) {
        const std::string bytes = input.bytes(input.limit);
        int status = site.answer(bytes);
        double least = 1e9;
        for (int turn = 0; turn < 5; ++turn) {
            const double before = processor_ms();
            status = site.answer(bytes);
            least = std::min(least, processor_ms() - before);
        }
        const double allowed =
            input.anonymous ? anonymous_ms : user_ms + row_ms * static_cast<double>(input.rows);
        over += least > allowed ? 1 : 0;
        fmt::print(
            "{:28} {:9} {:3} {:8.3f} ms of {:4.1f}{}\n",
            input.name,
            input.limit,
            status,
            least,
            allowed,
            least > allowed ? "  too much" : ""
        );
    }
    return over;
}

/// Has callgrind write the instructions of each request, in a part called after it.
void count_growth(LimitsSite& site) {
    for (const Input& input : site.inputs()) {
        for (const std::size_t part : {8, 4, 2, 1}) {
            const std::string bytes = input.bytes(input.limit / part);
            const std::string name = fmt::format("{}\t{}", input.name, input.limit / part);
            site.answer(bytes); // what is kept, statements for example
            CALLGRIND_ZERO_STATS;
            site.answer(bytes);
            CALLGRIND_DUMP_STATS_AT(name.c_str());
        }
    }
}

} // namespace
} // namespace drf_messages::bench

int main(int count, char** arguments) {
    try {
        drf_messages::bench::LimitsSite site;
        if (count == 2 && std::string_view(arguments[1]) == "growth") {
            drf_messages::bench::count_growth(site);
            return 0;
        }
        return drf_messages::bench::print_times(site) == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "input_cost: " << error.what() << '\n';
        return 1;
    }
}
