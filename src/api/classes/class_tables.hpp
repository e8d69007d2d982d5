// SPDX-License-Identifier: MIT
#pragma once

#include "api/classes/class_table.hpp"

// The classes of REST framework that we have, by the setting that names them. Each of these stands
// beside the rows that it lists and the factory that makes objects of them.

namespace drf_messages::api {

SettingClasses authenticator_classes();  // policies/authenticators.cpp
SettingClasses filter_backend_classes(); // resource/filter_backends.cpp
SettingClasses metadata_classes();       // dispatch/view.cpp
SettingClasses negotiation_classes();    // dispatch/negotiation.cpp
SettingClasses pagination_classes();     // pagination/pagination.cpp
SettingClasses parser_classes();         // wire/parsers.cpp
SettingClasses permission_classes();     // policies/permissions.cpp
SettingClasses renderer_classes();       // wire/renderers.cpp
SettingClasses throttle_classes();       // policies/throttling.cpp
SettingClasses versioning_classes();     // routing/versioning.cpp
SettingClasses viewset_classes();        // views/viewset_class.cpp

} // namespace drf_messages::api
