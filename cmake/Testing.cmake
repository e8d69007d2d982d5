# SPDX-License-Identifier: MIT
# The component `testing`, where there is GoogleTest: headers for an application's tests.
if(NOT TARGET GTest::gtest)
  find_package(GTest QUIET)
endif()
if(TARGET GTest::gtest)
  add_library(drf_messages_testing INTERFACE)
  target_link_libraries(drf_messages_testing INTERFACE GTest::gtest)
  drf_messages_component(testing TARGET drf_messages_testing FIND GTest)
endif()
