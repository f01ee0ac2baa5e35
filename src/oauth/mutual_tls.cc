#include "oauth/mutual_tls.h"

#include "oauth/client_authentication.h"

namespace strongroom::oauth {

Status authenticate_by_tls(const catalogue::Provider& provider,
                           catalogue::ClientAuthentication method, std::string_view client_id,
                           const crypto::KeyAndCertificate& certificate, TokenForm& form,
                           http::OutgoingRequest& message) {
  STRONGROOM_CHECK(check_client_id(provider, method, client_id));
  if (certificate.key.is_in_token()) {
    return Error{Code::kConflict,
                 "A key in a security token signs assertions, and is no use in TLS here. Choose "
                 "private_key_jwt, or enter a certificate with its key.",
                 {},
                 "security_token_tls"}
        .at("/client_certificates");
  }
  if (!catalogue::is_mutual_tls(method) || message.secret_header ||
      form.has(provider.wire.client_secret_parameter) ||
      !name_client(provider.wire.client_id_parameter, client_id, form)) {
    return Error{Code::kInternal, "The token request has client credentials already."};
  }
  const crypto::PrivateKeyDer key = certificate.key.der();
  message.identity = http::ClientIdentity{.certificate_pem = certificate.certificate.pem(),
                                          .private_key = http::ClientKeyDer(key.reveal())};
  return {};
}

LiteralText certificate_not_asked_for(const http::IncomingResponse& response) {
  constexpr int kBadRequest = 400;
  constexpr int kUnauthorized = 401;
  const bool refused = response.status == kBadRequest || response.status == kUnauthorized;
  if (response.asked_for_certificate || !refused) return "";
  return "The server refused the client, and had not asked for its certificate: this may not be "
         "its "
         "address for mutual TLS. Enter the one that its metadata names in mtls_endpoint_aliases.";
}

}  // namespace strongroom::oauth
