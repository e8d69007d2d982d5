# SPDX-License-Identifier: MIT
# The library that applications link: drf_messages::drf_messages, which is drf_messages::static, or drf_messages::shared with
# BUILD_SHARED_LIBS. Both are made of one relocatable object, all rooms below drf_messages_embed; what it defines is invisible
# to the application but for what carries DRF_MESSAGES_API. Without DRF_MESSAGES_LIBRARY the name stands for the rooms.

# The rooms that `target` links, itself included.
function(drf_messages_rooms_below target result)
  set(seen ${${result}})
  if(NOT target IN_LIST seen)
    list(APPEND seen ${target})
    get_target_property(links ${target} LINK_LIBRARIES)
    foreach(link IN LISTS links)
      if(link MATCHES "^drf_messages_" AND TARGET ${link})
        get_target_property(type ${link} TYPE)
        if(type STREQUAL "STATIC_LIBRARY")
          drf_messages_rooms_below(${link} seen)
        endif()
      endif()
    endforeach()
  endif()
  set(${result} ${seen} PARENT_SCOPE)
endfunction()

if(NOT DRF_MESSAGES_LIBRARY)
  add_library(drf_messages INTERFACE)
  target_link_libraries(drf_messages INTERFACE drf_messages_embed)
  add_library(drf_messages::drf_messages ALIAS drf_messages)
  return()
endif()

set(library_folder "${CMAKE_CURRENT_BINARY_DIR}/library")
file(MAKE_DIRECTORY "${library_folder}")

# Mangled names of what lies in namespace drf_messages: functions, variables, vtables, type information, thunks, guards. What
# of it is internal was compiled as hidden.
set(public_symbols
  _ZN12drf_messages* _ZN[KO]12drf_messages* _ZN[R]12drf_messages* _ZNK[RO]12drf_messages*
  _ZT[ISVT]N12drf_messages* _ZTC*N12drf_messages* _ZTh*_N12drf_messages* _ZTh*_NK12drf_messages* _ZGVN12drf_messages*)
list(JOIN public_symbols "\n" lines)
file(CONFIGURE OUTPUT "${library_folder}/public_symbols.txt" CONTENT "${lines}\n" @ONLY)
list(JOIN public_symbols "; " lines)
file(CONFIGURE OUTPUT "${library_folder}/public_symbols.map" CONTENT "{ global: ${lines}; local: *; };\n" @ONLY)

# GNU's: LLVM's linker and objcopy, which CMake takes beside clang, have not all of these options.
find_program(DRF_MESSAGES_LD ld.bfd REQUIRED)
find_program(DRF_MESSAGES_OBJCOPY objcopy REQUIRED)
mark_as_advanced(DRF_MESSAGES_LD DRF_MESSAGES_OBJCOPY)

set(rooms "")
drf_messages_rooms_below(drf_messages_embed rooms)
list(TRANSFORM rooms REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE room_files)
# Groups of sections are resolved here: the application's linker must not drop what became local in favour of its own copy.
add_custom_command(OUTPUT "${library_folder}/rooms.o"
  COMMAND ${DRF_MESSAGES_LD} -r --force-group-allocation -o "${library_folder}/rooms.o"
    --whole-archive ${room_files}
  DEPENDS ${rooms}
  COMMENT "Merging the rooms into one object" VERBATIM)
add_custom_command(OUTPUT "${library_folder}/public.o"
  COMMAND ${DRF_MESSAGES_OBJCOPY} --localize-hidden --wildcard "--keep-global-symbols=${library_folder}/public_symbols.txt"
    "${library_folder}/rooms.o" "${library_folder}/public.o"
  DEPENDS "${library_folder}/rooms.o" "${library_folder}/public_symbols.txt"
  COMMENT "Hiding what is not public" VERBATIM)
add_custom_target(drf_messages_objects DEPENDS "${library_folder}/rooms.o" "${library_folder}/public.o")
set_source_files_properties("${library_folder}/rooms.o" "${library_folder}/public.o" PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)

add_library(drf_messages_static STATIC "${library_folder}/public.o")
target_link_libraries(drf_messages_static INTERFACE "$<BUILD_INTERFACE:$<LINK_ONLY:drf_messages_embed>>")

add_library(drf_messages_shared SHARED "${library_folder}/rooms.o")
target_link_libraries(drf_messages_shared PRIVATE drf_messages_embed)
target_link_options(drf_messages_shared PRIVATE
  "LINKER:--version-script=${library_folder}/public_symbols.map" LINKER:--no-undefined LINKER:--as-needed)
set_target_properties(drf_messages_shared PROPERTIES
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} LINK_DEPENDS "${library_folder}/public_symbols.map")

foreach(kind IN ITEMS static shared)
  set(target drf_messages_${kind})
  add_dependencies(${target} drf_messages_objects)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME drf_messages EXPORT_NAME ${kind} LINKER_LANGUAGE CXX)
  target_include_directories(${target} INTERFACE
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_compile_features(${target} INTERFACE cxx_std_20)
  if(NOT PROJECT_IS_TOP_LEVEL)
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL TRUE)
  endif()
  add_library(drf_messages::${kind} ALIAS ${target})
endforeach()
if(BUILD_SHARED_LIBS)
  set(kind shared)
else()
  set(kind static)
endif()
add_library(drf_messages ALIAS drf_messages_${kind})
add_library(drf_messages::drf_messages ALIAS drf_messages_${kind})
