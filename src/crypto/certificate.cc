#include "crypto/certificate.h"

#include <memory>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "crypto/openssl_ptr.h"
#include "crypto/pem_block.h"

namespace strongroom::crypto {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{256} * 1024;
constexpr int kMaxCertificates = 100;

bool is_certificate(const PemBlock& block) {
  if (!block.says_certificate()) return false;
  const unsigned char* at = block.bytes;
  const X509Ptr parsed(d2i_X509(nullptr, &at, block.size));
  return parsed != nullptr && at == block.bytes + block.size;
}

Error refused(LiteralText message) {
  ERR_clear_error();
  return Error{Code::kInvalidArgument, message};
}

}  // namespace

Status check_pem_certificates(std::string_view pem) {
  if (pem.size() > kMaxBytes) return refused("The certificates are longer than 256 KiB.");
  const BioPtr source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!source) return Error{Code::kInternal, "A certificate could not be read."};
  for (int count = 0;; ++count) {
    PemBlock block;
    if (!block.read(source.get())) {
      if (!PemBlock::ends_here()) return refused("A certificate is damaged: it is not PEM.");
      if (count == 0) return refused("There is no PEM certificate in this.");
      ERR_clear_error();
      return {};
    }
    if (!is_certificate(block)) return refused("This holds something that is no certificate.");
    if (count == kMaxCertificates) return refused("There are more than 100 certificates.");
  }
}

}  // namespace strongroom::crypto
