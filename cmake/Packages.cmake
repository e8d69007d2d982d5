# SPDX-License-Identifier: MIT
# Debian packages, by cpack in the folder of the preset `packages`: libdrf-messages0, libdrf-messages-dev, drf-messages.
set(library_package libdrf-messages${PROJECT_VERSION_MAJOR})
set(packaging "${PROJECT_SOURCE_DIR}/packaging")
set(prepared "${PROJECT_BINARY_DIR}/packaging")
find_program(GZIP gzip REQUIRED)

# drf_messages_compressed(FILE NAME DESTINATION folder COMPONENT component): installs FILE as NAME.gz.
function(drf_messages_compressed file name)
  cmake_parse_arguments(TO "" "DESTINATION;COMPONENT" "" ${ARGN})
  execute_process(COMMAND "${GZIP}" -9n -c "${file}" OUTPUT_FILE "${prepared}/${name}.gz" COMMAND_ERROR_IS_FATAL ANY)
  install(FILES "${prepared}/${name}.gz" DESTINATION "${TO_DESTINATION}" COMPONENT ${TO_COMPONENT})
endfunction()

file(MAKE_DIRECTORY "${prepared}")
file(READ "${PROJECT_SOURCE_DIR}/LICENSE" license)
string(REGEX REPLACE "^.*\n(Permission is hereby)" "\\1" license "${license}")
string(STRIP "${license}" license)
string(REGEX REPLACE "\n\n" "\n.\n" license "${license}")
string(REGEX REPLACE "\n" "\n " LICENSE_TEXT " ${license}")
configure_file("${packaging}/debian/copyright" "${prepared}/copyright" @ONLY)

foreach(entry IN ITEMS runtime=${library_package} development=libdrf-messages-dev server=drf-messages)
  string(REPLACE "=" ";" entry ${entry})
  list(GET entry 0 component)
  list(GET entry 1 package)
  install(FILES "${prepared}/copyright" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${package}" COMPONENT ${component})
  drf_messages_compressed("${packaging}/debian/changelog" changelog
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${package}" COMPONENT ${component})
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${package})
endforeach()
drf_messages_compressed("${PROJECT_BINARY_DIR}/drf-messages.1" drf-messages.1
  DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT server)
install(FILES "${packaging}/drf-messages.service" "${packaging}/drf-messages.socket" DESTINATION /lib/systemd/system COMPONENT server)
install(FILES "${packaging}/settings.toml" DESTINATION /etc/drf-messages COMPONENT server)
install(FILES "${PROJECT_SOURCE_DIR}/docs/settings.sample.toml"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/drf-messages" COMPONENT server)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME drf-messages)
set(CPACK_PACKAGE_CONTACT "The drf-messages authors <maintainers@drf-messages.example.org>")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_SET_DESTDIR ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL runtime development server)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "persistent user messages for C++ applications - library
Leaves users messages with levels, tags and a read state, kept in SQL, as
Django's messages framework with drf-messages does.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
# opened by the first connection, so that dpkg-shlibdeps does not see them
set(client_libraries "libpq5, libmariadb3")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS "${client_libraries}")
# what a program that links the library comes to depend on
file(WRITE "${prepared}/shlibs" "libdrf_messages ${PROJECT_VERSION_MAJOR} ${library_package} (>= ${PROJECT_VERSION})\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA "${prepared}/shlibs;${packaging}/debian/triggers")

set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "persistent user messages for C++ applications - development files
Headers, the static library, and what CMake and pkg-config find.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library_package} (= ${PROJECT_VERSION})")
# what the static library is linked with, and what the optional components need
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS
  "libboost-context1.81-dev, libboost-json1.81-dev, libtomlplusplus-dev, libsqlite3-dev, libssl-dev, libargon2-dev, libcrypt-dev, zlib1g-dev, libfmt-dev, libutf8proc-dev, libhowardhinnant-date-dev, libhiredis-dev, libmemcached-dev, libgrantlee5-dev, libgtest-dev")

set(CPACK_COMPONENT_SERVER_DESCRIPTION "persistent user messages, served over REST
Keeps messages for users in SQLite, PostgreSQL or MariaDB and serves them
over HTTP, alone or beside a Django site on the same database.")
set(CPACK_DEBIAN_SERVER_PACKAGE_SECTION web)
set(CPACK_DEBIAN_SERVER_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_SERVER_PACKAGE_DEPENDS "adduser")
set(CPACK_DEBIAN_SERVER_PACKAGE_RECOMMENDS "${client_libraries}, tzdata")
set(CPACK_DEBIAN_SERVER_PACKAGE_CONTROL_EXTRA
  "${packaging}/debian/conffiles;${packaging}/debian/postinst;${packaging}/debian/prerm;${packaging}/debian/postrm")
include(CPack)
