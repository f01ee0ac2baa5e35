#include "http/curl_memory.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <span>

#include <curl/curl.h>

#include "base/secret.h"

namespace strongroom::http {
namespace curl_memory {
namespace {

// Each block begins with its size, in as much room as keeps what follows aligned for anything.
constexpr std::size_t kHeader = alignof(std::max_align_t);
static_assert(kHeader >= sizeof(std::size_t));

char* block_of(void* pointer) { return static_cast<char*>(pointer) - kHeader; }

std::size_t size_of(void* pointer) {
  std::size_t size = 0;
  std::memcpy(&size, block_of(pointer), sizeof size);
  return size;
}

}  // namespace

void* allocate(std::size_t size) {
  if (size > SIZE_MAX - kHeader) return nullptr;
  auto* block = static_cast<char*>(std::malloc(size + kHeader));
  if (block == nullptr) return nullptr;
  std::memcpy(block, &size, sizeof size);
  return block + kHeader;
}

void* allocate_zeroed(std::size_t count, std::size_t size) {
  if (size != 0 && count > SIZE_MAX / size) return nullptr;
  void* pointer = allocate(count * size);
  if (pointer != nullptr) std::memset(pointer, 0, count * size);
  return pointer;
}

void* reallocate(void* pointer, std::size_t size) {
  void* moved = allocate(size);
  if (pointer == nullptr || moved == nullptr) return moved;
  std::memcpy(moved, pointer, std::min(size, size_of(pointer)));
  release(pointer);
  return moved;
}

char* duplicate(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  void* copy = allocate(size);
  return copy == nullptr ? nullptr : static_cast<char*>(std::memcpy(copy, text, size));
}

void release(void* pointer) {
  if (pointer == nullptr) return;
  wipe({static_cast<std::byte*>(pointer), size_of(pointer)});
  std::free(block_of(pointer));
}

}  // namespace curl_memory

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] {
    const CURLcode code = curl_global_init_mem(
        CURL_GLOBAL_DEFAULT, curl_memory::allocate, curl_memory::release, curl_memory::reallocate,
        curl_memory::duplicate, curl_memory::allocate_zeroed);
    if (code != CURLE_OK) std::abort();
    // 7.85.0 has CURLOPT_PROTOCOLS_STR. An older library at run time would not know it.
    if (curl_version_info(CURLVERSION_NOW)->version_num < 0x075500) std::abort();
  });
}

}  // namespace strongroom::http
