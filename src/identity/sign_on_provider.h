#pragma once
// An OpenID provider where people sign in to the console, and its row.

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "crypto/sealer.h"
#include "oauth/server_metadata.h"
#include "oauth/tokens.h"
#include "storage/sign_on_rows.h"

namespace strongroom::identity {

using SignOnProviderId = Id<struct SignOnProviderKind>;

// As it is entered, but for the client secret.
struct SignOnSettings {
  std::string label;  // of the button: "Sign in with {label}"
  std::string issuer;
  std::string client_id;
  std::vector<std::string> scopes = {"openid", "profile", "email"};
  // Names of claims of the ID token, letter by letter.
  std::string user_name_claim = "preferred_username";
  std::string email_claim = "email";
  std::string groups_claim = {};  // empty: nobody is in a group by this provider
  bool makes_users = false;       // who is not known yet becomes a user
  bool links_existing = false;    // who comes with the name of a user is that user from now on
  std::string trusted_ca_pem = {};
  std::vector<std::string> allowed_addresses = {};

  bool operator==(const SignOnSettings&) const = default;
};

struct SignOnProvider {
  SignOnProviderId id;
  SignOnSettings settings;
  // What the issuer said of itself when somebody entered or confirmed it: what it says later must
  // not lead anywhere else.
  oauth::ServerMetadata metadata;
  std::int64_t revision = 1;
  WallTime created_at{};
  WallTime updated_at{};
};

// Errors: kInvalidArgument at the field: a text is missing or too long, no issuer, a scope that is
// none or openid not among them, a CA or an address that is none.
Result<SignOnSettings> checked(SignOnSettings settings);

// Where the client secret may be sent: it has to be entered again where this changes (invariant 5).
std::string secret_destination(const SignOnSettings& settings);

// Writes settings and metadata into the row, without its MAC.
void write(const SignOnSettings& settings, const oauth::ServerMetadata& metadata,
           storage::SignOnProviderRow& row);
// Errors: kCorrupt.
Result<SignOnProvider> read(const storage::SignOnProviderRow& row);

Result<std::string> seal_secret(crypto::Sealer& sealer, const storage::SignOnProviderRow& row,
                                const oauth::ConsumerSecret& secret);
// Errors: kCorrupt, it is for another place or destination.
// The same secret, sealed with the server's key of now; the row's MAC is to be made anew.
Status reseal_secret(crypto::Sealer& sealer, storage::SignOnProviderRow& row);
Result<oauth::ConsumerSecret> open_secret(const crypto::Sealer& sealer,
                                          const storage::SignOnProviderRow& row);

// Over everything in the row. Errors: as Sealer::mac().
Result<std::string> sign_on_mac(const crypto::Sealer& sealer,
                                const storage::SignOnProviderRow& row);
Result<std::string> sign_on_mac(const crypto::Sealer& sealer, const storage::SignOnAccountRow& row);
Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::SignOnProviderRow& row);
Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::SignOnAccountRow& row);

}  // namespace strongroom::identity
