#pragma once
// OAuth clients: what a robot uses to reach a target system, known by its label.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vault/actor.h"
#include "vault/context.h"
#include "vault/dry_run.h"
#include "vault/exchanges.h"
#include "vault/list.h"
#include "vault/list_totals.h"
#include "vault/projects.h"
#include "vault/token_key.h"
#include "vault/types.h"

namespace strongroom::vault {

// nullopt: leave as it is (on update), or the default (on creation).
struct OAuthClientFields {
  std::optional<ProjectId> project;             // needed on creation; see update()
  std::optional<TargetSystemId> target_system;  // needed on creation; see update()
  std::optional<std::string> label;
  std::optional<std::string> tenant;
  std::optional<bool> allow_basic_engine_robots;
  std::optional<Owner> owner;
  std::optional<std::string> expected_account;  // who is to sign in; empty: anybody
  std::optional<bool> draft;  // creation: true keeps it a draft; update: false finishes it
  std::optional<bool> disabled;
  std::optional<bool> is_canary = {};
  std::optional<std::string> subject = {};  // for whom an assertion asks for tokens
  // Whose token is exchanged; the inner nullopt: nobody's.
  std::optional<std::optional<OAuthClientId>> subject_client = {};
};

// What a client needs after a change.
enum class NextStep : std::uint8_t { kNothing, kRetrieval, kSignIn };
enum class BasicEngineDelivery : std::uint8_t {
  kNone,  // its box is not ticked
  kContinues,
  kStops,
};

// What a change would come to, for the person who is about to make it.
struct UpdateEffects {
  NextStep next = NextStep::kNothing;
  bool serves_on = false;                // the old token is handed out until another one is there
  std::optional<WallTime> serves_until;  // at most; nullopt: nobody knows
  bool names_change = false;             // robots have to name it otherwise
  std::int64_t robot_access = 0;         // rules that end, because they are of the project before
  std::vector<std::string> robots;       // whom those let in, the first of them
  std::size_t more_robots = 0;
  BasicEngineDelivery basic_engine = BasicEngineDelivery::kNone;
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
  // create() and update() as a part of what somebody else writes, who has checked the permission
  // and the trail. `id` is of a client that there is not; update_in() moves nothing to another
  // project.
  Status create_in(storage::Transaction& tx, const Actor& actor, OAuthClientId id,
                   const OAuthClientFields& fields);
  Status update_in(storage::Transaction& tx, const Actor& actor, OAuthClientId id,
                   Revision expected, const OAuthClientFields& fields);
  Result<OAuthClient> get(const Actor& actor, OAuthClientId id);
  // Whether `actor` may do that to it. Errors: kPermissionDenied, kNotFound.
  Status check(const Actor& actor, Permission permission, OAuthClientId id);
  Result<Page<OAuthClient>> list(const Actor& actor, const ListQuery& query);
  // Renaming keeps the old label answering for kOldLabelLifetime. A draft goes anywhere, without
  // its tokens. Of what is finished another target system must have the same token endpoint and
  // consumer key (invariant 5); the token that is there serves until another is retrieved. In
  // another project the rules of access end. Errors: as create(); kConflict "revocation_pending",
  // tokens of it wait to be revoked where it is now; kUnavailable "overloaded", just now its tokens
  // are renewed, so that they cannot be sealed for another project.
  Result<OAuthClient> update(const Actor& actor, OAuthClientId id, Revision expected,
                             const OAuthClientFields& fields);
  // What update() would come to; nothing is changed. Errors: as update().
  Result<UpdateEffects> effects(const Actor& actor, OAuthClientId id, Revision expected,
                                const OAuthClientFields& fields);
  Result<Affected> affected(const Actor& actor, OAuthClientId id);
  Result<Affected> remove(const Actor& actor, OAuthClientId id,
                          std::optional<Revision> expected = {});
  Result<OAuthClient> restore(const Actor& actor, OAuthClientId id);
  // What the provider was asked for this client, and said: the newest first, up to `most`.
  Result<std::vector<Exchange>> exchanges(const Actor& actor, OAuthClientId id,
                                          std::int64_t most = storage::kKeptExchanges);
  // The newest of them. Errors: kNotFound "no_exchange".
  Result<Exchange> last_exchange(const Actor& actor, OAuthClientId id);
  // What a retrieval of that token would send now. Nothing is sent and nothing changed, and a token
  // that lives already is not asked about. Errors: those with which a retrieval would end before it
  // sends anything.
  Result<DryRun> dry_run(const Actor& actor, const TokenKey& key);

  // Destroys what was deleted more than seven days ago, once the provider has confirmed what of it
  // was revoked or that was given up, drafts that nobody went on with for as
  // long, and old labels past their time.
  Status purge();

 private:
  Context& context_;
  ListTotals totals_;
};

}  // namespace strongroom::vault
