#include "crypto/pem_bundle.h"

#include <algorithm>
#include <string>
#include <utility>

#include <openssl/pem.h>

#include "crypto/openssl_ptr.h"

namespace strongroom::crypto {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

Error refused(LiteralText message) { return Error{Code::kInvalidArgument, message}; }

// Where the block that begins at `begin` ends, with the rest of its last line; npos: it does not.
std::size_t end_of_block(std::string_view file, std::size_t begin) {
  const std::size_t end = file.find(kEnd, begin);
  if (end == std::string_view::npos) return std::string_view::npos;
  const std::size_t closed = file.find(kDashes, end + kEnd.size());
  if (closed == std::string_view::npos) return std::string_view::npos;
  return std::min(closed + kDashes.size(), file.size());
}

bool is_certificate(std::string_view block) {
  const std::string_view label = block.substr(kBegin.size());
  return label.starts_with("CERTIFICATE-") || label.starts_with("X509 CERTIFICATE-");
}

// The blocks of certificates, and those of everything else; text between blocks is left out.
struct Split {
  Split() = default;
  Split(const Split&) = delete;
  Split& operator=(const Split&) = delete;
  ~Split() { wipe(others); }
  std::string certificates;
  std::string others;
};

Status split(std::string_view file, Split& parts) {
  // With room for the line end that each block gets: a buffer that grew would leave letters behind.
  parts.others.reserve(2 * file.size() + 1);
  for (std::size_t at = file.find(kBegin); at != std::string_view::npos;) {
    const std::size_t end = end_of_block(file, at);
    if (end == std::string_view::npos) return refused("The last block of the PEM file has no end.");
    const std::string_view block = file.substr(at, end - at);
    std::string& kind = is_certificate(block) ? parts.certificates : parts.others;
    kind.append(block).push_back('\n');
    at = file.find(kBegin, end);
  }
  return {};
}

}  // namespace

Result<KeyAndCertificate> open_pem_bundle(std::string_view file, const KeyPassword& password) {
  if (file.size() > kMaxPemBundleBytes) return refused("The file is larger than 64 KiB.");
  Split parts;
  STRONGROOM_CHECK(split(file, parts));
  if (parts.others.empty()) {
    return refused("There is no private key in this: a certificate is stored with its key.");
  }
  if (parts.certificates.empty()) {
    return refused("There is no certificate in this: enter it together with its private key.");
  }
  STRONGROOM_TRY(ClientCertificate certificate, ClientCertificate::parse(parts.certificates));
  STRONGROOM_TRY(PrivateKey key, PrivateKey::parse(parts.others, password));
  if (!certificate.matches(key)) {
    return refused("The private key belongs to another certificate.");
  }
  return KeyAndCertificate{std::move(key), std::move(certificate)};
}

Result<PemBundle> to_pem_bundle(const KeyAndCertificate& pair) {
  if (pair.key.is_in_token()) return refused("A key in a security token never leaves it.");
  const BioPtr out(BIO_new(BIO_s_secmem()));
  if (!out || PEM_write_bio_PKCS8PrivateKey(out.get(), pair.key.handle(), nullptr, nullptr, 0,
                                            nullptr, nullptr) != 1) {
    return Error{Code::kInternal, "A private key could not be written as PEM."};
  }
  char* letters = nullptr;
  const long size = BIO_get_mem_data(out.get(), &letters);
  const std::string chain = pair.certificate.pem();
  std::string both;
  both.reserve(static_cast<std::size_t>(size) + chain.size());
  both.append(letters, static_cast<std::size_t>(size)).append(chain);
  PemBundle bundle{both};
  wipe(both);
  return bundle;
}

}  // namespace strongroom::crypto
