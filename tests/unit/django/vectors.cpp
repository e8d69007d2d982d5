// SPDX-License-Identifier: MIT
#include "vectors.hpp"

#include "support/repository.hpp"
#include "text/base64.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace drf_messages::django {
namespace {

boost::json::value load(const std::string& name) {
    const std::string path = test::repository_path("tests/compat/" + name);
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error("cannot read " + path);
    return boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

} // namespace
} // namespace drf_messages::django

const boost::json::value& drf_messages::django::auth_vectors() {
    static const boost::json::value vectors = load("auth.json");
    return vectors;
}

const boost::json::value& drf_messages::django::session_vectors() {
    static const boost::json::value vectors = load("sessions.json");
    return vectors;
}

const boost::json::value& drf_messages::django::message_vectors() {
    static const boost::json::value vectors = load("messages.json");
    return vectors;
}

const boost::json::value& drf_messages::django::format_vectors() {
    static const boost::json::value vectors = load("formats.json");
    return vectors;
}

std::vector<drf_messages::django::ReleaseFact>
drf_messages::django::release_facts(std::string_view fact) {
    const auto& facts = format_vectors().at("facts").as_array();
    const auto found = std::find_if(facts.begin(), facts.end(), [&](const auto& one) {
        return text_of(one, "fact") == fact;
    });
    if (found == facts.end())
        throw std::out_of_range("no fact " + std::string(fact));
    std::vector<ReleaseFact> list;
    for (const auto& release : format_vectors().at("releases_for_facts").as_array()) {
        ReleaseFact one;
        one.release = std::string(release.as_string());
        one.settings.django_version = one.release;
        // What no later release has changed.
        if (!list.empty())
            one.value = list.back().value;
        for (const auto& value : found->at("values").as_array())
            if (text_of(value, "from") == one.release)
                one.value = value.at("value");
        list.push_back(std::move(one));
    }
    return list;
}

std::string drf_messages::django::text_of(const boost::json::value& object, std::string_view key) {
    const auto& text = object.at(key).as_string();
    return {text.data(), text.size()};
}

std::string drf_messages::django::stored_bytes(const boost::json::value& vector) {
    for (const auto& stored : vector.at("stored").as_array())
        if (stored.as_object().contains("value_base64"))
            return text::base64_decode(text_of(stored, "value_base64")).value();
    throw std::out_of_range("no bytes are stored");
}
