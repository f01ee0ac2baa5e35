#include "http/tls_client_identity.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace strongroom::http {
namespace {

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

Certificate next_certificate(BIO* from) {
  return {PEM_read_bio_X509(from, nullptr, nullptr, nullptr), &X509_free};
}

bool use_chain(SSL_CTX* tls, const std::string& pem) {
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  if (in == nullptr) return false;
  const Certificate own = next_certificate(in.get());
  if (own == nullptr || SSL_CTX_use_certificate(tls, own.get()) != 1) return false;
  SSL_CTX_clear_chain_certs(tls);
  while (const Certificate issuer = next_certificate(in.get())) {
    if (SSL_CTX_add1_chain_cert(tls, issuer.get()) != 1) return false;
  }
  const unsigned long last = ERR_peek_last_error();
  return ERR_GET_REASON(last) == PEM_R_NO_START_LINE;  // how the end of the file is said
}

bool use_key(SSL_CTX* tls, const ClientKeyDer& der) {
  const std::string_view bytes = der.reveal();
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const Key key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(bytes.size())), &EVP_PKEY_free);
  return key != nullptr && SSL_CTX_use_PrivateKey(tls, key.get()) == 1 &&
         SSL_CTX_check_private_key(tls) == 1;
}

// Where a context keeps the demand that its connection reports to; null once nobody watches.
int demand_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

CertificateDemand* demand_of(const SSL* session) {
  return static_cast<CertificateDemand*>(
      SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), demand_index()));
}

// Called for every server that asks for a certificate, whether or not there is one to show.
int note_question(SSL* session, void*) {
  if (CertificateDemand* const demand = demand_of(session)) demand->asked = true;
  return 1;
}

void note_alert(const SSL* session, int where, int value) {
  if (where != SSL_CB_READ_ALERT || (value >> 8) != SSL3_AL_FATAL) return;
  if (CertificateDemand* const demand = demand_of(session)) demand->alert = value & 0xff;
}

bool is_about_certificates(int alert) {
  switch (alert) {
    case SSL_AD_HANDSHAKE_FAILURE:  // OpenSSL's word in TLS 1.2 for a certificate that is missing
    case SSL_AD_BAD_CERTIFICATE:    // and Go's
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_DECRYPT_ERROR:
    case SSL_AD_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
  }
}

LiteralText refusal_by(int alert) {
  switch (alert) {
    case SSL_AD_UNKNOWN_CA:
      return "The server does not trust the CA of the client certificate. Whoever runs the server "
             "must trust that CA, or the client needs a certificate of one that is trusted there.";
    case SSL_AD_CERTIFICATE_EXPIRED:
      return "The server says that the client certificate has expired. Enter its successor.";
    case SSL_AD_CERTIFICATE_REVOKED:
      return "The server says that the client certificate was revoked. Enter another one.";
    default:
      return "The server refused the client certificate. It must be one that is registered or "
             "trusted there, and meant for clients.";
  }
}

// That a connection which was closed can end with.
bool was_closed(CURLcode code) {
  return code == CURLE_SSL_CONNECT_ERROR || code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR ||
         code == CURLE_SEND_ERROR || code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
}

}  // namespace

bool show_identity(SSL_CTX* tls, const ClientIdentity& identity) {
  ERR_clear_error();
  const bool shown = use_chain(tls, identity.certificate_pem) && use_key(tls, identity.private_key);
  ERR_clear_error();
  return shown;
}

bool DemandWatch::start(SSL_CTX* tls) {
  stop();
  seen_ = {};
  if (SSL_CTX_up_ref(tls) != 1) return false;
  tls_ = tls;
  if (SSL_CTX_set_ex_data(tls, demand_index(), &seen_) != 1) return false;
  SSL_CTX_set_cert_cb(tls, &note_question, nullptr);
  SSL_CTX_set_info_callback(tls, &note_alert);
  return true;
}

// The session took the callbacks over from its context; where they look, it did not.
void DemandWatch::stop() {
  if (tls_ == nullptr) return;
  SSL_CTX_set_ex_data(tls_, demand_index(), nullptr);
  SSL_CTX_free(tls_);
  tls_ = nullptr;
}

std::optional<LiteralText> certificate_refusal(const CertificateDemand& demand, bool shown,
                                               CURLcode code) {
  if (!demand.asked || (demand.alert != 0 && !is_about_certificates(demand.alert))) {
    return std::nullopt;
  }
  if (demand.alert != 0 && shown) return refusal_by(demand.alert);
  if (demand.alert != 0) {
    return LiteralText(
        "The server wants a client certificate, and there was none to show. Choose mutual TLS as "
        "the client authentication and enter a certificate, or call an address that does without.");
  }
  if (!was_closed(code)) return std::nullopt;
  if (shown) {
    return LiteralText(
        "The server asked for the client certificate, and closed the connection without an answer "
        "when it had seen it. It may be one that is not registered or trusted there.");
  }
  return LiteralText(
      "The server asked for a client certificate, and closed the connection without an answer when "
      "there was none to show. It may require one.");
}

}  // namespace strongroom::http
