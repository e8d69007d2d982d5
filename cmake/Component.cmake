# SPDX-License-Identifier: MIT
# drf_messages_component(NAME TARGET target [FIND package...]): `target` becomes the optional component NAME of
# find_package(drf_messages), and drf_messages::NAME. It may be a static library or, of headers alone, an interface; it is linked
# with drf_messages::drf_messages, the one that the application chose. FIND are the packages that its users need found too. Its
# headers stand in include/drf_messages, as all do.
function(drf_messages_component name)
  cmake_parse_arguments(COMPONENT "" "TARGET" "FIND" ${ARGN})
  set(target ${COMPONENT_TARGET})
  get_target_property(type ${target} TYPE)
  set(scope PUBLIC)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set(scope INTERFACE)
  endif()
  target_link_libraries(${target} ${scope} "$<BUILD_INTERFACE:drf_messages::drf_messages>")
  add_library(drf_messages::${name} ALIAS ${target})
  if(NOT DRF_MESSAGES_INSTALL OR NOT DRF_MESSAGES_LIBRARY)
    return()
  endif()

  set(config_folder "${CMAKE_INSTALL_LIBDIR}/cmake/drf_messages")
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS ${target} EXPORT drf_messages-${name}
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development)
  install(EXPORT drf_messages-${name} NAMESPACE drf_messages:: DESTINATION "${config_folder}"
    FILE drf_messages-${name}-targets.cmake COMPONENT development)
  set(lines "include(CMakeFindDependencyMacro)")
  foreach(package IN LISTS COMPONENT_FIND)
    string(APPEND lines "\nfind_dependency(${package})")
  endforeach()
  string(APPEND lines "\ninclude(\"\${CMAKE_CURRENT_LIST_DIR}/drf_messages-${name}-targets.cmake\")")
  # only here: an export would write the library that the name stands for in this build
  string(APPEND lines "\nset_property(TARGET drf_messages::${name} APPEND PROPERTY INTERFACE_LINK_LIBRARIES drf_messages::drf_messages)\n")
  file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/drf_messages-${name}.cmake" "${lines}")
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/drf_messages-${name}.cmake" DESTINATION "${config_folder}" COMPONENT development)
endfunction()
