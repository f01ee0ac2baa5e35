#pragma once
// One block of a PEM file (RFC 7468). For the sources of this room.

#include <cstddef>
#include <string_view>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace strongroom::crypto {

// Its bytes are wiped when it dies: somebody may have pasted a private key where none belongs.
struct PemBlock {
  PemBlock() = default;
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  ~PemBlock() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(bytes, static_cast<std::size_t>(capacity));
  }

  // The next block of `from`, once. False: there is none, or it is damaged; ends_here() tells.
  bool read(BIO* from) {
    const bool found = PEM_read_bio(from, &name, &header, &bytes, &size) == 1;
    capacity = found ? size : 0;
    return found;
  }
  // After read() found nothing: that there are no more, and not a damaged one. The end is told by
  // this one reason.
  static bool ends_here() { return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE; }

  bool says_certificate() const {
    const std::string_view label(name);
    return label == PEM_STRING_X509 || label == PEM_STRING_X509_OLD;
  }
  std::string_view der() const {
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  }

  char* name = nullptr;
  char* header = nullptr;
  unsigned char* bytes = nullptr;
  long size = 0;
  long capacity = 0;  // decrypting in place makes `size` smaller
};

}  // namespace strongroom::crypto
