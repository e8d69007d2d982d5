# SPDX-License-Identifier: MIT
# Precompiled headers for the builds of our own presets: what nearly every source includes of others. Ours are not among them,
# since they change. A source that forgot an include is found where there are none: by tools/lint, whose clang cannot read what
# GCC wrote, and by who builds us without a preset.
option(DRF_MESSAGES_PRECOMPILED "Precompile headers of the standard library, fmt, Boost and GoogleTest" OFF)
if(NOT DRF_MESSAGES_PRECOMPILED)
  function(drf_messages_precompile)
  endfunction()
  return()
endif()

# GCC 12 takes the standard's strings for ours once they come precompiled, and is wrong about their bounds (its bug 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(drf_messages_build INTERFACE -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)
endif()

# Clang writes into a precompiled header where each header lies and how old it is. So ccache does not keep them: each build makes
# its own, without ages, and cmake/precompile tells ccache what is in it. CMake's own options would hide the folder of this build
# from ccache, since -Xclang stands before it. Not NAME.pch, which clang would include to make it anew.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(drf_messages_build INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
  set(CMAKE_PCH_EXTENSION .pth)
  set(CMAKE_CXX_COMPILE_OPTIONS_CREATE_PCH -x c++-header -include <PCH_HEADER>)
  set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -include-pch <PCH_FILE>)
  set(precompiled_launcher "${PROJECT_SOURCE_DIR}/cmake/precompile")
endif()

set(standard <algorithm> <array> <charconv> <chrono> <functional> <map> <memory> <mutex> <optional> <span> <sstream>
  <stdexcept> <string> <string_view> <system_error> <unordered_map> <utility> <variant> <vector>)
set(room_headers ${standard} <fmt/format.h> <boost/system/result.hpp>)
set(test_headers ${standard} <atomic> <deque> <filesystem> <fstream> <set> <thread> <gmock/gmock.h> <gtest/gtest.h>)
set(json_headers <boost/json/array.hpp> <boost/json/object.hpp> <boost/json/value.hpp>)

# GCC takes a precompiled header only with the macros and the -fPIC or -fPIE that it was made with: hence four of them, and
# programs for the tests, which are programs.
set(folder "${CMAKE_CURRENT_BINARY_DIR}/precompiled")
file(CONFIGURE OUTPUT "${folder}/room.cpp" CONTENT "" @ONLY)
file(CONFIGURE OUTPUT "${folder}/test.cpp" CONTENT "int main() {}\n" @ONLY)
foreach(json IN ITEMS "" "_json")
  add_library(precompiled_room${json} OBJECT "${folder}/room.cpp")
  target_link_libraries(precompiled_room${json} PRIVATE drf_messages_build Boost::headers fmt::fmt Threads::Threads)
  target_precompile_headers(precompiled_room${json} PRIVATE ${room_headers})
  if(DRF_MESSAGES_TESTS)
    find_package(GTest REQUIRED)
    add_executable(precompiled_test${json} "${folder}/test.cpp")
    target_link_libraries(precompiled_test${json} PRIVATE drf_messages_build GTest::gmock GTest::gtest)
    target_precompile_headers(precompiled_test${json} PRIVATE ${test_headers})
  endif()
endforeach()
foreach(kind IN ITEMS room test)
  if(TARGET precompiled_${kind}_json)
    target_link_libraries(precompiled_${kind}_json PRIVATE Boost::json)
    target_precompile_headers(precompiled_${kind}_json PRIVATE ${json_headers})
    if(precompiled_launcher)
      set_target_properties(precompiled_${kind} precompiled_${kind}_json PROPERTIES CXX_COMPILER_LAUNCHER "${precompiled_launcher}")
    endif()
  endif()
endforeach()

# drf_messages_precompile(TARGET room|test LIBRARY...): with Boost.JSON where it is among the libraries.
function(drf_messages_precompile target kind)
  if(Boost::json IN_LIST ARGN)
    set(kind "${kind}_json")
  endif()
  target_precompile_headers(${target} REUSE_FROM precompiled_${kind})
endfunction()
