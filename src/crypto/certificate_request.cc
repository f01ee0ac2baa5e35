// certificate_request: what a certificate authority is asked to sign.
#include <algorithm>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/unicode.h"
#include "crypto/algorithms.h"
#include "crypto/client_certificate.h"
#include "crypto/openssl_ptr.h"

namespace strongroom::crypto {
namespace {

using RequestPtr = std::unique_ptr<X509_REQ, OpensslFree<X509_REQ_free>>;

constexpr std::size_t kMaxCharacters = 64;  // RFC 5280 appendix A: ub-common-name

bool is_common_name(std::string_view name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return !name.empty() && is_utf8(name) && std::ranges::none_of(name, is_control) &&
         std::ranges::count_if(name, begins) <= static_cast<std::ptrdiff_t>(kMaxCharacters);
}

bool fill(X509_REQ* request, const PrivateKey& key, std::string_view name) {
  // Ed25519 hashes by itself.
  const EVP_MD* const digest = key.type() == KeyType::kEd25519 ? nullptr : sha256_algorithm();
  return X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1 &&
         X509_NAME_add_entry_by_NID(X509_REQ_get_subject_name(request), NID_commonName,
                                    MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.data()),
                                    static_cast<int>(name.size()), -1, 0) == 1 &&
         X509_REQ_set_pubkey(request, key.handle()) == 1 &&
         X509_REQ_sign(request, key.handle(), digest) > 0;
}

}  // namespace

Result<std::string> certificate_request(const PrivateKey& key, std::string_view common_name) {
  if (!is_common_name(common_name)) {
    return Error{Code::kInvalidArgument,
                 "A common name has 1 to 64 characters, and no control characters."};
  }
  const RequestPtr request(X509_REQ_new());
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!request || !out || !fill(request.get(), key, common_name) ||
      PEM_write_bio_X509_REQ(out.get(), request.get()) != 1) {
    ERR_clear_error();
    return Error{Code::kInternal, "A certificate request could not be made."};
  }
  char* letters = nullptr;
  const long size = BIO_get_mem_data(out.get(), &letters);
  return std::string(letters, static_cast<std::size_t>(size));
}

}  // namespace strongroom::crypto
