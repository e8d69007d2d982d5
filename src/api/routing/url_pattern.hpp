// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// Keyword arguments of a route.
using Kwargs = std::map<std::string, std::string>;

/// A path with "{name}" where its arguments stand, percent-encoded elsewhere.
struct PathTemplate {
    struct Argument {
        std::string name;
        std::string expression; ///< what it may be, in Python's syntax
    };

    std::string text;
    std::vector<Argument> arguments; ///< in their order

    PathTemplate& operator+=(PathTemplate behind);
};

/// One pattern of a URL configuration. Plain text costs a comparison; the rest is a regular
/// expression.
/// - Django: django/urls/resolvers.py, RoutePattern and RegexPattern.
class UrlPattern {
public:
    /// The prefix of an include, as django.urls.path() spells it: "v<str:version>/messages/".
    /// Throws std::invalid_argument for an unknown converter or a name that is none.
    static UrlPattern path(std::string_view route);
    /// The prefix of an include, as django.urls.re_path() spells it. Python's syntax,
    /// `(?P<version>…)` included. Throws std::invalid_argument for an expression that does not
    /// compile.
    static UrlPattern regex(std::string_view expression);
    /// A regular expression that must match the whole path: an endpoint.
    static UrlPattern whole(std::string_view expression);

    UrlPattern(UrlPattern&&) noexcept;
    UrlPattern& operator=(UrlPattern&&) noexcept;
    ~UrlPattern();

    /// What is left of `path` behind the pattern, and what its named groups caught, added to
    /// `kwargs`.
    std::optional<std::string_view> match(std::string_view path, Kwargs& kwargs) const;

    /// The text that this pattern stands for when its groups hold `kwargs`, not percent-encoded.
    /// Takes the arguments that it uses out of `kwargs`. Absent when one is missing, the text would
    /// not match, or the expression has no single text (alternatives, unnamed groups).
    std::optional<std::string> reverse(Kwargs& kwargs) const;

    /// Absent for an expression that has no single text. What may be absent is left out.
    std::optional<PathTemplate> as_template() const;

private:
    struct Expression;
    UrlPattern(std::string literal, std::unique_ptr<Expression> expression);
    static UrlPattern compile(std::string_view expression, bool whole);

    std::string literal_; ///< used when there is no expression
    std::unique_ptr<Expression> expression_;
};

/// Whether a part of an expression stands for itself.
bool is_literal(std::string_view expression);

/// Text as an expression that stands for itself.
std::string escape_expression(std::string_view text);

/// Text of a path as it stands in a PathTemplate.
std::string template_text(std::string_view text);

} // namespace drf_messages::api
