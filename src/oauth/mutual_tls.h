#pragma once
// Client authentication with a certificate in the TLS handshake: RFC 8705 section 2. The request
// itself says no more than who the client is.

#include <string_view>

#include "base/result.h"
#include "catalogue/provider.h"
#include "crypto/pkcs12.h"
#include "http/client.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// Adds client_id to `form` and the certificate to `message`, for tls_client_auth and
// self_signed_tls_client_auth, which differ on the server's side alone.
//
// Errors:
//   as check_client_id
//   kConflict  "security_token_tls" at "/client_certificates": the key lies in a security token,
//              which TLS here cannot reach
//   kInternal  the form has client credentials already, or `method` is another one
Status authenticate_by_tls(const catalogue::Provider& provider,
                           catalogue::ClientAuthentication method, std::string_view client_id,
                           const crypto::KeyAndCertificate& certificate, TokenForm& form,
                           http::OutgoingRequest& message);

// Why the server may not know who we are although a certificate was ready: it never asked for one.
// Empty where it did, or `status` is no refusal of the client (RFC 6749 section 5.2).
LiteralText certificate_not_asked_for(const http::IncomingResponse& response);

}  // namespace strongroom::oauth
