// SPDX-License-Identifier: MIT
#include "middleware/pipeline.hpp"

#include "base/answerable.hpp"
#include "base/names_of.hpp"
#include "http/message.hpp"
#include "middleware/factories.hpp"
#include "middleware/names.hpp"
#include "text/percent.hpp"

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
    Entry{names::common, make_common_middleware},
    Entry{names::csrf, make_csrf_view_middleware},
    Entry{names::authentication, make_authentication_middleware},
    Entry{names::messages, make_message_middleware},
    Entry{
        "django.middleware.clickjacking.XFrameOptionsMiddleware", make_x_frame_options_middleware},
    Entry{"django.middleware.gzip.GZipMiddleware", make_gzip_middleware},
    Entry{names::conditional_get, make_conditional_get_middleware},
    Entry{"django.middleware.locale.LocaleMiddleware", make_locale_middleware},
    Entry{"corsheaders.middleware.CorsMiddleware", make_cors_middleware},
};

/// As the exception says: in its words, or with Django's plain page of the status.
http::Response
response_for(const SiteResources& site, HttpRequest* request, const Answerable::Answer& answer) {
    http::Response response;
    if (answer.text.empty()) {
        response = error_page(site, answer.status);
        if (request != nullptr) {
            ensure_csrf_cookie(*request, response);
        }
    } else {
        response.status = answer.status;
        response.headers.set("Content-Type", "application/json");
        response.body = fmt::format(R"({{"detail":"{}"}})", answer.text);
    }
    if (answer.retry_after) {
        response.headers.set("Retry-After", fmt::format("{}", answer.retry_after->count()));
    }
    return response;
}

/// "GET /messages/", as sent and without the query, which may hold anything; the beginning of what
/// is long. Bytes that no URL may have are escaped: with them the log would not be text.
std::string request_line(const http::Request& request) {
    static constexpr text::SafeBytes safe("!\"#$%&'()*+,/:;<=>?@[\\]^`{|}");
    const std::string_view method = request.method;
    const std::string_view target = request.target;
    const auto path = target.substr(0, target.find('?'));
    return fmt::format(
        "{} {}{}",
        method.substr(0, http::longest_logged_method),
        text::percent_encode(path.substr(0, http::longest_logged_path), safe),
        path.size() > http::longest_logged_path ? "..." : ""
    );
}

/// The answer to the exception that is being handled. Django: core/handlers/exception.py.
/// - request: null when making it is what failed.
http::Response
response_for_exception(const SiteResources& site, const http::Request& wire, HttpRequest* request) {
    Answerable::Answer answer;
    std::string reason = "unknown error";
    try {
        throw;
    } catch (const std::exception& error) {
        reason = error.what();
        if (const auto* known = dynamic_cast<const Answerable*>(&error)) {
            answer = known->answer();
        }
    } catch (...) {
        // Nothing more is known of it.
    }
    const LogLevel level = answer.status < 500 ? LogLevel::warning : LogLevel::error;
    site.log(level, fmt::format("{}: {}", request_line(wire), reason));
    return response_for(site, request, answer);
}

} // namespace

Pipeline::Pipeline(SiteResources& site, View view) : site_(site), view_(std::move(view)) {
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

Pipeline::~Pipeline() {
    door_->close();
}

void Pipeline::Door::visit(const http::Request& wire, Visitor& visitor) {
    const std::shared_lock lock(mutex_);
    if (pipeline_ == nullptr) {
        return;
    }
    HttpRequest request(pipeline_->site_, wire);
    request.visitor = &visitor;
    for (const auto& middleware : pipeline_->chain_) {
        if (middleware->process_request(request)) {
            return;
        }
    }
    pipeline_->view_.handle(request);
}

void Pipeline::Door::close() {
    const std::unique_lock lock(mutex_);
    pipeline_ = nullptr;
}

http::Response Pipeline::operator()(const http::Request& wire) {
    return (*this)(wire, view_.handle, {});
}

http::Response
Pipeline::operator()(const http::Request& wire, const View::Handle& handle, std::string view_name) {
    try {
        HttpRequest request(site_, wire);
        request.view_name = std::move(view_name);
        request.pipeline = this;
        if (view_.reads_in_snapshot) {
            request.read_in_snapshot();
        }
        http::Response response = run(0, request, handle);
        response.route = request.route;
        return response;
    } catch (...) {
        return response_for_exception(site_, wire, nullptr);
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
        return response_for_exception(site_, request.wire, &request);
    }
}

const std::vector<std::string>& Pipeline::known_middleware() {
    static const std::vector<std::string> names = names_of(entries);
    return names;
}

} // namespace drf_messages::middleware
