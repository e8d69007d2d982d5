// SPDX-License-Identifier: MIT
#include "api/routing/url_pattern.hpp"

#include "api/routing/reversible.hpp"
#include "text/percent.hpp"

#include <boost/regex.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>
#include <vector>

namespace drf_messages::api {
namespace {

constexpr std::string_view special = ".^$*+?{}[]\\|()";

/// Path converters of django/urls/converters.py.
std::optional<std::string_view> converter_expression(std::string_view name) {
    if (name == "str") {
        return "[^/]+";
    }
    if (name == "int") {
        return "[0-9]+";
    }
    if (name == "slug") {
        return "[-a-zA-Z0-9_]+";
    }
    if (name == "path") {
        return ".+";
    }
    if (name == "uuid") {
        return "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    }
    return std::nullopt;
}

bool is_identifier(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
    };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return letter(c) || (c >= '0' && c <= '9');
           });
}

/// What stands in a group, whose inside and end `rest` begins with.
std::string_view inside_of_group(std::string_view rest) {
    int depth = 1;
    bool in_class = false;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        if (rest[i] == '\\') {
            ++i;
        } else if (in_class) {
            in_class = rest[i] != ']';
        } else if (rest[i] == '[') {
            in_class = true;
            // A bracket right behind the opening one, or behind ^, stands for itself.
            i += rest.substr(i + 1).starts_with('^') ? 1 : 0;
            i += rest.substr(i + 1).starts_with(']') ? 1 : 0;
        } else if (rest[i] == '(') {
            ++depth;
        } else if (rest[i] == ')' && --depth == 0) {
            return rest.substr(0, i);
        }
    }
    return rest;
}

struct Translated {
    std::string expression;
    std::vector<std::string> names;
    std::vector<PathTemplate::Argument> arguments; ///< the same with what they may be
};

/// Python's spelling in Boost's: named groups, references to them and the end of the text.
Translated translate(std::string_view python) {
    Translated result;
    bool in_class = false;
    for (std::size_t i = 0; i < python.size(); ++i) {
        const auto rest = python.substr(i);
        if (python[i] == '\\' && i + 1 < python.size()) {
            result.expression += '\\';
            result.expression += python[i + 1] == 'Z' && !in_class ? 'z' : python[i + 1];
            ++i;
        } else if (in_class) {
            in_class = python[i] != ']';
            result.expression += python[i];
        } else if (rest.starts_with("(?P<")) {
            const auto end = rest.find('>');
            const auto name = rest.substr(4, end == std::string_view::npos ? 0 : end - 4);
            if (!is_identifier(name)) {
                throw std::invalid_argument("a group's name is not an identifier");
            }
            result.names.emplace_back(name);
            result.arguments.push_back(
                {std::string(name), std::string(inside_of_group(rest.substr(end + 1)))}
            );
            result.expression += fmt::format("(?<{}>", name);
            i += end;
        } else if (rest.starts_with("(?P=")) {
            const auto end = rest.find(')');
            if (end == std::string_view::npos) {
                throw std::invalid_argument("missing )");
            }
            result.expression += fmt::format("\\k<{}>", rest.substr(4, end - 4));
            i += end;
        } else {
            result.expression += python[i];
            if (python[i] == '[') {
                in_class = true;
                // A bracket right behind the opening one, or behind ^, stands for itself.
                for (const char* leading = "^]"; *leading != '\0'; ++leading) {
                    if (i + 1 < python.size() && python[i + 1] == *leading) {
                        result.expression += python[++i];
                    }
                }
            }
        }
    }
    return result;
}

} // namespace

struct UrlPattern::Expression {
    boost::regex compiled;
    std::vector<std::string> names;
    std::vector<PathTemplate::Argument> arguments;
    std::vector<std::string> integers; ///< names with the converter `int`
    std::optional<Reversible> text;
    bool whole = false;

    /// The end of the match in `path`.
    std::optional<std::size_t> find(std::string_view path, Kwargs& kwargs) const {
        boost::match_results<std::string_view::const_iterator> found;
        const auto flags =
            boost::match_default | boost::match_single_line | boost::match_not_dot_newline;
        try {
            const bool matched =
                whole ? boost::regex_match(path.begin(), path.end(), found, compiled, flags)
                      : boost::regex_search(path.begin(), path.end(), found, compiled, flags);
            if (!matched) {
                return std::nullopt;
            }
        } catch (const std::runtime_error&) {
            return std::nullopt; // an expression that would take for ever on this path
        }
        for (const auto& name : names) {
            const auto& group = found[name];
            if (!group.matched) {
                continue;
            }
            auto value = group.str();
            if (std::find(integers.begin(), integers.end(), name) != integers.end()) {
                value.erase(0, std::min(value.find_first_not_of('0'), value.size() - 1));
            }
            kwargs.insert_or_assign(name, std::move(value));
        }
        return static_cast<std::size_t>(found[0].second - path.begin());
    }
};

UrlPattern::UrlPattern(std::string literal, std::unique_ptr<Expression> expression)
    : literal_(std::move(literal)), expression_(std::move(expression)) {}
UrlPattern::UrlPattern(UrlPattern&&) noexcept = default;
UrlPattern& UrlPattern::operator=(UrlPattern&&) noexcept = default;
UrlPattern::~UrlPattern() = default;

UrlPattern UrlPattern::compile(std::string_view expression, bool whole) {
    auto compiled = std::make_unique<Expression>();
    try {
        auto translated = translate(expression);
        compiled->compiled.assign(translated.expression, boost::regex::perl);
        compiled->names = std::move(translated.names);
        compiled->arguments = std::move(translated.arguments);
    } catch (const std::exception& error) {
        throw std::invalid_argument(
            fmt::format("\"{}\" is not a valid regular expression: {}", expression, error.what())
        );
    }
    compiled->text = Reversible::parse(expression);
    compiled->whole = whole;
    return UrlPattern({}, std::move(compiled));
}

UrlPattern UrlPattern::path(std::string_view route) {
    const auto original = route;
    std::string expression = "^";
    std::vector<std::string> integers;
    bool literal = true;
    for (;;) {
        const auto open = route.find('<');
        const auto close = open == std::string_view::npos ? open : route.find('>', open);
        // "<>" is plain text to Django, whose pattern asks for a name of at least one character.
        if (close == std::string_view::npos || close == open + 1) {
            expression += escape_expression(route);
            break;
        }
        literal = false;
        expression += escape_expression(route.substr(0, open));
        const auto parameter = route.substr(open + 1, close - open - 1);
        const auto colon = parameter.find(':');
        const auto converter =
            colon == std::string_view::npos ? std::string_view("str") : parameter.substr(0, colon);
        const auto name = colon == std::string_view::npos ? parameter : parameter.substr(colon + 1);
        const auto converted = converter_expression(converter);
        if (!converted) {
            throw std::invalid_argument(
                fmt::format("route \"{}\" uses the unknown converter \"{}\"", original, converter)
            );
        }
        if (!is_identifier(name)) {
            throw std::invalid_argument(
                fmt::format("route \"{}\": \"{}\" is not an identifier", original, name)
            );
        }
        if (converter == "int") {
            integers.emplace_back(name);
        }
        expression += fmt::format("(?P<{}>{})", name, *converted);
        route.remove_prefix(close + 1);
    }
    if (literal) {
        return UrlPattern(std::string(original), nullptr);
    }
    auto pattern = compile(expression, false);
    pattern.expression_->integers = std::move(integers);
    return pattern;
}

UrlPattern UrlPattern::regex(std::string_view expression) {
    if (expression.starts_with('^') && is_literal(expression.substr(1))) {
        return UrlPattern(std::string(expression.substr(1)), nullptr);
    }
    return compile(expression, false);
}

UrlPattern UrlPattern::whole(std::string_view expression) {
    return compile(expression, true);
}

std::optional<std::string_view> UrlPattern::match(std::string_view path, Kwargs& kwargs) const {
    if (!expression_) {
        return path.starts_with(literal_) ? std::optional(path.substr(literal_.size()))
                                          : std::nullopt;
    }
    const auto end = expression_->find(path, kwargs);
    return end ? std::optional(path.substr(*end)) : std::nullopt;
}

std::optional<std::string> UrlPattern::reverse(Kwargs& kwargs) const {
    if (!expression_) {
        return literal_;
    }
    if (!expression_->text) {
        return std::nullopt;
    }
    auto text = expression_->text->fill(kwargs);
    Kwargs ignored;
    if (!text || !match(*text, ignored)) {
        return std::nullopt;
    }
    return text;
}

std::optional<PathTemplate> UrlPattern::as_template() const {
    if (!expression_) {
        return PathTemplate{template_text(literal_), {}};
    }
    if (!expression_->text) {
        return std::nullopt;
    }
    // Each argument between two characters that stand in no path.
    constexpr char begin = '\x01';
    constexpr char end = '\x02';
    Kwargs holes;
    for (const auto& [name, expression] : expression_->arguments) {
        holes.emplace(name, begin + name + end);
    }
    auto text = expression_->text->fill(holes);
    if (!text) {
        return std::nullopt;
    }
    PathTemplate result;
    std::string_view rest = *text;
    for (auto at = rest.find(begin); at != std::string_view::npos; at = rest.find(begin)) {
        const auto close = rest.find(end, at);
        const auto name = rest.substr(at + 1, close - at - 1);
        const auto argument = std::find_if(
            expression_->arguments.begin(),
            expression_->arguments.end(),
            [&](const PathTemplate::Argument& known) { return known.name == name; }
        );
        result += {fmt::format("{}{{{}}}", template_text(rest.substr(0, at)), name), {*argument}};
        rest.remove_prefix(close + 1);
    }
    result.text += template_text(rest);
    return result;
}

PathTemplate& PathTemplate::operator+=(PathTemplate behind) {
    text += behind.text;
    std::move(behind.arguments.begin(), behind.arguments.end(), std::back_inserter(arguments));
    return *this;
}

std::string template_text(std::string_view text) {
    return text::percent_encode(text, "!$&'()*+,;=/~:@");
}

bool is_literal(std::string_view expression) {
    return expression.find_first_of(special) == std::string_view::npos;
}

std::string escape_expression(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos) {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

} // namespace drf_messages::api
