#include "crypto/testing/test_certificates.h"

#include <chrono>
#include <cstdlib>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "crypto/openssl_ptr.h"

namespace strongroom::crypto {
namespace {

using NamePtr = std::unique_ptr<X509_NAME, OpensslFree<X509_NAME_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;

void require(bool holds) {
  if (!holds) std::abort();
}

NamePtr name_of(const std::string& text) {
  NamePtr name(X509_NAME_new());
  require(X509_NAME_add_entry_by_txt(name.get(), "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1,
                                     0) == 1);
  return name;
}

void set_time(ASN1_TIME* out, WallTime time) {
  require(ASN1_TIME_set(out, std::chrono::system_clock::to_time_t(time)) != nullptr);
}

void add_extensions(X509* certificate, const CertificateWish& wish) {
  for (const auto& [name, value] : wish.extensions) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf(nullptr, &context, name.c_str(), value.c_str()));
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
  }
}

std::string written(BIO* out) {
  char* letters = nullptr;
  const long size = BIO_get_mem_data(out, &letters);
  return {letters, static_cast<std::size_t>(size)};
}

X509Ptr read(const std::string& pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509Ptr certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  require(certificate != nullptr);
  return certificate;
}

void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) {
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}
void free_safes(STACK_OF(PKCS7) * safes) { sk_PKCS7_pop_free(safes, PKCS7_free); }

// Adds what is in `bags` as one safe, encrypted or (-1) plain.
void add_safe(STACK_OF(PKCS7) * *safes, STACK_OF(PKCS12_SAFEBAG) * bags, int nid,
              const std::string& password) {
  if (bags != nullptr) require(PKCS12_add_safe(safes, bags, nid, 2048, password.c_str()) == 1);
  free_bags(bags);
}

}  // namespace

std::string make_certificate(const CertificateWish& wish) {
  static long serial = 0;
  const X509Ptr certificate(X509_new());
  X509* const made = certificate.get();
  const PrivateKey& signer = wish.issuer_key == nullptr ? wish.key : *wish.issuer_key;
  const NamePtr subject = name_of(wish.name);
  const NamePtr issuer = name_of(wish.issuer_key == nullptr ? wish.name : wish.issuer_name);
  require(X509_set_version(made, X509_VERSION_3) == 1 &&
          ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial) == 1 &&
          X509_set_subject_name(made, subject.get()) == 1 &&
          X509_set_issuer_name(made, issuer.get()) == 1 &&
          X509_set_pubkey(made, wish.key.handle()) == 1);
  set_time(X509_getm_notBefore(made), wish.from);
  set_time(X509_getm_notAfter(made), wish.until);
  add_extensions(made, wish);
  const bool hashes_itself = signer.type() == KeyType::kEd25519;
  require(X509_sign(made, signer.handle(), hashes_itself ? nullptr : EVP_sha256()) > 0);
  const BioPtr out(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(out.get(), made) == 1);
  return written(out.get());
}

std::string make_pkcs12(const std::vector<const PrivateKey*>& keys,
                        const std::vector<std::string>& certificates, const std::string& password,
                        int iterations) {
  STACK_OF(PKCS7)* safes = nullptr;
  STACK_OF(PKCS12_SAFEBAG)* bags = nullptr;
  for (const std::string& pem : certificates) {
    require(PKCS12_add_cert(&bags, read(pem).get()) != nullptr);
  }
  add_safe(&safes, bags, NID_aes_256_cbc, password);
  bags = nullptr;
  for (const PrivateKey* key : keys) {
    require(PKCS12_add_key(&bags, key->handle(), 0, 2048, NID_aes_256_cbc, password.c_str()) !=
            nullptr);
  }
  add_safe(&safes, bags, -1, password);
  const std::unique_ptr<PKCS12, OpensslFree<PKCS12_free>> file(PKCS12_add_safes(safes, 0));
  free_safes(safes);
  require(file && PKCS12_set_mac(file.get(), password.c_str(), -1, nullptr, 0, iterations,
                                 EVP_sha256()) == 1);
  const BioPtr out(BIO_new(BIO_s_mem()));
  require(i2d_PKCS12_bio(out.get(), file.get()) == 1);
  return written(out.get());
}

}  // namespace strongroom::crypto
