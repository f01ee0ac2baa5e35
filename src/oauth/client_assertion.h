#pragma once
// Client authentication with a signed assertion: RFC 7523 sections 2.2 and 3. private_key_jwt and
// client_secret_jwt are OpenID Connect's names for it (Core section 9).
//
// Pure but for the random id: each call makes a new assertion, and each request, each retry too,
// needs one, because servers remember the ids that they have seen.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "catalogue/provider.h"
#include "crypto/jws.h"
#include "crypto/private_key.h"
#include "crypto/random.h"
#include "oauth/token_request.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// Who holds it is the client, for a minute: in no log.
using ClientAssertion = Secret<struct ClientAssertionKind>;

inline constexpr Seconds kAssertionLifetime{60};

// RFC 7518 section 3.2: a key for HS256 is as long as its output, or longer.
inline constexpr std::size_t kMinAssertionSecret = 32;

// Who asserts, and to whom. Borrows everything for the duration of one call.
struct AssertionParties {
  const catalogue::Provider& provider;
  std::string_view client_id;
  // The verified issuer identifier; empty where none is known. Never out of metadata that somebody
  // else could have written: its honest owner would get an assertion for him.
  std::string_view issuer;
  std::string_view token_endpoint;  // the address that the request goes to, exactly
  // token_endpoint_auth_signing_alg_values_supported (RFC 8414 section 2); nullopt: not said.
  std::optional<std::span<const std::string>> server_algorithms = std::nullopt;
};

// What private_key_jwt signs with. Empty texts are left out.
struct AssertionKey {
  const crypto::PrivateKey& key;
  std::string_view kid;
  std::string_view x5t;       // of the key's certificate: base64url of its SHA-1
  std::string_view x5t_s256;  // and of its SHA-256
};

// What signs with the algorithm of this name (RFC 7518 section 3.1).
crypto::SignatureAlgorithm to_crypto(catalogue::AssertionAlgorithm algorithm);

// The first algorithm of the provider's entry that the server takes and the key can sign with
// . nullopt for `key`: a shared secret.
//
// Errors: kInvalidArgument at "/client_authentication": there is none.
Result<crypto::SignatureAlgorithm> choose_assertion_algorithm(const AssertionParties& parties,
                                                              std::optional<crypto::KeyType> key);

// An assertion that begins `now` and lives kAssertionLifetime.
//
// Errors, all kInvalidArgument:
//   as check_client_id; as choose_assertion_algorithm
//   at "/issuer"       the provider wants the issuer as audience, and none is known
//   at "/certificate"  the provider wants a certificate named, and the key has none
//   at "/consumer_secrets"  the secret is too short for HS256
Result<ClientAssertion> sign_client_assertion(const AssertionParties& parties,
                                              const AssertionKey& key, crypto::Random& random,
                                              WallTime now);
Result<ClientAssertion> sign_client_assertion(const AssertionParties& parties,
                                              const ConsumerSecret& secret, crypto::Random& random,
                                              WallTime now);

// Adds the client's id by the provider's name for it, client_assertion_type and client_assertion to
// `form` (RFC 7521 section 4.2), as the one method of the request.
//
// Errors: kInternal: the form has client credentials already.
Status authenticate_with(const ClientAssertion& assertion, std::string_view parameter,
                         std::string_view client_id, TokenForm& form);

}  // namespace strongroom::oauth
