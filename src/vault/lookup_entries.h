#pragma once
// What the look-up index holds of each thing, and what those entries say by themselves.
//
// Immutable once they are in the index, and replaced whole; a robot's sight of a client is a
// question to two of them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "catalogue/oauth1_rules.h"
#include "crypto/digest.h"
#include "oauth/failure_causes.h"
#include "storage/target_system_rows.h"
#include "vault/key_restrictions.h"
#include "vault/provider_endpoint.h"
#include "vault/robot_identity.h"
#include "vault/types.h"

namespace strongroom::vault {

// A client's access token as it is stored, and what may be said of it.
struct TokenEntry {
  std::string sealed;
  std::int64_t generation = 0;
  std::string token_type;
  std::string scope;
  std::string fingerprint;               // keyed, hexadecimal: for the audit trail
  std::optional<WallTime> expires_at;    // nullopt: neither provider nor catalogue knows
  std::optional<Deadline> deadline;      // the same on both clocks
  std::optional<Milliseconds> lifetime;  // as granted
  WallTime refreshed_at{};
  BootTime refreshed_at_boot{};
  bool is_bound = false;   // to a key or certificate: of no use to whoever does not have that
  bool is_former = false;  // of settings before: serves while no other can be had
};

// A client's tokens for single resources. Few, so they are searched from first to last.
struct ResourceToken {
  std::string resource;
  std::shared_ptr<const TokenEntry> token;
};
using ResourceTokens = std::vector<ResourceToken>;

struct ProjectEntry {
  ProjectId id;
  std::string name;
};

// What requests of a target system are signed with where it speaks OAuth 1.0a, sealed as it is
// stored: opened for the moment of use.
struct SigningMaterial {
  storage::TargetSystemRow system;
  storage::ConsumerSecretRow credential;  // a secret, or a key for RSA
  catalogue::SignatureMethod method = catalogue::SignatureMethod::kHmacSha1;
  std::string realm;  // empty: none
};

struct TargetSystemEntry {
  TargetSystemId id;
  std::optional<ProjectId> project;
  Revision revision = 0;
  std::string name;
  std::string service_provider;
  Milliseconds min_retrieval_interval{0};  // a token younger than this is not retrieved on demand
  std::vector<std::string> resources;      // that robots may name
  GrantFlow grant = GrantFlow::kClientCredentials;
  // Its refresh tokens are used at least once in this time; nullopt: they may die of disuse.
  std::optional<Milliseconds> keep_alive = {};
  bool proves_by_key = false;  // with a private key, with a certificate or without
  ProviderEndpoint endpoint = {};
  // Null: it does not sign, or has nothing to sign with yet.
  std::shared_ptr<const SigningMaterial> signing = {};
  std::string protected_resource = {};  // that tokens are for, and nothing else; or empty
};

struct AccessEntry {
  RobotAccessId id;
  std::optional<RobotId> robot;
  std::string pattern_key;  // name_key() of the pattern, where `robot` is not set
  bool is_valid = true;     // false: of a strict project, and it lets nobody in
};

struct OldLabel {
  std::string label_key;
  WallTime until{};
};

struct ClientEntry {
  OAuthClientId id;
  ProjectId project;
  TargetSystemId target_system;
  Revision revision = 0;
  std::string label;
  OAuthClientState state = OAuthClientState::kNeedsRetrieval;
  std::optional<oauth::FailureCause> why_sign_in;  // of kNeedsSignIn; nullopt: nobody ever did
  bool target_system_held = false;
  bool allows_basic_engine = false;  // its box is ticked
  bool is_canary = false;            // who asks for it is to be looked at
  std::vector<OldLabel> old_labels;
  std::vector<AccessEntry> access;
  std::shared_ptr<const TokenEntry> token;                // nullptr: none yet
  std::shared_ptr<const ResourceTokens> resource_tokens;  // nullptr: none
  std::optional<OAuthClientId> subject_client = {};       // whose token it exchanges
};

struct RobotEntry {
  RobotId id;
  ProjectId project;
  std::string path_key;
  std::string name_key = {};
  bool is_runner = false;
  std::vector<std::string> serves = {};  // of a runner: keys of paths
  std::string name = {};                 // for people
  std::string path = {};                 // for people
  bool is_basic_engine = false;
};

using RobotInputId = Id<struct RobotInputKind>;

// One OAuth client that a Basic Engine Robot takes as input.
struct InputEntry {
  RobotInputId id;
  std::string name;  // as the robot knows it
  OAuthClientId client;
  bool is_valid = true;  // false: of a strict project, or the client moved, or it is not believed
};
using InputEntries = std::vector<InputEntry>;

// What a robot may show instead of a key. It stays here after it was revoked: whether it opens
// anything, the key of this hash decides.
struct RobotIdentityEntry {
  RobotIdentity identity;
  RobotId robot;
  crypto::Sha256Digest hash{};
};

struct RobotKeyEntry {
  RobotKeyId id;
  std::shared_ptr<const RobotEntry> robot;
  std::optional<KillId> killed_by;        // of the robot
  std::shared_ptr<const KeyTerms> terms;  // null: it has none
  std::shared_ptr<KeyUses> uses;
};

// False for drafts and disabled clients, which no robot ever sees.
bool can_be_looked_up(const ClientEntry& client);

// The client's token for `resource`, or for its settings where that is empty; null: there is none.
std::shared_ptr<const TokenEntry> token_for(const ClientEntry& client, std::string_view resource);

// Whether a runner looks up for a robot: one of its project, at or under a path that it serves, and
// no runner itself.
bool runs(const RobotEntry& runner, const RobotEntry& robot);

// The first of `client`'s rules that lets `robot` read it; nullptr: none does. Good as long as
// `client` is.
const AccessEntry* reading_rule(const RobotEntry& robot, const ClientEntry& client);
// Whether one does.
bool may_read(const RobotEntry& robot, const ClientEntry& client);

}  // namespace strongroom::vault
