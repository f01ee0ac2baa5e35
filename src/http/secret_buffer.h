#pragma once
// Bytes that arrive piece by piece and may hold a secret.

#include <algorithm>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace strongroom::http {

// Grows without leaving copies behind, which std::string::append would, and is wiped when it goes.
class SecretBuffer {
 public:
  SecretBuffer() = default;
  SecretBuffer(const SecretBuffer&) = delete;
  SecretBuffer& operator=(const SecretBuffer&) = delete;
  ~SecretBuffer() { wipe(bytes_); }

  void append(std::string_view more) {
    if (bytes_.capacity() - bytes_.size() < more.size()) {
      std::string larger;
      larger.reserve(std::max(2 * bytes_.capacity(), bytes_.size() + more.size()));
      larger.append(bytes_);
      wipe(bytes_);
      bytes_.swap(larger);
    }
    bytes_.append(more);
  }

  void clear() { wipe(bytes_); }
  std::size_t size() const { return bytes_.size(); }
  std::string_view view() const { return bytes_; }  // valid until the next change

 private:
  std::string bytes_;
};

}  // namespace strongroom::http
