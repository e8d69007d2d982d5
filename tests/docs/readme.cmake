# SPDX-License-Identifier: MIT
# Runs the README's program twice in an empty folder: on a database that it makes, and on the one that is there.
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
foreach(run IN ITEMS first second)
  execute_process(COMMAND "${PROGRAM}" WORKING_DIRECTORY "${FOLDER}" OUTPUT_VARIABLE output RESULT_VARIABLE result)
  if(NOT result EQUAL 0 OR NOT output STREQUAL "profile success: Saved\n")
    message(FATAL_ERROR "the ${run} run: ${result}, ${output}")
  endif()
endforeach()
