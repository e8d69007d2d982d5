# SPDX-License-Identifier: MIT
# What makes a mistake in memory end the process rather than serve an attacker, in every optimised build of our own; an
# application with our sources below it decides for itself. tests/install/hardening.py looks for all of it in what was built,
# bench/instructions/check.py --against says what it costs.
option(DRF_MESSAGES_HARDENING "Protect stack, buffers, calls and relocations of optimised builds" ${PROJECT_IS_TOP_LEVEL})
if(NOT DRF_MESSAGES_HARDENING OR DRF_MESSAGES_SANITIZE)
  return()
endif()

set(hardening
  -fstack-protector-strong           # a buffer that overflows does not reach the return address
  -fstack-clash-protection           # a large frame does not step over the guard page, nor over a fiber's
  -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3) # the C library checks the bounds of what it copies
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|i[3-6]86)$")
  # Returns go where calls came from. That calls arrive where functions begin (=full) is left out: one more instruction in each
  # function makes it 2.5 per cent more for a request rather than 1.9, and Linux lets no program have its processor look for it.
  list(APPEND hardening -fcf-protection=return)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  list(APPEND hardening -mbranch-protection=standard)
endif()
# not in Debug: the C library checks bounds where the compiler optimises, and warns where it does not
set(optimised "$<CONFIG:Release,RelWithDebInfo,MinSizeRel>")
target_compile_options(drf_messages_build INTERFACE "$<${optimised}:${hardening}>")
# addresses that the loader filled in are written once, before main
target_link_options(drf_messages_build INTERFACE "$<${optimised}:LINKER:-z,relro,-z,now>")
# a program too is loaded where nobody foresees
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
