#pragma once
// Tokens that people bring along: from where their clients lived before, or from a sign-in that
// they did elsewhere. What is stored is never shown again.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "oauth/oauth1_credentials.h"
#include "oauth/tokens.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/granted_tokens.h"
#include "vault/oauth_clients.h"
#include "vault/types.h"

namespace strongroom::vault {

// One of the two tokens at least. A line break behind a token is taken off; white space in it is
// refused.
struct ImportedTokens {
  std::optional<oauth::RefreshToken> refresh_token = {};
  std::optional<oauth::AccessToken> access_token = {};
  std::optional<oauth::Oauth1TokenSecret> token_secret = {};  // of OAuth 1.0a, with its token
  std::optional<WallTime> expires_at = {};  // of the access token; nullopt: nobody knows
  std::string scope = {};                   // of both, with spaces; empty: what the settings say
  std::string account_name = {};            // whose account it is, for people; empty: not known
};

// One line of many.
struct ImportRow {
  std::size_t line = 0;
  std::string label = {};  // of a client that is there, or is to be made
  std::string tenant = {};
  ImportedTokens tokens = {};
};

struct ImportFailure {
  std::size_t line = 0;
  std::string label;
  std::string field;   // "refresh_token"; empty: it is none of the row's
  LiteralText detail;  // in plain words
};

struct ImportReport {
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::vector<ImportFailure> failed = {};
};

inline constexpr std::size_t kMaxImportRows = 5'000;

// As Projects: worker threads only, same common errors.
class TokenImport {
 public:
  TokenImport(Context& context, OAuthClients& clients) : context_(context), clients_(clients) {}

  // Takes the place of all tokens that the client has, and of what it knows of who signed in. A
  // refresh that is under way comes too late. Needs kConfigure.
  //
  // Errors: kInvalidArgument at "/refresh_token", "/access_token", "/token_secret" (needed with
  // OAuth 1.0a, and only there), "/expires_at", "/scope" or
  // "/account_name"; nobody signs in for the target system's clients; kConflict: somebody else
  // changed the client's tokens at the same moment.
  Result<OAuthClient> import(const Actor& actor, OAuthClientId id, ImportedTokens tokens);

  // Each row by itself, whatever becomes of the others, and all of it or nothing: clients that are
  // not there are made, in the transaction that stores their tokens.
  // `dry_run`: nothing is stored, and what can be known before is said. Errors: kNotFound, no such
  // target system; kInvalidArgument at "/target_system".
  Result<ImportReport> import_many(const Actor& actor, ProjectId project, TargetSystemId system,
                                   std::vector<ImportRow> rows, bool dry_run);

 private:
  struct Job;
  struct Receiver;
  Result<bool> import_row(const Job& job, ImportRow& row);
  Result<bool> check_row(const Job& job, const ImportRow& row);
  Result<std::optional<OAuthClient>> find(const Job& job, const std::string& label);
  Result<GrantLease> rehearse(Receiver& receiver);
  Status store(const Actor& actor, Receiver receiver, const ImportedTokens& tokens);

  Context& context_;
  OAuthClients& clients_;
};

}  // namespace strongroom::vault
