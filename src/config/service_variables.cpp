// SPDX-License-Identifier: MIT
#include "config/service_variables.hpp"

#include "config/setting.hpp"
#include "text/ascii.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace drf_messages::config {
namespace {

constexpr std::string_view prefix = "DRF_MESSAGES_";
constexpr std::string_view protocols[] = {"TCP", "UDP", "SCTP"};

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_address(std::string_view text) {
    const auto is_part = [](char c) {
        return text::is_alphanumeric(c) || c == '.' || c == ':' || c == '-' || c == '%';
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_part);
}

bool is_protocol(std::string_view text) {
    return std::any_of(std::begin(protocols), std::end(protocols), [&](std::string_view known) {
        return text::uppered(text) == known;
    });
}

/// "tcp://10.96.0.7:8000"
bool is_url(std::string_view text) {
    const auto scheme = text.find("://");
    return scheme != std::string_view::npos && is_protocol(text.substr(0, scheme));
}

/// "/web/db": a container, and what it calls the linked one.
bool is_link_name(std::string_view text) {
    return text.starts_with('/') && std::count(text.begin(), text.end(), '/') == 2 &&
           !text.ends_with('/');
}

/// The end of a name behind that of the service, and what such a variable holds.
struct Form {
    std::string_view end;
    bool (*value)(std::string_view);
};

constexpr Form forms[] = {
    {"_SERVICE_HOST", is_address},
    {"_SERVICE_PORT", is_number},
    {"_PORT", is_url},
};

/// Behind "_PORT_8000_TCP"; a range of ports has a START and an END.
constexpr Form port_forms[] = {
    {"", is_url},
    {"_PROTO", is_protocol},
    {"_PORT", is_number},
    {"_ADDR", is_address},
    {"_START", is_url},
    {"_END", is_url},
    {"_PORT_START", is_number},
    {"_PORT_END", is_number},
};

/// A service's name is a DNS label in capitals: "_" for "-", which is never its last character.
bool is_service_name(std::string_view name) {
    const auto may_be_in = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && name.back() != '_' && std::all_of(name.begin(), name.end(), may_be_in);
}

/// SERVICE_PORT_HTTP: a port that has a name.
bool is_named_port(std::string_view variable, std::string_view value) {
    constexpr std::string_view middle = "_SERVICE_PORT_";
    const auto at = variable.rfind(middle);
    return at != std::string_view::npos && is_service_name(variable.substr(0, at)) &&
           is_service_name(variable.substr(at + middle.size())) && is_number(value);
}

/// PORT_8000_TCP, and what begins so. `rest` is what stands behind "_PORT_".
bool is_port_form(std::string_view rest, std::string_view value) {
    const auto number = rest.find('_');
    if (number == std::string_view::npos || !is_number(rest.substr(0, number))) {
        return false;
    }
    rest.remove_prefix(number + 1);
    const std::string_view protocol = rest.substr(0, rest.find('_'));
    if (!is_protocol(protocol)) {
        return false;
    }
    rest.remove_prefix(protocol.size());
    return std::any_of(std::begin(port_forms), std::end(port_forms), [&](const Form& form) {
        return rest == form.end && form.value(value);
    });
}

bool is_numbered_port(std::string_view variable, std::string_view value) {
    constexpr std::string_view middle = "_PORT_";
    for (auto at = variable.find(middle); at != std::string_view::npos;
         at = variable.find(middle, at + 1)) {
        if (is_service_name(variable.substr(0, at)) &&
            is_port_form(variable.substr(at + middle.size()), value)) {
            return true;
        }
    }
    return false;
}

bool has_form(std::string_view variable, std::string_view value) {
    const bool short_form = std::any_of(std::begin(forms), std::end(forms), [&](const Form& form) {
        return variable.ends_with(form.end) &&
               is_service_name(variable.substr(0, variable.size() - form.end.size())) &&
               form.value(value);
    });
    return short_form || is_named_port(variable, value) || is_numbered_port(variable, value);
}

bool holds(
    const Environment& environment, const std::string& name, bool (*value)(std::string_view)
) {
    const auto found = environment.find(name);
    return found != environment.end() && value(found->second);
}

/// ALIAS_ENV_NAME, a linked container's own variable. No setting has such a name, but a key in a
/// table may.
bool is_link_environment(std::string_view variable, const Environment& environment) {
    const auto at = variable.find("_ENV_");
    const std::string alias(variable.substr(0, at));
    return at != std::string_view::npos && is_service_name(alias) &&
           (variable.find("__") == std::string_view::npos ||
            holds(environment, alias + "_NAME", is_link_name));
}

/// ALIAS_NAME, which could be a setting too; Docker never sets it alone.
bool is_link(std::string_view variable, std::string_view value, const Environment& environment) {
    constexpr std::string_view end = "_NAME";
    if (!variable.ends_with(end) || !is_link_name(value) ||
        find_setting(variable.substr(prefix.size())) != nullptr) {
        return false;
    }
    const std::string alias(variable.substr(0, variable.size() - end.size()));
    const std::string own = alias + "_ENV_";
    const auto beside = environment.lower_bound(own);
    return holds(environment, alias + "_PORT", is_url) ||
           (beside != environment.end() && beside->first.starts_with(own));
}

} // namespace

bool is_service_variable(const std::string& variable, const Environment& environment) {
    const std::string_view value = environment.at(variable);
    return has_form(variable, value) || is_link_environment(variable, environment) ||
           is_link(variable, value, environment);
}

} // namespace drf_messages::config
