// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/message_query_set.hpp>
#include <drf_messages/rest/request.hpp>
#include <drf_messages/rest/response.hpp>
#include <drf_messages/rest/value.hpp>
#include <drf_messages/settings.hpp>

#include <optional>
#include <string>
#include <vector>

namespace drf_messages::rest {

/// The four endpoints, as a base class. One object serves every request, from several threads.
///
/// Set the class attributes in the derived class's constructor; for absent ones the settings apply,
/// including the attributes of a subclass in [CLASSES].
/// - Django: drf_messages/views.py, MessagesViewSet; rest_framework/generics.py, GenericAPIView.
class DRF_MESSAGES_API MessagesViewSet {
public:
    MessagesViewSet() = default;
    virtual ~MessagesViewSet();
    MessagesViewSet(const MessagesViewSet&) = delete;
    MessagesViewSet& operator=(const MessagesViewSet&) = delete;

    /// The messages that this view works on: those of the request's visitor.
    virtual MessageQuerySet get_queryset(const Request& request) const;
    /// What the filter backends leave of them.
    virtual MessageQuerySet filter_queryset(const Request& request, MessageQuerySet messages) const;
    /// A message as it is shown.
    virtual Value to_representation(const Request& request, const Message& message) const;

    /// For the OpenAPI document: the JSON schema of what to_representation() gives, which may be
    /// made from that of the message without a viewset of the application. Anything unless a class
    /// says otherwise.
    virtual Value get_representation_schema(Value message) const;

    virtual Response list(const Request& request) const;
    virtual Response retrieve(const Request& request) const;
    virtual Response destroy(const Request& request) const;
    /// How many messages of get_queryset() are unread, and their highest level.
    virtual Response peek(const Request& request) const;

    /// What list, retrieve, peek and counts of this class show beside what follows from the user's
    /// messages, the URL, the language and the settings: with the extension "conditional" their
    /// ETag changes with it, so it must change whenever they do, and with each version of the code.
    /// Absent: they have no ETag, as long as a class does not say otherwise.
    virtual std::optional<std::string> get_etag(const Request& request) const;

    // ---- read_state of MESSAGES_EXTENSIONS
    virtual Response read(const Request& request) const;
    virtual Response unread(const Request& request) const;
    virtual Response mark_read(const Request& request) const;
    virtual Response mark_unread(const Request& request) const;
    virtual Response counts(const Request& request) const;

    // ---- class attributes
    using ClassNames = std::vector<ClassName>;
    std::optional<ClassNames> renderer_classes;
    std::optional<ClassNames> parser_classes;
    std::optional<ClassNames> authentication_classes;
    std::optional<ClassNames> permission_classes;
    std::optional<ClassNames> throttle_classes;
    std::optional<ClassNames> filter_backends;
    std::optional<ClassName> pagination_class; ///< empty: the whole list
    std::optional<ClassName> versioning_class; ///< empty: no versions
    std::optional<ClassName> metadata_class;   ///< empty: OPTIONS is 405
    std::optional<ClassName> content_negotiation_class;
    std::optional<std::string> throttle_scope;
    std::optional<std::string> lookup_value_regex;
    std::optional<std::vector<std::string>> http_method_names;
    std::string description; ///< for OPTIONS and the HTML pages
};

} // namespace drf_messages::rest
