#pragma once
// What is kept, sealed, of an authorization and of a browser's way to the provider and back.

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "audit/event.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/encoding.h"
#include "crypto/random.h"
#include "crypto/sealer.h"
#include "oauth/device_authorization.h"
#include "oauth/flow_secrets.h"
#include "oauth/oauth1_credentials.h"
#include "oauth/pkce.h"
#include "oauth/raw_answer.h"
#include "storage/authorization_rows.h"
#include "vault/authorization.h"

namespace strongroom::vault {

// SHA-256 of a ticket, state or binding: what is stored of it, and found by.
std::string hash_of(std::string_view secret);

// 256 bits as 43 characters of base64url.
template <class Kind>
Secret<Kind> new_secret(crypto::Random& random) {
  std::array<std::byte, 32> bytes{};
  random.fill(bytes);
  std::string text = crypto::base64url(bytes);
  Secret<Kind> secret(text);
  wipe(text);
  wipe(bytes);
  return secret;
}

struct AuthorizationDetails {
  std::string asker_name;
  std::string binding_hash;  // of the browser that pressed Continue; empty: none did
  Uuid opener;               // the user who was signed in there; nil: nobody
  std::optional<BoundAccount> account;
  std::optional<ConfirmationReason> reason;
  // Of an answer that is held: where it came from, and for which application.
  std::string destination;
  std::string consumer_key;
  // What the callback said besides, by the names of the entry (vault/learned_values.h).
  std::map<std::string, std::string> learned = {};
};

// Who signed in, by ids, for the trail; empty: nobody is known to have.
audit::Account account_of(const AuthorizationDetails& details);

// A code that somebody is to type in at the provider.
struct DeviceFlow {
  oauth::DeviceCode code;
  DevicePrompt prompt;
  bool with_id_token = false;  // one was asked for
};

// A flow between Continue and the callback. Everything that the answer is compared with stands
// here, so that nobody who can only write to the database can have it compared with something else.
struct SignInFlow {
  std::optional<oauth::CodeVerifier> verifier;
  std::optional<oauth::Nonce> nonce;
  // Of OAuth 1.0a (RFC 5849 section 2.1): what the verifier is traded in with.
  std::optional<oauth::Oauth1Credentials> temporary = {};
  std::string binding_hash;
  std::string redirect_uri;
  std::string issuer;  // for RFC 9207; empty: not known
  bool issuer_promised = false;
  std::string openid_issuer;
  std::string jwks_uri;
  std::string tenant;        // where the request went
  std::string consumer_key;  // of then
  std::string destination;   // digest of then
  Uuid opener;
  std::optional<DeviceFlow> device = {};  // then there is no callback, and no browser to know again
};

// All of them never inside a transaction (sealing reserves nonces). `project`: the client's.
// Errors: as crypto::Sealer; kCorrupt.
Status seal_details(crypto::Sealer& sealer, ProjectId project, const AuthorizationDetails& details,
                    const oauth::AnswerBytes* answer, storage::AuthorizationRow& row);
Result<AuthorizationDetails> open_details(const crypto::Sealer& sealer, ProjectId project,
                                          const storage::AuthorizationRow& row);
Result<oauth::AnswerBytes> open_answer(const crypto::Sealer& sealer, ProjectId project,
                                       const storage::AuthorizationRow& row);
Result<std::string> seal_flow(crypto::Sealer& sealer, ProjectId project, AuthorizationId id,
                              const SignInFlow& flow);
Result<SignInFlow> open_flow(const crypto::Sealer& sealer, ProjectId project,
                             const storage::SignInFlowRow& row);

}  // namespace strongroom::vault
