# SPDX-License-Identifier: MIT
# What every target of ours is built with: the language level, warnings and sanitizers, on one interface target.
option(DRF_MESSAGES_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(DRF_MESSAGES_POSTGRESQL "Build the driver for PostgreSQL" ON)
option(DRF_MESSAGES_MARIADB "Build the driver for MariaDB and MySQL" ON)
option(DRF_MESSAGES_REDIS "Build caches and sessions in Redis" ON)
option(DRF_MESSAGES_MEMCACHED "Build caches in memcached" ON)
option(DRF_MESSAGES_SERVER "Build the server, drf-messages" ${PROJECT_IS_TOP_LEVEL})
option(DRF_MESSAGES_WERROR "Treat warnings as errors" OFF)
option(DRF_MESSAGES_FUZZ "Build the fuzzers (clang only)" OFF)
if(PROJECT_IS_TOP_LEVEL OR DRF_MESSAGES_TEMPLATES)
  find_package(Grantlee5 QUIET)
endif()
option(DRF_MESSAGES_TEMPLATES "Build the component for Grantlee's templates" ${Grantlee5_FOUND})
set(DRF_MESSAGES_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them (address,undefined or thread)")

# Debug builds of this project are for its own tests, which link the rooms: they need no library.
set(library_default ON)
if(PROJECT_IS_TOP_LEVEL AND (CMAKE_BUILD_TYPE STREQUAL "Debug" OR DRF_MESSAGES_SANITIZE))
  set(library_default OFF)
endif()
option(DRF_MESSAGES_LIBRARY "Build the library, static and shared" ${library_default})
option(DRF_MESSAGES_INSTALL "Let cmake --install install" ${PROJECT_IS_TOP_LEVEL})
option(DRF_MESSAGES_PACKAGES "Let cpack make Debian packages" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(DRF_MESSAGES_LIBRARY)
  set(CMAKE_CXX_VISIBILITY_PRESET hidden)
  set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Depend mode: the compiler's own list of headers stands in for a second run of the preprocessor.
  # The rest lets precompiled headers be cached, and lets two clones of this project share what either compiled: paths below
  # the source folder count relative to it, and neither the folder's name nor the age of a checkout's files count. Build folders
  # of equal flags share too, where they stand equally deep: build/release, build/packages and build/bench compile once.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_DEPEND=1 CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1 "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}"
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${CCACHE}")
endif()

add_library(drf_messages_build INTERFACE)
target_compile_options(drf_messages_build INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wmissing-declarations -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough)
if(DRF_MESSAGES_WERROR)
  target_compile_options(drf_messages_build INTERFACE -Werror)
endif()
if(NOT DRF_MESSAGES_LIBRARY)
  # what only tests link is linked quickly; GCC looks for its linkers in the PATH
  find_program(DRF_MESSAGES_LLD ld.lld)
  mark_as_advanced(DRF_MESSAGES_LLD)
  if(DRF_MESSAGES_LLD)
    target_link_options(drf_messages_build INTERFACE -fuse-ld=lld)
  endif()
endif()
if(DRF_MESSAGES_SANITIZE)
  target_compile_options(drf_messages_build INTERFACE
    -fsanitize=${DRF_MESSAGES_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(drf_messages_build INTERFACE -fsanitize=${DRF_MESSAGES_SANITIZE})
endif()
if(DRF_MESSAGES_LIBRARY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # a unique symbol cannot be hidden from the application, whose own copy it would be instead
  target_compile_options(drf_messages_build INTERFACE -fno-gnu-unique)
endif()
include("${CMAKE_CURRENT_LIST_DIR}/Hardening.cmake")

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(fmt REQUIRED)
