# SPDX-License-Identifier: MIT
# What `cmake --install` installs, in components: runtime (the shared library), development (headers, static library, CMake and
# pkg-config files), server. docs/install.md says what a user does with them.
include(CMakePackageConfigHelpers)

set(config_folder "${CMAKE_INSTALL_LIBDIR}/cmake/drf_messages")

if(NOT DRF_MESSAGES_INSTALL)
  return()
endif()

if(DRF_MESSAGES_LIBRARY)
  # What the static library needs, as the linker calls it.
  set(libraries boost_context boost_json tomlplusplus sqlite3 crypto argon2 crypt z fmt utf8proc date-tz)
  foreach(entry IN ITEMS REDIS=hiredis MEMCACHED=memcached)
    string(REPLACE "=" ";" entry ${entry})
    list(GET entry 0 option)
    list(GET entry 1 library)
    if(DRF_MESSAGES_${option})
      list(APPEND libraries ${library})
    endif()
  endforeach()

  install(TARGETS drf_messages_shared EXPORT drf_messages-shared
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime NAMELINK_COMPONENT development)
  install(TARGETS drf_messages_static EXPORT drf_messages-static
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development)
  foreach(kind IN ITEMS shared static)
    install(EXPORT drf_messages-${kind} NAMESPACE drf_messages:: DESTINATION "${config_folder}"
      FILE drf_messages-${kind}-targets.cmake COMPONENT development)
  endforeach()
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development
    FILES_MATCHING PATTERN "*.hpp")

  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/drf_messages-config.cmake.in"
    "${library_folder}/drf_messages-config.cmake" INSTALL_DESTINATION "${config_folder}")
  write_basic_package_version_file("${library_folder}/drf_messages-config-version.cmake" COMPATIBILITY SameMinorVersion)
  install(FILES "${library_folder}/drf_messages-config.cmake" "${library_folder}/drf_messages-config-version.cmake"
    DESTINATION "${config_folder}" COMPONENT development)

  list(TRANSFORM libraries PREPEND -l OUTPUT_VARIABLE private_libraries)
  list(JOIN private_libraries " " private_libraries)
  # when it is installed: --prefix may say where
  install(CODE "
    set(PROJECT_VERSION \"${PROJECT_VERSION}\")
    set(CMAKE_INSTALL_INCLUDEDIR \"${CMAKE_INSTALL_INCLUDEDIR}\")
    set(CMAKE_INSTALL_LIBDIR \"${CMAKE_INSTALL_LIBDIR}\")
    set(private_libraries \"${private_libraries}\")
    configure_file(\"${PROJECT_SOURCE_DIR}/cmake/drf_messages.pc.in\" \"${library_folder}/drf_messages.pc\" @ONLY)"
    COMPONENT development)
  install(FILES "${library_folder}/drf_messages.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)
endif()

if(DRF_MESSAGES_SERVER)
  install(TARGETS drf-messages RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT server)
  configure_file("${PROJECT_SOURCE_DIR}/packaging/drf-messages.1.in" "${PROJECT_BINARY_DIR}/drf-messages.1" @ONLY)
  if(NOT DRF_MESSAGES_PACKAGES)
    install(FILES "${PROJECT_BINARY_DIR}/drf-messages.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT server)
  endif()
endif()
