#pragma once
// Which of a target system's credentials a token request may be made with now.

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalogue/provider.h"
#include "storage/target_system_rows.h"
#include "vault/types.h"

namespace strongroom::vault {

// The problem that no certificate is valid now.
inline constexpr LiteralText kCertificateExpired = "client_certificate_expired";

// The kind of a row that stands for nothing: what a public client proves with. It is never stored.
inline constexpr std::string_view kNoCredential = "none";

// Whether the provider knows a signing key by its certificate only.
bool wants_certificate(const catalogue::Provider& provider);

// Whether the target system's requests are signed with a client key: OAuth 1.0a with RSA.
bool signs_with_rsa(const catalogue::Provider& provider, const TargetSystem& system);

// Leaves those that a token request of the target system's grant is signed or proved with: of the
// JWT bearer grant the keys, of others what the chosen method proves with. Certificates while they
// are valid: one that has expired, or that is not valid yet, is never tried. The order stays as it
// is. Where a public client proves nothing, one row of kNoCredential alone is left.
//
// Errors, kConflict with a stable name, if none is left: "no_consumer_secret", "no_client_key",
// "no_client_certificate", "client_certificate_expired" (with "not_after" or "not_before").
Status keep_usable(const catalogue::Provider& provider, const TargetSystem& system, WallTime now,
                   std::vector<storage::ConsumerSecretRow>& credentials);

// The same for those with which the client says who it is, whatever the grant: where the provider
// wants that besides an assertion, and where tokens are revoked. Errors: as keep_usable().
Status keep_proofs(const catalogue::Provider& provider, const TargetSystem& system, WallTime now,
                   std::vector<storage::ConsumerSecretRow>& credentials);

// When the last of those that keep_usable() would leave is over; nullopt: there is none, or one
// that nobody has given an end.
std::optional<WallTime> credentials_end(const catalogue::Provider& provider,
                                        const TargetSystem& system,
                                        const std::vector<storage::ConsumerSecretRow>& credentials);

}  // namespace strongroom::vault
