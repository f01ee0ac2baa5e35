#pragma once
// One thing that somebody did, or got, or was refused.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"

namespace strongroom::audit {

// The closed list of what is recorded. The text form ("token.handed_out") is what people filter by;
// event.cc has the one table. Numbers are never stored.
enum class Action : std::uint8_t {
  kTokenHandedOut,
  kLookupDenied,
  kTokensRetrieved,
  kRetrievalFailed,
  kProjectCreated,
  kProjectUpdated,
  kProjectDeleted,
  kProjectRestored,
  kTargetSystemCreated,
  kTargetSystemUpdated,
  kTargetSystemDeleted,
  kTargetSystemRestored,
  kTargetSystemSecretsReplaced,
  kTargetSystemDestinationApproved,
  kOAuthClientCreated,
  kOAuthClientUpdated,
  kOAuthClientDeleted,
  kOAuthClientRestored,
  kOAuthClientDisabled,
  kOAuthClientEnabled,
  kRobotCreated,
  kRobotUpdated,
  kRobotDeleted,
  kRobotRestored,
  kRobotKeyCreated,
  kRobotKeyRevoked,
  kRobotAccessGranted,
  kRobotAccessRevoked,
  kApiKeyCreated,
  kApiKeyRevoked,
  kServerStarted,
  kPermissionDenied,
  kTargetSystemTested,
  kTargetSystemSecretDropped,
  kTargetSystemMetadataRead,  // and what of it was taken over, or why it could not be read
  kTargetSystemMetadataHeld,  // it moves trust: somebody has to approve it
  kAuthorizationStarted,      // somebody is asked to sign in for a client
  kAuthorizationContinued,    // a browser went to the provider
  kAuthorizationHeld,         // the asker has to confirm the account
  kAuthorizationCompleted,    // its tokens are the client's now
  kAuthorizationFailed,
  kAuthorizationCancelled,
  kUserCreated,
  kPasswordChanged,
  kPasswordReset,  // on the server's own host, or by who manages users
  kSessionStarted,
  kSessionEnded,  // the reason says by what
  kOAuthClientTokensImported,
  kOAuthClientTokensRevoked,  // gone here; what the provider says of it comes later
  kRevocationConfirmed,       // the provider has revoked a token
  kRevocationGivenUp,         // it has not, and is asked no more: the reason says why
  kUserUpdated,
  kUserDisabled,
  kUserEnabled,
  kUserDeleted,
  kGroupCreated,
  kGroupUpdated,
  kGroupDeleted,
  kGroupMemberAdded,  // the subject is the user, the reason where it came from
  kGroupMemberRemoved,
  kGroupRoleGranted,  // the subject is the group, the name the role's
  kGroupRoleRevoked,
  kRoleCreated,
  kRoleUpdated,
  kRoleDeleted,
  kKillSet,  // everything that comes of the subject is stopped
  kKillLifted,
  kTokenExtracted,  // a person got an access token
  kRobotReported,   // its tool said which revision it is of, and what it lacks
  kRobotAccessInvalidated,
  kRobotAccessUpdated,     // an invalid one counts again
  kSignOnProviderCreated,  // settings of single sign-on
  kSignOnProviderUpdated,
  kSignOnProviderDeleted,
  kSignOnProviderTested,
  kSignOnLinked,    // an account of an issuer is the user from now on
  kSignOnUnlinked,  // it is the user no longer
  kSignOnRefused,   // the provider says who it is, and they do not get in: the reason says why
  kTerminalSignInCompleted,  // a terminal fetched the key that a person approved, from its address
  kTerminalSignInDenied,     // the person said no
  kSecondFactorEnabled,
  kSecondFactorDisabled,  // by its owner
  kSecondFactorReset,     // by somebody else
  kSecondFactorRefused,   // the password was right, the code was not
  kRecoveryCodeUsed,
  kRecoveryCodesRenewed,
  kSessionSteppedUp,      // its user showed again who they are
  kBasicEngineDelivered,  // an access token went to a Basic Engine Robot as input
  kLaunchDenied,          // a Basic Engine Robot was not launched: the reason says why
  kRobotInputsChanged,    // which clients a Basic Engine Robot takes as input
  kServerSettingChanged,  // a switch of the whole server: the name says which, the reason to what
  kSecretCreated,
  kSecretUpdated,
  kSecretDeleted,
  kSecretRestored,       // it counts again after a deletion
  kSecretValueReplaced,  // another value counts, or a second one does beside it
  kSecretValueDropped,   // one of its two values is gone
  kSecretHandedOut,      // a robot got it
  kSecretExtracted,      // a person got it
  kSecretAccessGranted,  // a robot may read a secret
  kSecretAccessRevoked,
  kSecretAccessInvalidated,  // something changed in a strict project: it lets nobody in
  kSecretAccessUpdated,      // somebody said that it counts again
  kCanaryTouched,            // somebody asked for a client that nobody has a reason to ask for
  kAuditExported,            // somebody took events out
  kAuditExpired,             // old events were removed, as the retention says
  kAuditSegmentBegun,        // the chain goes on from another one's end
  kTokenTraced,              // somebody looked for where a token went
  kRootKeyRotated,           // all data keys are wrapped by another root key
  kDataKeyRotated,           // the values of a project are sealed with another key
  kDataKeyDestroyed,         // what it sealed can be read by nobody
  kRecoveryFileExported,     // somebody wrote the root key into a recovery file
  kBackupCreated,            // failure: none was made, the reason says why
  kBackupRestored,           // this state comes from a backup
  kUserSuspended,            // a restore could not confirm that the user still counts
  kKeySuspended,             // a restore could not confirm that the key still counts
  kRobotAccessSuspended,     // the same of a rule, whether it is on a client or on a secret
  kSuspensionLifted,         // somebody confirmed that it still counts
  kOAuthClientQuarantined,   // restored: nothing is refreshed until it is known which token is
                             // current
  kQuarantineLifted,
  kProjectExported,            // somebody took its settings to another server
  kBackupDownloaded,           // somebody fetched it, encrypted as it is
  kBackupDeleted,              // by hand; failure: it is still there
  kTargetSystemAtFault,        // its provider does not accept its credentials
  kTargetSystemAccepted,       // it does again
  kScopesNarrowed,             // a client's new token may do less than the one before
  kNotificationTargetCreated,  // where events are told to
  kNotificationTargetUpdated,
  kNotificationTargetDeleted,
  kNotificationTargetSecretReplaced,
  kNotificationTargetTested,  // failure: the receiver did not take it, the reason says why
  kNotificationGivenUp,       // a delivery is tried no more: it is a dead letter
  kNotificationResent,        // dead letters are tried anew
  kNotificationDiscarded,     // a delivery was thrown away by hand
  kCalendarFeedCreated,       // the address of somebody's calendar of expiries
  kCalendarFeedRevoked,
};
std::string_view to_text(Action action);
std::optional<Action> action_from_text(std::string_view text);

enum class Outcome : std::uint8_t { kSuccess, kDenied, kFailure };
std::string_view to_text(Outcome outcome);

enum class ActorKind : std::uint8_t { kRobot, kUser, kServer, kUnknown };
std::string_view to_text(ActorKind kind);

// An account at a provider, by the ids that a verified ID token names it with. Never an e-mail
// address or a name: those may be given to somebody else.
struct Account {
  std::string issuer = {};
  std::string subject = {};
  std::string tenant = {};  // empty: the provider has none
};

// What a robot asked for by names; empty: it did not.
struct AskedNames {
  std::string project = {};
  std::string target_system = {};
  std::string label = {};
};

// Ids and names only: no token, secret or other text of a provider's is ever put here. A token
// appears as its keyed fingerprint.
struct Event {
  Uuid id;
  WallTime at;
  Action action;
  Outcome outcome = Outcome::kSuccess;
  ActorKind actor_kind = ActorKind::kServer;
  Uuid actor_id = {};       // robot or user; nil: unknown or the server
  Uuid runner_id = {};      // that asked in the name of the robot; nil: nobody did
  Uuid key_id = {};         // the key that was shown; nil: none
  bool counts_use = false;  // of that key: with the event, in its commit. Not a part of the event
  Uuid subject_id = {};     // what was acted upon; nil: unknown
  Uuid project_id = {};     // nil: global
  std::string subject_name = {};  // as it was called at the time, for people
  std::string_view reason = {};   // a literal: "no_access", "view"; or empty
  std::string resource = {};      // the one that a token is for; or empty
  std::string fingerprint = {};   // of a token, 32 hexadecimal characters; or empty
  std::string request_id = {};
  std::string peer = {};                 // network address of who asked
  std::vector<std::string> fields = {};  // names of the fields that a change touched
  Account account = {};                  // that signed in; or empty
  AskedNames asked = {};                 // made plain by the caller (base/unicode.h)
};

// Where to_json() puts the time: "2026-11-24T03:08:20.000Z", the same place in each event. Position
// from 1.
inline constexpr std::int64_t kTimePosition = 52;
inline constexpr std::int64_t kTimeLength = 24;

// The canonical JSON text of `event`: what is chained, stored and exported.
std::string to_json(const Event& event);

}  // namespace strongroom::audit
