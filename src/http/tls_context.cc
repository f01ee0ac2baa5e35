#include "http/tls_context.h"

#include <ctime>
#include <string_view>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace strongroom::http {
namespace {

constexpr long kTicketLifetimeSeconds = 7'200;

// RFC 7301: a client that offers protocols and not ours is told so instead of being misunderstood.
int choose_protocol(SSL* /*session*/, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void* /*unused*/) {
  static constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* match = nullptr;
  if (SSL_select_next_proto(&match, chosen_size, kHttp11, sizeof kHttp11, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = match;
  return SSL_TLSEXT_ERR_OK;
}

// An encrypted key is an error; the default would ask on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*unused*/) { return -1; }

Error tls_error(LiteralText message) {
  char text[256] = "";
  if (const unsigned long code = ERR_peek_error(); code != 0) {
    ERR_error_string_n(code, text, sizeof text);
  }
  ERR_clear_error();
  return Error{Code::kInvalidArgument, message, text};
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_CLEANSE_PLAINTEXT |
                                   SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");  // of TLS 1.2
  // One read takes what has arrived instead of a record's five bytes first.
  SSL_CTX_set_read_ahead(context, 1);
  // Not SSL_MODE_RELEASE_BUFFERS: it takes and wipes 16 kB for every request, a tenth of the whole
  // cost. Connection gives the buffers back when a client rests.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets hold no memory of ours
  SSL_CTX_set_timeout(context, kTicketLifetimeSeconds);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
}

// A certificate that does not count must not keep a browser, which shows whatever it has, from the
// console: verify_client() judges.
int let_pass(int /*sound*/, X509_STORE_CTX* /*context*/) { return 1; }

// Without tickets: a session that is resumed has not the chain that was shown, and would outlive a
// revocation.
void ask_without_tickets(SSL_CTX* context) {
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, let_pass);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
}

Status ask_for_certificates(SSL_CTX* context, const TlsFiles& files) {
  if (SSL_CTX_load_verify_file(context, files.client_ca.c_str()) != 1) {
    return tls_error("the clients' CAs cannot be read");
  }
  SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(files.client_ca.c_str()));
  ask_without_tickets(context);
  if (files.client_crl.empty()) return {};
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
  if (lookup == nullptr ||
      X509_load_crl_file(lookup, files.client_crl.c_str(), X509_FILETYPE_PEM) < 1) {
    return tls_error("the clients' certificate revocation lists cannot be read");
  }
  // Each certificate of the chain, not the last one alone: an intermediate CA may be revoked too.
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  return {};
}

Status use_certificate(SSL_CTX* context, const TlsFiles& files) {
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate_chain.c_str()) != 1) {
    return tls_error("the certificate cannot be read");
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.private_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return tls_error("the private key cannot be read, or is not the certificate's");
  }
  return {};
}

// Those that are in use.
bool keep_certificate(SSL_CTX* context, SSL_CTX* before) {
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(before, &chain);
  return SSL_CTX_use_cert_and_key(context, SSL_CTX_get0_certificate(before),
                                  SSL_CTX_get0_privatekey(before), chain, 1) == 1;
}

void keep_clients(SSL_CTX* context, SSL_CTX* before) {
  SSL_CTX_set1_cert_store(context, SSL_CTX_get_cert_store(before));
  SSL_CTX_set_client_CA_list(context, SSL_dup_CA_list(SSL_CTX_get_client_CA_list(before)));
  ask_without_tickets(context);
}

}  // namespace

void FreeTlsSession::operator()(ssl_st* session) const { SSL_free(session); }

TlsContext::TlsContext(TlsFiles files) : files_(std::move(files)) {}

// What one half of the files has is used although the other cannot be read: neither does a broken
// revocation list keep a renewed certificate back, nor the other way round.
Status TlsContext::load() {
  ERR_clear_error();
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return tls_error("TLS could not be set up");
  set_rules(context.get());
  const Context before = *context_.lock();
  Status own = use_certificate(context.get(), files_);
  if (!own && (!before || !keep_certificate(context.get(), before.get()))) return own;
  Status clients = has_client_ca() ? ask_for_certificates(context.get(), files_) : Status();
  if (!clients) {
    if (!before) return clients;
    keep_clients(context.get(), before.get());
  }
  *context_.lock() = std::move(context);
  generation_.fetch_add(1, std::memory_order_release);
  return own ? clients : own;
}

TlsSession TlsContext::new_session() const {
  const Context context = *context_.lock();
  TlsSession session(context ? SSL_new(context.get()) : nullptr);
  if (session) SSL_set_accept_state(session.get());
  return session;
}

std::shared_ptr<const ShownCertificate> TlsContext::verify_client(ssl_st* session) const {
  const Context context = *context_.lock();
  return context ? verified_certificate(session, SSL_CTX_get_cert_store(context.get())) : nullptr;
}

Result<WallTime> TlsContext::certificate_expiry() const {
  const Context context = *context_.lock();
  const X509* certificate = context ? SSL_CTX_get0_certificate(context.get()) : nullptr;
  std::tm parts{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) {
    return Error{Code::kUnavailable, "no certificate is loaded"};
  }
  return WallTime(std::chrono::seconds(timegm(&parts)));
}

}  // namespace strongroom::http
