#pragma once
// OAuth clients: what a robot uses to reach a target system, known by its label.

#include <optional>
#include <string>

#include "vault/actor.h"
#include "vault/context.h"
#include "vault/last_exchange.h"
#include "vault/list.h"
#include "vault/list_totals.h"
#include "vault/projects.h"
#include "vault/types.h"

namespace strongroom::vault {

// nullopt: leave as it is (on update), or the default (on creation).
struct OAuthClientFields {
  std::optional<ProjectId> project;             // needed on creation; fixed afterwards
  std::optional<TargetSystemId> target_system;  // needed on creation; see update()
  std::optional<std::string> label;
  std::optional<std::string> tenant;
  std::optional<bool> allow_basic_engine_robots;
  std::optional<Owner> owner;
  std::optional<std::string> expected_account;  // who is to sign in; empty: anybody
  std::optional<bool> draft;  // creation: true keeps it a draft; update: false finishes it
  std::optional<bool> disabled;
};

inline constexpr Seconds kDraftLifetime{7 * 24 * 3600};      // after a draft was last saved
inline constexpr Seconds kOldLabelLifetime{30 * 24 * 3600};  // an old label answers for 30 days

// As Projects: worker threads only, same common errors.
class OAuthClients {
 public:
  explicit OAuthClients(Context& context) : context_(context) {}

  // Errors: kInvalidArgument at the field (/label, /tenant, /target_system, ...); kConflict
  // "duplicate" at /label with "existing_id".
  Result<OAuthClient> create(const Actor& actor, const OAuthClientFields& fields);
  Result<OAuthClient> get(const Actor& actor, OAuthClientId id);
  Result<Page<OAuthClient>> list(const Actor& actor, const ListQuery& query);
  // Renaming keeps the old label answering for kOldLabelLifetime. Another target system must have
  // the same token endpoint and consumer key (invariant 5). A changed tenant drops the token.
  Result<OAuthClient> update(const Actor& actor, OAuthClientId id, Revision expected,
                             const OAuthClientFields& fields);
  Result<Affected> affected(const Actor& actor, OAuthClientId id);
  Result<Affected> remove(const Actor& actor, OAuthClientId id,
                          std::optional<Revision> expected = {});
  Result<OAuthClient> restore(const Actor& actor, OAuthClientId id);
  // What the provider was last asked for this client, and said. Errors: kNotFound "no_exchange".
  Result<LastExchange> last_exchange(const Actor& actor, OAuthClientId id);

  // Destroys what was deleted more than seven days ago, once the provider has confirmed what of it
  // was revoked or that was given up, drafts that nobody went on with for as
  // long, and old labels past their time.
  Status purge();

 private:
  Context& context_;
  ListTotals totals_;
};

}  // namespace strongroom::vault
