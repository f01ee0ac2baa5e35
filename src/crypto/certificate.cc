#include "crypto/certificate.h"

#include <memory>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace strongroom::crypto {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{256} * 1024;
constexpr int kMaxCertificates = 100;

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};

// One block of a PEM file. Its bytes are wiped: somebody may have pasted a private key.
struct Block {
  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
  }
  bool read(BIO* from) { return PEM_read_bio(from, &name, &header, &bytes, &size) == 1; }
  bool is_certificate() const {
    const std::string_view label(name);
    if (label != PEM_STRING_X509 && label != PEM_STRING_X509_OLD) return false;
    const unsigned char* at = bytes;
    const std::unique_ptr<X509, Freer<X509_free>> parsed(d2i_X509(nullptr, &at, size));
    return parsed != nullptr && at == bytes + size;
  }

  char* name = nullptr;
  char* header = nullptr;
  unsigned char* bytes = nullptr;
  long size = 0;
};

Error refused(LiteralText message) {
  ERR_clear_error();
  return Error{Code::kInvalidArgument, message};
}

}  // namespace

Status check_pem_certificates(std::string_view pem) {
  if (pem.size() > kMaxBytes) return refused("The certificates are longer than 256 KiB.");
  const std::unique_ptr<BIO, Freer<BIO_free_all>> source(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!source) return Error{Code::kInternal, "A certificate could not be read."};
  for (int count = 0;; ++count) {
    Block block;
    if (!block.read(source.get())) {
      // The end is told by this one reason; any other is a block that is damaged.
      const bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
      if (!is_end) return refused("A certificate is damaged: it is not PEM.");
      if (count == 0) return refused("There is no PEM certificate in this.");
      ERR_clear_error();
      return {};
    }
    if (!block.is_certificate()) return refused("This holds something that is no certificate.");
    if (count == kMaxCertificates) return refused("There are more than 100 certificates.");
  }
}

}  // namespace strongroom::crypto
