# SPDX-License-Identifier: MIT
# A room is one folder, one namespace and one static library `drf_messages_ROOM`; what it may include is what it links.

# drf_messages_room(NAME SOURCES file... [ROOMS room...] [LIBRARIES target...] [PRIVATE target...])
function(drf_messages_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ROOMS;LIBRARIES;PRIVATE" ${ARGN})
  set(target drf_messages_${name})
  add_library(${target} STATIC ${ROOM_SOURCES})
  target_include_directories(${target} PUBLIC
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>" "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>")
  list(TRANSFORM ROOM_ROOMS PREPEND drf_messages_)
  target_link_libraries(${target} PUBLIC ${ROOM_ROOMS} ${ROOM_LIBRARIES} PRIVATE drf_messages_build ${ROOM_PRIVATE})
  drf_messages_precompile(${target} room ${ROOM_LIBRARIES} ${ROOM_PRIVATE})
endfunction()

# Tests on SQLite may use tests/support/database.hpp, and so run on servers too.
function(drf_messages_test_databases target)
  if(drf_messages_sqlite IN_LIST ARGN)
    target_link_libraries(${target} PRIVATE drf_messages_test_support)
  endif()
endfunction()

# drf_messages_unit_tests(ROOM SOURCES file... [LIBRARIES target...]): one binary, each of its tests known to ctest.
function(drf_messages_unit_tests room)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBRARIES" ${ARGN})
  set(target ${room}_tests)
  add_executable(${target} ${TEST_SOURCES})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE drf_messages_build drf_messages_${room} drf_messages_test_repository ${TEST_LIBRARIES}
    GTest::gmock GTest::gtest_main)
  drf_messages_test_databases(${target} ${TEST_LIBRARIES})
  get_target_property(libraries drf_messages_${room} LINK_LIBRARIES)
  drf_messages_precompile(${target} test ${TEST_LIBRARIES} ${libraries})
  drf_messages_known_tests(${target} PROPERTIES LABELS unit TIMEOUT 1800)
endfunction()

# drf_messages_known_tests(TARGET [PREFIX prefix] PROPERTIES property value...): each of its tests known to ctest; or, under
# sanitizers, where a process costs more than most tests do, a few parts of all of them.
function(drf_messages_known_tests target)
  cmake_parse_arguments(TEST "" "PREFIX" "PROPERTIES" ${ARGN})
  if(NOT DRF_MESSAGES_SANITIZE)
    gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${TEST_PREFIX}" PROPERTIES ${TEST_PROPERTIES})
    return()
  endif()
  foreach(part RANGE 3)
    add_test(NAME ${target}.${part} COMMAND ${target} --gtest_brief=1)
    set_tests_properties(${target}.${part} PROPERTIES ${TEST_PROPERTIES}
      ENVIRONMENT "GTEST_TOTAL_SHARDS=4;GTEST_SHARD_INDEX=${part}")
  endforeach()
endfunction()

# drf_messages_tests_on_servers(ROOM [EXCEPT filter]): the room's unit tests once more on PostgreSQL and on MariaDB, each as
# one test, ROOM.postgresql and ROOM.mariadb. EXCEPT: a GoogleTest filter of what is about SQLite.
function(drf_messages_tests_on_servers room)
  cmake_parse_arguments(TEST "" "EXCEPT" "" ${ARGN})
  foreach(server IN ITEMS postgresql mariadb)
    if(NOT TARGET drf_messages_${server})
      continue()
    endif()
    add_test(NAME ${room}.${server}
      COMMAND Python3::Interpreter "${PROJECT_SOURCE_DIR}/tests/support/servers.py" ${server} --
        env "DRF_MESSAGES_TEST_DATABASE={${server}}" $<TARGET_FILE:${room}_tests> --gtest_brief=1 "--gtest_filter=-${TEST_EXCEPT}")
    set_tests_properties(${room}.${server} PROPERTIES LABELS "unit;servers;repeat" TIMEOUT 1800)
  endforeach()
endfunction()

# drf_messages_server_tests(ROOM SERVERS server... SOURCES file... [LIBRARIES target...]): tests that need running servers
# (postgresql, mariadb, redis, memcached). One binary ROOM_server_tests, known to ctest as one test, ROOM.servers; it finds
# their addresses in the environment, see tests/support/servers.py.
function(drf_messages_server_tests room)
  cmake_parse_arguments(TEST "" "" "SERVERS;SOURCES;LIBRARIES" ${ARGN})
  set(target ${room}_server_tests)
  add_executable(${target} ${TEST_SOURCES})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE drf_messages_build drf_messages_${room} drf_messages_test_repository ${TEST_LIBRARIES}
    GTest::gmock GTest::gtest_main)
  drf_messages_test_databases(${target} ${TEST_LIBRARIES})
  get_target_property(libraries drf_messages_${room} LINK_LIBRARIES)
  drf_messages_precompile(${target} test ${TEST_LIBRARIES} ${libraries})
  add_test(NAME ${room}.servers
    COMMAND Python3::Interpreter "${PROJECT_SOURCE_DIR}/tests/support/servers.py" ${TEST_SERVERS} -- $<TARGET_FILE:${target}>)
  set_tests_properties(${room}.servers PROPERTIES LABELS "unit;servers" TIMEOUT 1800)
endfunction()
