// SPDX-License-Identifier: MIT
#include "middleware/pipeline.hpp"

#include "accounts/session.hpp"
#include "cache/cache.hpp"
#include "middleware/factories.hpp"
#include "middleware/names.hpp"
#include "sql/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <stdexcept>
#include <utility>

namespace drf_messages::middleware {
namespace {

struct Entry {
    std::string_view name;
    MiddlewareFactory make;
};

constexpr std::array entries{
    Entry{"django.middleware.security.SecurityMiddleware", make_security_middleware},
    Entry{names::sessions, make_session_middleware},
    Entry{"django.middleware.common.CommonMiddleware", make_common_middleware},
    Entry{names::csrf, make_csrf_view_middleware},
    Entry{names::authentication, make_authentication_middleware},
    Entry{names::messages, make_message_middleware},
    Entry{
        "django.middleware.clickjacking.XFrameOptionsMiddleware", make_x_frame_options_middleware},
    Entry{"django.middleware.gzip.GZipMiddleware", make_gzip_middleware},
    Entry{"django.middleware.http.ConditionalGetMiddleware", make_conditional_get_middleware},
    Entry{"django.middleware.locale.LocaleMiddleware", make_locale_middleware},
};

/// - what: what does not answer, "The database".
http::Response unavailable(std::string_view what) {
    http::Response response;
    response.status = 503;
    response.headers.set("Content-Type", "application/json");
    response.headers.set("Retry-After", "1");
    response.body = fmt::format(R"({{"detail":"{} is not available. Try again."}})", what);
    return response;
}

/// Whether the database's state is to blame, which its operator can mend, and not the statement.
bool is_outage(sql::ErrorKind kind) {
    switch (kind) {
    case sql::ErrorKind::connection_lost:
    case sql::ErrorKind::busy:
    case sql::ErrorKind::schema:
    case sql::ErrorKind::read_only:
    case sql::ErrorKind::full:
        return true;
    case sql::ErrorKind::constraint:
    case sql::ErrorKind::foreign_key:
    case sql::ErrorKind::made_before:
    case sql::ErrorKind::not_supported:
    case sql::ErrorKind::other:
        return false;
    }
    return false;
}

/// "GET /messages/", as sent and without the query, which may hold anything.
std::string request_line(const http::Request& request) {
    const std::string_view target = request.target;
    return fmt::format("{} {}", request.method, target.substr(0, target.find('?')));
}

/// The answer to the exception that is being handled. Django: core/handlers/exception.py.
http::Response response_for_exception(const Site& site, const http::Request& request) {
    try {
        throw;
    } catch (const BadRequest& error) {
        site.log(LogLevel::warning, fmt::format("{}: {}", request_line(request), error.what()));
        return bad_request_page();
    } catch (const accounts::SessionInterrupted& error) {
        site.log(LogLevel::warning, fmt::format("{}: {}", request_line(request), error.what()));
        return bad_request_page();
    } catch (const sql::Error& error) {
        site.log(LogLevel::error, fmt::format("{}: {}", request_line(request), error.what()));
        return is_outage(error.kind()) ? unavailable("The database") : server_error_page();
    } catch (const cache::Error& error) {
        site.log(LogLevel::error, fmt::format("{}: {}", request_line(request), error.what()));
        return unavailable("The cache");
    } catch (const accounts::SessionStoreError& error) {
        site.log(LogLevel::error, fmt::format("{}: {}", request_line(request), error.what()));
        return unavailable("The session store");
    } catch (const std::exception& error) {
        site.log(LogLevel::error, fmt::format("{}: {}", request_line(request), error.what()));
        return server_error_page();
    } catch (...) {
        site.log(LogLevel::error, fmt::format("{}: unknown error", request_line(request)));
        return server_error_page();
    }
}

} // namespace

Pipeline::Pipeline(Site& site, View view) : site_(site), view_(std::move(view)) {
    for (const ClassName& name : site_.settings.middleware) {
        const auto entry = std::find_if(entries.begin(), entries.end(), [&](const Entry& known) {
            return known.name == name;
        });
        if (entry == entries.end()) {
            throw std::invalid_argument(fmt::format("MIDDLEWARE: \"{}\" is not available", name));
        }
        chain_.push_back(entry->make(site_, view_));
    }
}

Pipeline::~Pipeline() = default;

http::Response Pipeline::operator()(const http::Request& wire) {
    return (*this)(wire, view_.handle, {});
}

http::Response
Pipeline::operator()(const http::Request& wire, const View::Handle& handle, std::string view_name) {
    try {
        HttpRequest request(site_, wire);
        request.view_name = std::move(view_name);
        if (view_.reads_in_snapshot) {
            request.read_in_snapshot();
        }
        return run(0, request, handle);
    } catch (...) {
        return response_for_exception(site_, wire);
    }
}

http::Response Pipeline::run(std::size_t index, HttpRequest& request, const View::Handle& handle) {
    try {
        if (index == chain_.size()) {
            return handle(request);
        }
        Middleware& middleware = *chain_[index];
        std::optional<http::Response> response = middleware.process_request(request);
        if (!response) {
            response = run(index + 1, request, handle);
        }
        middleware.process_response(request, *response);
        return std::move(*response);
    } catch (...) {
        return response_for_exception(site_, request.wire);
    }
}

const std::vector<std::string>& Pipeline::known_middleware() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        list.reserve(entries.size());
        for (const Entry& entry : entries) {
            list.emplace_back(entry.name);
        }
        return list;
    }();
    return names;
}

} // namespace drf_messages::middleware
