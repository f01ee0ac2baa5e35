#pragma once
// Everything that is stored about a client for which somebody signs in, as of one moment.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"
#include "storage/oauth_client_rows.h"
#include "storage/sign_in_rows.h"
#include "storage/target_system_rows.h"
#include "vault/authorization.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

struct SignInParties {
  storage::OAuthClientRow client;
  storage::SignInRow sign_in;  // empty but for the id where nothing is stored
  storage::TargetSystemRow system_row;
  TargetSystem system;

  ProjectId project() const { return ProjectId{client.project_id}; }
  std::optional<BoundAccount> bound_account() const;
};

// Errors: kNotFound, it or what it belongs to was deleted; kCorrupt.
Result<SignInParties> read_sign_in_parties(Context& context, storage::Snapshot& snapshot,
                                           OAuthClientId id);

// The provider's entry, completed by what its issuer says. Errors: kConflict, it left the
// catalogue; as complete_provider().
Result<catalogue::Provider> provider_of(const Context& context, const TargetSystem& system);

// Whether somebody could sign in now. Errors, all kConflict: "no_sign_in" (its target system has no
// such flow), "client_disabled", "oauth_disabled", "destination_held", "target_system_incomplete"
// (see TargetSystem::missing), "tenant_missing" (one directory only, and nobody said which).
Status check_can_sign_in(const SignInParties& parties);

// Where the request goes: the client's or target system's tenant, or the name for many where
// neither has one: "organizations", or "common" where personal accounts may sign in.
// Errors: kInvalidArgument at "/tenant".
Result<std::string> sign_in_tenant(const catalogue::Provider& provider, const TargetSystem& system,
                                   const std::string& client_tenant);

// A user's name, for the pages and rows that say who asked; empty: there is no such user any more.
Result<std::string> name_of_user(storage::Snapshot& snapshot, const Uuid& id);

// The robots that may read a client or have it delivered as input, for people to see.
struct Readers {
  std::vector<std::string> names;  // at most kShownRobots: "path/name", or a pattern
  std::size_t more = 0;
};
Result<Readers> readers_of(storage::Snapshot& snapshot, const Uuid& client);

}  // namespace strongroom::vault
