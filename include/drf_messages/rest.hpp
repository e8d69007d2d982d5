// SPDX-License-Identifier: MIT
#pragma once

/// Everything that an application needs for its own classes behind the REST endpoints.

#include <drf_messages/rest/attributes.hpp>
#include <drf_messages/rest/authentication.hpp>
#include <drf_messages/rest/classes.hpp>
#include <drf_messages/rest/exceptions.hpp>
#include <drf_messages/rest/filter_backend.hpp>
#include <drf_messages/rest/messages_viewset.hpp>
#include <drf_messages/rest/pagination.hpp>
#include <drf_messages/rest/permission.hpp>
#include <drf_messages/rest/renderer.hpp>
#include <drf_messages/rest/request.hpp>
#include <drf_messages/rest/response.hpp>
#include <drf_messages/rest/throttle.hpp>
#include <drf_messages/rest/value.hpp>
