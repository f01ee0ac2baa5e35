#pragma once
// What a ClientCertificate is made of. For the sources of this room.

#include <vector>

#include "crypto/client_certificate.h"
#include "crypto/openssl_ptr.h"

namespace strongroom::crypto {

struct ClientCertificate::Impl {
  std::vector<X509Ptr> chain;  // not empty; the client's own first
};

// Whether `issuer` can have signed `certificate`, by their names and extensions.
bool is_issued_by(X509* certificate, X509* issuer);

}  // namespace strongroom::crypto
