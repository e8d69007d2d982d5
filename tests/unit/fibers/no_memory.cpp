// SPDX-License-Identifier: MIT
// A file of its own: inlined, these would look to the compiler as if new and free were mixed.
#include "no_memory.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

thread_local bool has_no_memory = false;

} // namespace

void* operator new(std::size_t size) {
    void* const memory = has_no_memory ? nullptr : std::malloc(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}

namespace drf_messages::fibers {

NoMemory::NoMemory() noexcept {
    has_no_memory = true;
}

NoMemory::~NoMemory() {
    has_no_memory = false;
}

} // namespace drf_messages::fibers
