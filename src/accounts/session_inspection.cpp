// SPDX-License-Identifier: MIT
#include "accounts/session_inspection.hpp"

#include "accounts/authentication.hpp"
#include "accounts/session.hpp"
#include "accounts/session_explanation.hpp"
#include "crypto/random.hpp"
#include "django/auth_hash.hpp"
#include "django/pickle.hpp"
#include "text/utf8.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace drf_messages::accounts {
namespace {

/// An engine that has the one session that was found, so that nothing is ever changed: a real one
/// fills its cache by loading.
class FoundSession final : public SessionEngine {
public:
    explicit FoundSession(const boost::json::object& data) : data_(data) {}

    std::optional<LoadedSession> load(const ConnectionSource&, std::string_view) override {
        return LoadedSession{data_};
    }
    std::optional<boost::json::object>
    explain(const ConnectionSource&, std::string_view, InspectionSteps&) override {
        return data_;
    }
    std::optional<std::string> save(
        const ConnectionSource&,
        std::string_view key,
        const boost::json::object&,
        const SessionExpiry&,
        bool
    ) override {
        return std::string(key);
    }
    std::optional<std::string>
    touch(const ConnectionSource&, std::string_view key, const SessionExpiry&) override {
        return std::string(key);
    }
    void
    remove(const ConnectionSource&, std::string_view, std::optional<std::string_view>) override {}

private:
    const boost::json::object& data_;
};

std::optional<std::string> text_of(const boost::json::object& session, std::string_view name) {
    const boost::json::value* value = session.if_contains(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->is_int64()) {
        return std::to_string(value->get_int64());
    }
    return value->is_string() ? std::optional(std::string(value->get_string())) : std::nullopt;
}

struct HashMaker {
    std::string key; ///< its name
    bool by_sha1 = false;
};

/// Which key made the hash; absent: none of them.
std::optional<HashMaker>
maker_of_hash(const Settings& settings, std::string_view hash, const User& user) {
    const std::vector<std::string> keys = secret_keys(settings);
    for (std::size_t index = 0; index < keys.size(); ++index) {
        if (django::verify_session_auth_hash(hash, user.password, keys[index])) {
            return HashMaker{
                secret_key_name(index),
                hash != django::session_auth_hash(user.password, keys[index])};
        }
    }
    return std::nullopt;
}

/// Whether everything between the session's content and its user is as it should be, step by step.
bool follow_to_user(
    const InspectedSite& site, const boost::json::object& session, InspectionSteps& steps
) {
    const auto stop = [&steps](std::string text) {
        steps.stop(std::move(text));
        return false;
    };
    const auto id = text_of(session, "_auth_user_id");
    if (!id) {
        return stop(
            session.empty() ? "the session is empty"
                            : "nobody is logged in in this session: it names no user"
        );
    }
    const auto backend = text_of(session, "_auth_user_backend");
    const auto& allowed = site.settings.authentication_backends;
    if (!backend || std::find(allowed.begin(), allowed.end(), *backend) == allowed.end()) {
        return stop(fmt::format(
            "the user logged in by {}, which AUTHENTICATION_BACKENDS does not name here",
            backend.value_or("no backend")
        ));
    }
    steps.found(fmt::format("logged in by {}", *backend));

    const auto key = site.users.table().parse_key(*id);
    const auto user = key ? site.users.select_user(site.connection(), *key) : std::nullopt;
    if (!user) {
        return stop(fmt::format(
            "the table {} has no user {}: the user was deleted, or DATABASES or AUTH_USER_MODEL is "
            "another one where the session was made",
            site.users.table().name,
            *id
        ));
    }
    steps.found(fmt::format("user {} is {}", *id, user->username));
    if (!user->is_active) {
        if (backend->find("AllowAllUsers") == std::string::npos) {
            return stop("the user is not active");
        }
        steps.note("the user is not active");
    }

    const auto hash = text_of(session, "_auth_user_hash");
    if (!hash || hash->empty()) {
        return stop("the session has no _auth_user_hash: Django before 1.10 made it");
    }
    const auto maker = maker_of_hash(site.settings, *hash, *user);
    if (!maker) {
        return stop("_auth_user_hash fits none of the keys: the password was changed after this "
                    "login, or SECRET_KEY is another one where the session was made");
    }
    constexpr std::string_view old_form = "in the SHA-1 form of Django before 3.1";
    if (maker->by_sha1 && django::legacy_formats(site.settings) == django::LegacyFormats::refused) {
        return stop(
            fmt::format("_auth_user_hash is {}, which Django 4.0 and later do not take", old_form)
        );
    }
    steps.found(fmt::format(
        "_auth_user_hash fits the password and {}{}",
        maker->key,
        maker->by_sha1 ? fmt::format(", {}", old_form) : ""
    ));
    return true;
}

} // namespace

std::optional<User>
inspect_session(const InspectedSite& site, const std::string& key, InspectionSteps& steps) {
    steps.found("SESSION_ENGINE is " + site.settings.session_engine);
    if (text::utf8_length(key) < shortest_session_key) {
        steps.stop("the key has fewer than 8 characters: such a cookie is taken for none");
        return std::nullopt;
    }
    const auto kept = make_session_engine(site.settings, site.clock, site.caches);
    const auto data = kept->explain(site.connection, key, steps);
    if (data && django::is_too_large_to_read(*data)) {
        steps.stop(fmt::format(
            "it holds {}, which is not read: the visitor is not known, and the session stays as it "
            "is stored",
            django::skipped_classes(*data)
        ));
        return std::nullopt;
    }
    if (const auto classes = data ? django::skipped_classes(*data) : ""; !classes.empty()) {
        steps.note(fmt::format(
            "it holds objects of Python that are not built here ({}): the rest is read, and "
            "nothing "
            "is stored in it",
            classes
        ));
    }
    if (!data || !follow_to_user(site, *data, steps)) {
        return std::nullopt;
    }
    FoundSession engine(*data);
    Session session(
        engine, site.settings, site.clock, crypto::system_random_bytes, site.connection, key
    );
    const django::SessionAuthHashes hashes(
        site.settings.secret_key, django::legacy_formats(site.settings)
    );
    auto user = user_of_session(site.settings, site.users, hashes, session, site.connection);
    if (!user) {
        steps.stop("the backend by which the user logged in lets nobody in here");
    }
    return user;
}

} // namespace drf_messages::accounts
