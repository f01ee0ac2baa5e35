#pragma once
// libcurl copies headers and buffers bodies. It does so in memory that is wiped when it is freed.

#include <cstddef>

namespace strongroom::http {

// Starts libcurl, once for the process, with an allocator of ours. Safe from any thread. Ends the
// process when libcurl cannot start, or is older than the options that keep us safe.
void start_curl();

// What libcurl gets for malloc(3) and its kin; here for the test. free and realloc overwrite the
// bytes that they give up.
namespace curl_memory {
void* allocate(std::size_t size);
void* allocate_zeroed(std::size_t count, std::size_t size);
void* reallocate(void* pointer, std::size_t size);
char* duplicate(const char* text);
void release(void* pointer);
}  // namespace curl_memory

}  // namespace strongroom::http
