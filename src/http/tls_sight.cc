#include "http/tls_sight.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace strongroom::http {
namespace {

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;

// Visible ASCII, 256 characters at most: a certificate says what its maker likes.
std::string name_text(const X509_NAME* name) {
  const Bio out(BIO_new(BIO_s_mem()), &BIO_free);
  if (out == nullptr || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0) return "";
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  std::string text(data, std::min<std::size_t>(static_cast<std::size_t>(size), 256));
  std::ranges::replace_if(
      text, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return text;
}

std::string sha256_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return "";
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 15U];
  }
  return text;
}

WallTime expiry_of(const X509* certificate) {
  std::tm broken{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &broken) != 1) return {};
  return WallTime{std::chrono::seconds{timegm(&broken)}};
}

void note_certificate(X509_STORE_CTX* context, ExchangeTrace& trace) {
  if (const X509* const shown = X509_STORE_CTX_get0_cert(context)) {
    trace.certificate = SeenCertificate{.subject = name_text(X509_get_subject_name(shown)),
                                        .issuer = name_text(X509_get_issuer_name(shown)),
                                        .sha256 = sha256_of(shown),
                                        .expires_at = expiry_of(shown)};
  }
}

void note_trusted_ca(X509_STORE_CTX* context, ExchangeTrace& trace) {
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(context);
  if (sk_X509_num(chain) == 0) return;
  trace.trusted_ca = name_text(X509_get_subject_name(sk_X509_value(chain, sk_X509_num(chain) - 1)));
}

// OpenSSL's own verification, watched.
int verify(X509_STORE_CTX* context, void* seen_pointer) {
  auto& seen = *static_cast<SeenVerification*>(seen_pointer);
  if (seen.trace != nullptr) note_certificate(context, *seen.trace);
  const int verdict = X509_verify_cert(context);
  if (verdict != 1) seen.error = X509_STORE_CTX_get_error(context);
  if (verdict == 1 && seen.trace != nullptr) note_trusted_ca(context, *seen.trace);
  return verdict;
}

}  // namespace

bool trust_also(SSL_CTX* tls, const std::string& pem) {
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  X509_STORE* const store = SSL_CTX_get_cert_store(tls);
  if (in == nullptr || store == nullptr) return false;
  std::size_t taken = 0;
  while (true) {
    const std::unique_ptr<X509, void (*)(X509*)> certificate(
        PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free);
    if (certificate == nullptr) break;
    if (X509_STORE_add_cert(store, certificate.get()) != 1) return false;
    ++taken;
  }
  const unsigned long last = ERR_peek_last_error();
  ERR_clear_error();  // "no start line" is how the end of the file is said
  return taken > 0 && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
}

void watch_verification(SSL_CTX* tls, SeenVerification& seen) {
  SSL_CTX_set_cert_verify_callback(tls, &verify, &seen);
}

}  // namespace strongroom::http
