// SPDX-License-Identifier: MIT
#include "config/setting.hpp"
#include "model/release_defaults.hpp"

#include <algorithm>

namespace drf_messages::config {
namespace {

bool is_referrer_policy(std::string_view text) {
    static constexpr std::string_view policies[] = {
        "no-referrer",
        "no-referrer-when-downgrade",
        "origin",
        "origin-when-cross-origin",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url"};
    while (true) {
        const auto comma = text.find(',');
        std::string_view one = text.substr(0, comma);
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        one.remove_suffix(one.size() - std::min(one.find_last_not_of(' ') + 1, one.size()));
        if (std::find(std::begin(policies), std::end(policies), one) == std::end(policies)) {
            return false;
        }
        if (comma == std::string_view::npos) {
            return true;
        }
        text.remove_prefix(comma + 1);
    }
}

bool is_opener_policy(std::string_view text) {
    return text == "same-origin" || text == "same-origin-allow-popups" || text == "unsafe-none";
}

/// Django takes text, or a list that it joins with commas.
Setting referrer_policy() {
    const SettingWords words{
        "SECURE_REFERRER_POLICY",
        "The Referrer-Policy header; several, or a list, in order of preference.",
        "\"same-origin\"",
        Rule{
            "policies of the Referrer-Policy header", Rule{}.low, Rule{}.high, is_referrer_policy}};
    Setting setting = make_setting(words, &Settings::secure_referrer_policy);
    const auto read = setting.read;
    setting.read =
        [words, read](const Node& node, Settings& settings, Reader& reader) {
            std::vector<std::string> policies;
            if (!std::holds_alternative<Node::Array>(node.value)) {
                read(node, settings, reader);
            } else if (!Codec<std::vector<std::string>>::read(node, words.rule, policies) || policies.empty()) {
                wrong_value(words, "text or a list of texts", node, reader);
            } else {
                settings.secure_referrer_policy.emplace();
                for (const std::string& policy : policies) {
                    *settings.secure_referrer_policy +=
                        (policy == policies.front() ? "" : ",") + policy;
                }
            }
        };
    return setting;
}

Setting opener_policy() {
    const SettingWords words{
        "SECURE_CROSS_ORIGIN_OPENER_POLICY",
        "The Cross-Origin-Opener-Policy header; unless it is set, same-origin from DJANGO_VERSION "
        "4.0 on.",
        "\"same-origin-allow-popups\"",
        Rule{
            "same-origin, same-origin-allow-popups or unsafe-none",
            Rule{}.low,
            Rule{}.high,
            is_opener_policy}};
    Setting setting = make_setting(words, &Settings::secure_cross_origin_opener_policy);
    const auto read = setting.read;
    setting.read = [read](const Node& node, Settings& settings, Reader& reader) {
        settings.secure_cross_origin_opener_policy.reset();
        read(node, settings, reader);
        // What is none by the file is not what the release has.
        auto& policy = settings.secure_cross_origin_opener_policy;
        policy = policy.value_or("");
    };
    return decided_by_release(std::move(setting), [](const Settings& settings) {
        return model::opener_policy_of(settings, model::differences_of(settings));
    });
}

Setting proxy_ssl_header() {
    const SettingWords words{
        "SECURE_PROXY_SSL_HEADER",
        "Header (by its WSGI name) and value by which a proxy says that a request was HTTPS.",
        "[\"HTTP_X_FORWARDED_PROTO\", \"https\"]"};
    Setting setting{words, "list of two texts, or \"\" for none", {}, {}};
    setting.read = [words,
                    type = setting.type](const Node& node, Settings& settings, Reader& reader) {
        std::vector<std::string> parts;
        if (const auto* text = std::get_if<std::string>(&node.value);
            text != nullptr && text->empty()) {
            settings.secure_proxy_ssl_header.reset();
        } else if (Codec<std::vector<std::string>>::read(node, any, parts) && parts.size() == 2) {
            settings.secure_proxy_ssl_header.emplace(parts[0], parts[1]);
        } else {
            wrong_value(words, type, node, reader);
        }
    };
    setting.write = [](const Settings& settings) {
        const auto& pair = settings.secure_proxy_ssl_header;
        return pair ? Codec<std::vector<std::string>>::write({pair->first, pair->second})
                    : Codec<std::string>::write("");
    };
    return setting;
}

} // namespace

std::vector<Setting> security_settings() {
    using S = Settings;
    return {
        make_setting(
            {"SECURE_HSTS_SECONDS",
             "Seconds of Strict-Transport-Security; 0: not sent.",
             "31536000",
             not_negative},
            &S::secure_hsts_seconds
        ),
        make_setting(
            {"SECURE_HSTS_INCLUDE_SUBDOMAINS",
             "Strict-Transport-Security for subdomains too.",
             "true"},
            &S::secure_hsts_include_subdomains
        ),
        make_setting(
            {"SECURE_HSTS_PRELOAD", "Strict-Transport-Security with preload.", "true"},
            &S::secure_hsts_preload
        ),
        make_setting(
            {"SECURE_CONTENT_TYPE_NOSNIFF", "Sends X-Content-Type-Options: nosniff.", "true"},
            &S::secure_content_type_nosniff
        ),
        make_setting(
            {"SECURE_BROWSER_XSS_FILTER",
             "Sends X-XSS-Protection; not from DJANGO_VERSION 4.0 on.",
             "true"},
            &S::secure_browser_xss_filter
        ),
        referrer_policy(),
        opener_policy(),
        make_setting(
            {"SECURE_SSL_REDIRECT", "Redirects HTTP to HTTPS.", "true"}, &S::secure_ssl_redirect
        ),
        make_setting(
            {"SECURE_SSL_HOST",
             "The host to which SECURE_SSL_REDIRECT leads.",
             "\"example.com\"",
             header_safe},
            &S::secure_ssl_host
        ),
        make_setting(
            {"SECURE_REDIRECT_EXEMPT",
             "Regular expressions on paths that are not redirected.",
             "[\"^healthz$\"]"},
            &S::secure_redirect_exempt
        ),
        proxy_ssl_header(),
        make_setting(
            {"X_FRAME_OPTIONS", "The X-Frame-Options header.", "\"SAMEORIGIN\"", header_safe},
            &S::x_frame_options
        ),
        make_setting(
            {"CORS_ALLOWED_ORIGINS",
             "Other sites whose pages may read the answers, with corsheaders.middleware."
             "CorsMiddleware.",
             "[\"https://app.example.com\"]",
             Rule{
                 "each SCHEME://HOST or SCHEME://HOST:PORT, without a path",
                 Rule{}.low,
                 Rule{}.high,
                 is_origin}},
            &S::cors_allowed_origins
        ),
        make_setting(
            {"CORS_ALLOW_CREDENTIALS", "Whether they may send this site's cookies.", "true"},
            &S::cors_allow_credentials
        ),
    };
}

} // namespace drf_messages::config
