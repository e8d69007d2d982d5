// SPDX-License-Identifier: MIT
#pragma once

/// All that an application needs to leave and show messages and to serve them over REST. The base
/// classes for your own REST classes are in <drf_messages/rest.hpp>; adapters, templates and test
/// helpers have separate headers.
#include <drf_messages/endpoint.hpp>
#include <drf_messages/errors.hpp>
#include <drf_messages/field.hpp>
#include <drf_messages/load_settings.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/message_query_set.hpp>
#include <drf_messages/message_tag.hpp>
#include <drf_messages/messages.hpp>
#include <drf_messages/middleware.hpp>
#include <drf_messages/request.hpp>
#include <drf_messages/site.hpp>
