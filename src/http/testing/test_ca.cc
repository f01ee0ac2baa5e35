#include "http/testing/test_ca.h"

#include <atomic>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace strongroom::http {
namespace {

std::shared_ptr<EVP_PKEY> new_key() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr) throw std::runtime_error("X509V3_EXT_conf_nid");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::shared_ptr<X509> new_certificate(const std::string& name, EVP_PKEY* key,
                                      TestValidity validity) {
  static std::atomic<long> serial{1};
  std::shared_ptr<X509> out(X509_new(), &X509_free);
  X509_set_version(out.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), validity.begins.count());
  X509_gmtime_adj(X509_getm_notAfter(out.get()), validity.ends.count());
  X509_set_pubkey(out.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return out;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* key) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  if (X509_sign(certificate, key, EVP_sha256()) == 0) throw std::runtime_error("X509_sign");
}

}  // namespace

std::string TestIdentity::certificate_pem() const {
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_X509(bio.get(), certificate.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string TestIdentity::private_key_der() const {
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, void (*)(PKCS8_PRIV_KEY_INFO*)> info(
      EVP_PKEY2PKCS8(key.get()), &PKCS8_PRIV_KEY_INFO_free);
  unsigned char* bytes = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &bytes);
  if (size <= 0) throw std::runtime_error("i2d_PKCS8_PRIV_KEY_INFO");
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

TestCa::TestCa(const std::string& name) {
  root_.key = new_key();
  root_.certificate = new_certificate(name, root_.key.get(), {});
  X509* const root = root_.certificate.get();
  add_extension(root, root, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(root, root, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(root, root, NID_subject_key_identifier, "hash");
  sign(root, root, root_.key.get());
}

TestIdentity TestCa::issue(const std::string& names, TestValidity validity) const {
  TestIdentity out;
  out.key = new_key();
  out.certificate = new_certificate("server", out.key.get(), validity);
  X509* const issuer = root_.certificate.get();
  add_extension(out.certificate.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(out.certificate.get(), issuer, NID_ext_key_usage, "serverAuth");
  add_extension(out.certificate.get(), issuer, NID_subject_alt_name, names);
  add_extension(out.certificate.get(), issuer, NID_authority_key_identifier, "keyid");
  sign(out.certificate.get(), issuer, root_.key.get());
  return out;
}

TestIdentity TestCa::issue_to_client(const std::string& name, TestValidity validity) const {
  TestIdentity out;
  out.key = new_key();
  out.certificate = new_certificate(name, out.key.get(), validity);
  X509* const issuer = root_.certificate.get();
  add_extension(out.certificate.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(out.certificate.get(), issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(out.certificate.get(), issuer, NID_ext_key_usage, "clientAuth");
  add_extension(out.certificate.get(), issuer, NID_authority_key_identifier, "keyid");
  sign(out.certificate.get(), issuer, root_.key.get());
  return out;
}

TestIdentity TestCa::self_signed(const std::string& names) {
  TestIdentity out;
  out.key = new_key();
  out.certificate = new_certificate("server", out.key.get(), {});
  X509* const self = out.certificate.get();
  add_extension(self, self, NID_subject_alt_name, names);
  sign(self, self, out.key.get());
  return out;
}

}  // namespace strongroom::http
