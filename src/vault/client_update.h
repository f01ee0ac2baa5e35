#pragma once
// One change of an OAuth client: planned and checked, looked at by whoever is about to make it, and
// written. docs/adr/0007 says what becomes of its tokens, its rules of access and its names.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "storage/oauth_client_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/moved_tokens.h"
#include "vault/oauth_clients.h"
#include "vault/types.h"

namespace strongroom::vault {

// The target system, if a client of this project may use it. Errors: kInvalidArgument at
// /target_system; kCorrupt.
Result<TargetSystem> usable_system(Context& context, storage::Snapshot& snapshot, const Uuid& id,
                                   const Uuid& project);

// Who is to sign in, kept beside the client; nothing is written where nothing changed.
Status put_expected_account(Context& context, storage::Transaction& tx,
                            const storage::OAuthClientRow& row);

// The index follows the commit.
Status put_client_on_commit(Context& context, storage::Transaction& tx,
                            const storage::OAuthClientRow& row);

// From what a client was to what it is to be.
struct ClientUpdate {
  storage::OAuthClientRow before;
  storage::OAuthClientRow after;
  std::vector<std::string> touched;
  bool is_draft = false;            // it was one
  bool other_tenant = false;        // another counts than before
  bool other_subject = false;       // tokens are for somebody else than before
  bool keeps_refresh_token = true;  // it may go where tokens are asked for now, and does for that

  bool other_project() const { return before.project_id != after.project_id; }
  bool other_system() const { return before.target_system_id != after.target_system_id; }
  bool other_subject_client() const { return before.subject_client_id != after.subject_client_id; }
  bool state_changed() const { return before.state != after.state; }
  // The token that is there was issued for another tenant, or for another target system's scopes.
  bool needs_new_token() const { return other_tenant || other_subject || other_system(); }
  // Its tokens go along to another project: sealed by seal_for_project().
  bool moves_tokens() const { return other_project() && !is_draft; }
  // Disables it, or unticks its box, and changes nothing else: works while the audit trail cannot
  // be written.
  bool only_takes_away() const;
};

// Errors: as OAuthClients::update(); nothing is written.
Result<ClientUpdate> plan_update(Context& context, storage::Snapshot& snapshot,
                                 const storage::OAuthClientRow& before,
                                 const OAuthClientFields& fields);

// What it would come to.
Result<UpdateEffects> effects_of(Context& context, storage::Snapshot& snapshot,
                                 const ClientUpdate& update);

// Writes all of it and records it; the index follows the commit. `moved` is needed where
// moves_tokens(). Errors: kConflict "duplicate" at /label; as store_moved().
Status write_update(Context& context, storage::Transaction& tx, const Actor& actor,
                    ClientUpdate& update, const MovedTokens& moved);

}  // namespace strongroom::vault
