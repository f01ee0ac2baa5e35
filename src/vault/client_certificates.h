#pragma once
// Client certificates: a certificate with its private key, to sign assertions with or to show in
// TLS. Sealed together in one value, so that nobody gives a key another certificate; for the one
// destination that they were entered for (invariants 2 and 5), and the key is never shown again.
//
// Sealing may have to reserve nonces in the database: never seal inside a transaction.

#include <vector>

#include "base/result.h"
#include "crypto/client_certificate.h"
#include "crypto/pkcs12.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/stored_credentials.h"
#include "vault/target_systems.h"

namespace strongroom::vault {

// At most kMaxClientCertificates, each with a certificate in one of the ways that there are. What
// the files hold is judged when they are sealed. Errors: kInvalidArgument at /client_certificates
// or below.
Status check_client_certificates(const std::vector<NewClientCertificate>& certificates);

// Rows of the certificates of `system`, read, checked for what `after` uses them for, and sealed
// for the secrets_destination of its row. What is kept stays sealed as it is. The second of two may
// be not valid yet: it is the next one, entered ahead of time.
//
// Errors, all kInvalidArgument at the file in /client_certificates/{index}:
//   as crypto::ClientCertificate::parse() and check(), crypto::PrivateKey::parse(), open_pkcs12()
//   no stored key belongs to a certificate that came alone
//   the provider's entry takes no signature that such a key makes
//   it is to be shown in TLS, and its key lies in a security token
//   the same certificate twice; an id that is none of a stored certificate
//   a stored one is needed, and the destination is not that for which it was entered
// and as crypto::Sealer::seal().
Result<std::vector<storage::ConsumerSecretRow>> seal_client_certificates(
    Context& context, const TargetSystem& after, const storage::TargetSystemRow& system,
    const StoredCredentials& stored, const std::vector<NewClientCertificate>& certificates);

// The certificate with its issuers and its key, of one stored row of `system`, whose MAC was
// checked. What is sealed counts, not what the row shows. `tokens` and errors as open_client_key().
Result<crypto::KeyAndCertificate> open_client_certificate(
    const crypto::Sealer& sealer, const storage::TargetSystemRow& system,
    const storage::ConsumerSecretRow& certificate,
    const std::shared_ptr<crypto::Pkcs11>& tokens = nullptr);

// What the clients of `system` use a certificate for.
crypto::CertificateUse certificate_use(const catalogue::Catalogue& catalogue,
                                       const TargetSystem& system);

}  // namespace strongroom::vault
