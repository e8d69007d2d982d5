// SPDX-License-Identifier: MIT
#include "html/templates.hpp"

#include "html/escape.hpp"
#include "html/files.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

namespace drf_messages::html {
namespace {

namespace fs = std::filesystem;
namespace mustache = kainjow::mustache;

constexpr std::string_view suffix = ".mustache";

/// A template as its file has it.
struct Source {
    std::string file; ///< as errors name it
    std::string text;
};
using Sources = std::map<std::string, Source, std::less<>>;

[[noreturn]] void refuse(const Source& source, std::string_view reason) {
    throw std::invalid_argument(fmt::format("{}: {}", source.file, reason));
}

std::string name_of(std::string_view file) {
    return std::string(file.substr(0, file.size() - suffix.size()));
}

/// Puts what a folder of the site has in the place of what there is.
void add_folder(Sources& sources, const fs::path& folder) {
    std::error_code error;
    const fs::directory_iterator entries(folder / "drf_messages", error);
    if (error && error != std::errc::no_such_file_or_directory) {
        refuse({(folder / "drf_messages").string(), {}}, error.message());
    }
    for (const auto& entry : entries) {
        const std::string file = entry.path().filename().string();
        if (!file.ends_with(suffix) || !entry.is_regular_file(error)) {
            continue;
        }
        Source source{entry.path().string(), {}};
        std::ifstream stream(entry.path(), std::ios::binary);
        source.text.assign(std::istreambuf_iterator<char>(stream), {});
        if (!stream.good() && !stream.eof()) {
            refuse(source, "cannot be read");
        }
        sources.insert_or_assign(name_of(file), std::move(source));
    }
}

Sources all_sources(const std::vector<std::string>& folders) {
    Sources sources;
    for (const File& file : template_files()) {
        sources.emplace(
            name_of(file.name), Source{std::string(file.name), std::string(file.bytes)}
        );
    }
    std::for_each(folders.rbegin(), folders.rend(), [&](const std::string& folder) {
        add_folder(sources, folder);
    });
    return sources;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

using Names = std::set<std::string, std::less<>>;

std::string with_partials(const Sources& sources, const Source& source, Names& open);

/// A template for a line of another, whose end stands there already.
/// - open: the templates that are being put into each other.
std::string
partial(const Sources& sources, const Source& around, const std::string& name, Names& open) {
    const auto found = sources.find(name);
    if (found == sources.end()) {
        refuse(around, fmt::format("there is no template \"{}\"", name));
    }
    if (!open.insert(name).second) {
        refuse(around, fmt::format("\"{}\" would stand in itself", name));
    }
    std::string text = with_partials(sources, found->second, open);
    open.erase(name);
    if (text.ends_with('\n')) {
        text.pop_back();
    }
    return text;
}

/// The text with its partials put in, so that a page is parsed once, not at each request, and
/// nothing but a file is taken for a template.
std::string with_partials(const Sources& sources, const Source& source, Names& open) {
    std::string out;
    std::string_view rest = source.text;
    for (auto tag = rest.find("{{"); tag != std::string_view::npos; tag = rest.find("{{")) {
        out += rest.substr(0, tag);
        rest.remove_prefix(tag + 2);
        const auto inside = rest.substr(0, rest.find("}}"));
        const auto content = trimmed(inside);
        if (content.starts_with('=')) {
            refuse(source, "other tags than those with braces are not understood");
        }
        if (content.starts_with('>')) {
            out += partial(sources, source, std::string(trimmed(content.substr(1))), open);
            rest.remove_prefix(inside.size() + 2);
        } else if (content.starts_with('!')) { // whatever stands in a comment
            rest.remove_prefix(inside.size() + 2);
        } else {
            out += "{{";
        }
    }
    return out += rest;
}

mustache::mustache parse(const Source& source, const std::string& text) {
    mustache::mustache parsed(text);
    if (!parsed.is_valid()) {
        refuse(source, parsed.error_message());
    }
    parsed.set_custom_escape([](const std::string& value) { return escaped(value); });
    return parsed;
}

mustache::data data_of(const boost::json::value& value);

mustache::data data_of(const boost::json::object& object) {
    mustache::data data(mustache::data::type::object);
    for (const auto& [key, value] : object) {
        data.set(std::string(key), data_of(value));
    }
    return data;
}

mustache::data data_of(const boost::json::value& value) {
    if (const auto* object = value.if_object()) {
        return data_of(*object);
    }
    if (const auto* items = value.if_array()) {
        mustache::data list(mustache::data::type::list);
        for (const auto& item : *items) {
            list.push_back(data_of(item));
        }
        return list;
    }
    if (const auto* text = value.if_string(); text != nullptr && !text->empty()) {
        return mustache::data(std::string(text->data(), text->size()));
    }
    if (value.is_number()) {
        return mustache::data(boost::json::serialize(value));
    }
    return mustache::data(value.is_bool() && value.get_bool());
}

} // namespace

std::vector<std::string> template_folders(const Settings& settings) {
    std::vector<std::string> folders;
    for (const TemplateSettings& engine : settings.templates) {
        folders.insert(folders.end(), engine.dirs.begin(), engine.dirs.end());
    }
    return folders;
}

class Templates::Parsed {
public:
    explicit Parsed(const Sources& sources) {
        for (const auto& [name, source] : sources) {
            parse(source, source.text); // the place that an error names is one in this file
        }
        for (const auto& [name, source] : sources) {
            Names open{name};
            templates_.emplace(name, parse(source, with_partials(sources, source, open)));
        }
    }

    /// Rendering changes a template only where it has partials or functions, and these have none;
    /// so threads may share it.
    mustache::mustache& find(std::string_view name) const { return templates_.find(name)->second; }

private:
    mutable std::map<std::string, mustache::mustache, std::less<>> templates_;
};

Templates::Templates(const std::vector<std::string>& folders)
    : parsed_(std::make_unique<const Parsed>(all_sources(folders))) {}
Templates::~Templates() = default;

std::string Templates::render(std::string_view name, const boost::json::object& context) const {
    return parsed_->find(name).render(data_of(context));
}

} // namespace drf_messages::html
