// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <boost/json/object.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::html {

/// DIRS of all TEMPLATES.
std::vector<std::string> template_folders(const Settings& settings);

/// The templates of pages, in Mustache: ours, compiled in from src/html/templates/drf_messages,
/// unless a folder of the site has a file of that name.
class Templates {
public:
    /// - folders: template_folders(); drf_messages/*.mustache below the first one counts most.
    /// - throws std::invalid_argument with file and reason for one that cannot be read or is wrong.
    explicit Templates(const std::vector<std::string>& folders);
    ~Templates();

    /// - name: "api" is drf_messages/api.mustache; `{{> head}}` puts drf_messages/head.mustache in.
    /// - context: objects, arrays, texts, booleans; a number is written as text, null and "" are
    /// false. `{{name}}` escapes as Django's escape().
    std::string render(std::string_view name, const boost::json::object& context) const;

private:
    class Parsed;
    std::unique_ptr<const Parsed> parsed_;
};

} // namespace drf_messages::html
