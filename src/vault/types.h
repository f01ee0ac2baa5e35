#pragma once
// The nouns of the vault, as everybody outside it sees them. None of them holds a secret value.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "oauth/server_metadata.h"
#include "oauth/tokens.h"

namespace strongroom::vault {

using ProjectId = Id<struct ProjectKind>;
using TargetSystemId = Id<struct TargetSystemKind>;
using OAuthClientId = Id<struct OAuthClientKind>;
using RobotId = Id<struct RobotIdKind>;
using RobotKeyId = Id<struct RobotKeyKind>;
using RobotAccessId = Id<struct RobotAccessKind>;
using KillId = Id<struct KillKind>;

// Counts the changes of one object; the ETag of its REST resource.
using Revision = std::int64_t;

// What every stored object has.
struct Stamps {
  Revision revision = 1;
  WallTime created_at{};
  WallTime updated_at{};
  std::optional<WallTime> deleted_at;  // set: deleted, can be restored for seven days
};

struct Project {
  ProjectId id;
  std::string name;
  std::string description;
  Stamps stamps;
  bool strict_robot_access = false;  // access ends when the robot, or what it reads, is changed
};

// Who answers for an object at the organisation. Both parts may be empty.
struct Owner {
  std::string name;
  std::string email;
};

enum class GrantFlow : std::uint8_t {
  kClientCredentials,
  kAuthorizationCode,  // the owner of an account signs in at the provider
  kJwtBearer,          // an assertion of the target system's key, for a fixed subject
  kDeviceCode,         // as kAuthorizationCode, with a code that is typed in at the provider
  kOauth1,             // as kAuthorizationCode, with OAuth 1.0a: requests are signed
  kTokenExchange,      // the access token of another client is exchanged (RFC 8693)
  kPassword,           // as kAuthorizationCode, with the password of an account, which is not kept
};
// Whether somebody has to sign in at the provider before there is a token, and again when the grant
// is over; otherwise the client gets one by itself.
constexpr bool needs_person(GrantFlow flow) {
  return flow == GrantFlow::kAuthorizationCode || flow == GrantFlow::kDeviceCode ||
         flow == GrantFlow::kOauth1 || flow == GrantFlow::kPassword;
}
// Where the provider sends the browser of who signed in.
enum class Callback : std::uint8_t {
  kOwn,    // an address of the target system's own: "…/OAuthCallback/{id}"
  kPlain,  // "…/OAuthCallback", for applications that were registered with it
  kBlank,  // nowhere, and none is named: the person types what the provider shows
  kOob,    // nowhere, said as "oob"
};
enum class ClientAuthentication : std::uint8_t {
  kProviderDefault,
  kBasic,
  kPost,
  kSecretJwt,      // client_secret_jwt
  kPrivateKeyJwt,  // private_key_jwt
  kTls,            // tls_client_auth
  kSelfSignedTls,  // self_signed_tls_client_auth
  kNone,           // none: a public client
};
enum class SupportedAccounts : std::uint8_t {  // Microsoft's choice for an application
  kThisDirectoryOnly,
  kAnyDirectory,
  kWithPersonalAccounts,
};

// A stored consumer secret without its value.
struct ConsumerSecretInfo {
  Uuid id;
  std::optional<WallTime> expires_on;
  WallTime created_at{};
  std::optional<WallTime> accepted_at = {};  // by the provider, last; to a day
};

// A stored client key without its private half.
struct ClientKeyInfo {
  Uuid id;
  std::string key_id;    // "kid", as the provider knows it
  std::string key_type;  // "RSA 2048", "P-256", "Ed25519"; of one in a token "P-256 (PKCS#11)"
  std::optional<WallTime> expires_on;
  WallTime created_at{};
  std::optional<WallTime> accepted_at = {};
};

// A stored client certificate without its private key.
struct ClientCertificateInfo {
  Uuid id;
  std::string subject;   // "CN=robot,O=Example" (RFC 2253)
  std::string x5t_s256;  // its thumbprint (RFC 7515 section 4.1.8)
  std::string key_id;    // of its key
  std::string key_type;  // of its key, as of a ClientKeyInfo
  WallTime not_before{};
  WallTime not_after{};
  WallTime created_at{};
  std::optional<WallTime> accepted_at = {};  // as of a ConsumerSecretInfo
};

// What an issuer says of itself, for a target system that has one.
struct IssuerMetadata {
  oauth::ServerMetadata accepted;                // what is in use
  std::optional<oauth::ServerMetadata> pending;  // moves trust: not in use until it is approved
  WallTime read_at{};                            // when a document was last read
  WallTime tried_at{};                           // and when that was last tried
  std::string failure;  // the name of an oauth::FailureCause; empty: it could be read then
};

struct TargetSystem {
  TargetSystemId id;
  std::string name;
  std::optional<ProjectId> project;  // nullopt: all projects
  bool oauth_enabled = true;         // false: no client can be made for it
  std::string service_provider;      // the catalogue's id of it; empty only without OAuth
  GrantFlow grant = GrantFlow::kClientCredentials;
  Callback callback = Callback::kOwn;
  ClientAuthentication client_authentication = ClientAuthentication::kProviderDefault;
  std::string consumer_key;
  std::vector<ConsumerSecretInfo> consumer_secrets;  // at most kMaxConsumerSecrets; newest first
  std::vector<ClientKeyInfo> client_keys;  // at most kMaxClientKeys; in the order of trying
  std::vector<ClientCertificateInfo> client_certificates;  // at most kMaxClientCertificates; so too
  std::vector<std::string> scopes;
  std::vector<std::string> resources;  // that robots may ask for one by one (RFC 8707)
  // What the provider's entry asks for: variables of its addresses, and extra token parameters.
  std::map<std::string, std::string> endpoint_parameters;
  std::string trusted_ca_pem;                  // empty: the system's roots
  std::vector<std::string> allowed_addresses;  // ranges beyond the public internet
  std::string proxy;  // empty: the machine's; "none"; or a URL, "http://proxy.example:3128"
  std::int64_t proxy_credentials_generation = 0;  // goes up with each that are entered
  std::int64_t keep_alive_days = 0;  // refresh tokens are used that often at least; 0: they may die
  bool dpop = false;                 // tokens are bound to a key of each client (RFC 9449)
  // Of OAuth 1.0a: the name of a catalogue::SignatureMethod; empty: the entry's first.
  std::string signature_method = {};
  std::int64_t verify_every_hours = 0;  // tokens are tried that often; 0: never
  // The resource that it was made for (RFC 9728): each request names it (RFC 8707). Or empty.
  std::string protected_resource = {};
  Owner owner;
  std::string description;
  std::vector<std::string> tags;
  std::optional<SupportedAccounts> supported_accounts;
  std::string default_tenant;
  std::optional<IssuerMetadata> metadata;  // there where the provider's entry has `discovery`
  std::string token_endpoint;  // as it would be called, for display; "{tenant}" where it varies
  Stamps stamps;
  std::vector<std::string>
      missing;  // what is needed before clients get tokens; see target_system_rules.h
  bool has_proxy_credentials = false;  // for `proxy`, which is a URL then
  bool destination_held = false;  // changed since its secrets were entered: stopped (invariant 5)
  // Changed since people signed in for some of its clients: these are stopped. Entering the secrets
  // again does not change that.
  bool refresh_tokens_held = false;
};
inline constexpr std::size_t kMaxConsumerSecrets = 2;
inline constexpr std::size_t kMaxClientKeys = 2;
inline constexpr std::size_t kMaxClientCertificates = 2;

enum class OAuthClientState : std::uint8_t {
  kDraft,           // being configured: invisible to look-ups
  kNeedsRetrieval,  // complete, but there is no token yet
  kNeedsSignIn,     // a person must sign in at the provider, for the first time or again
  kActive,          // the last retrieval succeeded
  kFailing,         // the last retrieval failed; a living token is still served
  kDisabled,        // switched off by a person
};

// What is known of a client's access token.
struct TokenInfo {
  std::string token_type;
  std::string scope;
  std::optional<WallTime> expires_at;
  WallTime refreshed_at{};
  std::vector<std::string> missing_scopes;  // requested and not granted
  bool is_bound = false;                    // to a key or certificate: not handed out
  bool is_former = false;  // of settings before; handed out until another one is there
};

struct OAuthClientFailure {
  std::string cause;    // the stable name of an oauth::FailureCause
  std::string message;  // its plain words
  std::string who_must_act;
  std::string where;  // that one acts, in plain words
  WallTime at{};
  std::vector<std::string> possible_reasons = {};  // as the provider's entry lists them
};

// What is known of a client's token for one resource.
struct ResourceTokenInfo {
  std::string resource;
  std::optional<TokenInfo> token;
  std::optional<OAuthClientFailure> failure;
};

// What came of asking a provider to take a client's tokens back (RFC 7009).
enum class RevocationState : std::uint8_t {
  kPending,       // not confirmed yet: tried again by itself
  kConfirmed,     // the provider has, or there was nothing left of them
  kNotSupported,  // it cannot: a person has to go there, or they live until they expire
  kGivenUp,       // it never said so: seven days, or the life of the tokens, are over
};

struct Revocation {
  RevocationState state = RevocationState::kPending;
  WallTime asked_at{};
  std::optional<WallTime> next_try_at;        // of kPending
  std::optional<OAuthClientFailure> failure;  // of the last try
  std::string by_hand;  // what a person can do at the provider, where its entry says; or empty
  std::string page;     // where that is described; or empty
};

// Whose account at a provider a client's tokens are for: the first three say which, never a name.
struct BoundAccount {
  std::string issuer;
  std::string subject;
  std::string tenant;  // empty: the provider has none
  std::string name;    // for people to see; may be empty

  bool is_same_as(const BoundAccount& other) const {
    return issuer == other.issuer && subject == other.subject && tenant == other.tenant;
  }
};

// What is known of a client's refresh token.
struct RefreshTokenInfo {
  WallTime issued_at{};
  std::optional<WallTime> expires_at;  // nullopt: nobody said
  std::optional<bool> rotates;         // nullopt: not known yet
};

struct OAuthClient {
  OAuthClientId id;
  ProjectId project;
  TargetSystemId target_system;
  std::string label;
  std::string tenant;
  bool allow_basic_engine_robots = false;
  Owner owner;
  OAuthClientState state = OAuthClientState::kNeedsRetrieval;
  std::optional<TokenInfo> token;
  std::optional<OAuthClientFailure> failure;
  std::vector<ResourceTokenInfo> resource_tokens;  // that were asked for; empty in lists
  Stamps stamps;
  GrantFlow flow = GrantFlow::kClientCredentials;
  std::string subject;  // of kJwtBearer: for whom the token is; or empty
  std::optional<OAuthClientId> subject_client = {};  // of kTokenExchange: whose token is exchanged
  std::string expected_account;         // who is to sign in, as people say it; empty: anybody
  std::optional<BoundAccount> account;  // who signed in last; nullopt: nobody, or nobody knows
  std::optional<WallTime> signed_in_at;
  std::optional<RefreshTokenInfo> refresh_token;
  std::optional<Revocation> revocation;  // the last one; nullopt: its tokens were never revoked
  std::string target_system_tenant;      // its default, where the client has no tenant of its own
  bool is_canary = false;                // nobody has a reason to look it up: who does, is an alarm
  // It came from a backup then, and nobody knows yet whether its refresh token is the current one:
  // a living access token is served, nothing is refreshed.
  std::optional<WallTime> quarantined_at = {};
  // Its box for Basic Engine Robots was ticked by a restore then, and nobody has reviewed that yet.
  std::optional<WallTime> basic_engine_restored_at = {};
};

enum class RobotKind : std::uint8_t {
  kRobot,
  kBasicEngine,
  kRunner,  // runs other robots, and looks up in their name
};

struct Robot {
  RobotId id;
  ProjectId project;
  std::string name;
  std::string path;  // "finance/invoices"; empty: the project's root
  RobotKind kind = RobotKind::kRobot;
  std::vector<std::string> serves;  // of a runner: paths at and under which robots are that it runs
  Stamps stamps;
  // What its tool reported last: which revision it is of (empty: nothing yet), and what it lacks.
  std::string reported_revision = {};
  std::vector<std::string> missing_dependencies = {};
};

struct RobotKeyInfo {
  RobotKeyId id;
  RobotId robot;
  WallTime created_at{};
  std::optional<WallTime> revoked_at;
  std::string restrictions = "{}";            // JSON object; see vault/key_restrictions.h
  std::int64_t uses = 0;                      // hand-outs, of a key whose uses are limited
  std::optional<WallTime> last_used_at = {};  // shown with a look-up
  std::string last_used_from = {};            // network address
};
inline constexpr std::size_t kMaxLiveRobotKeys = 2;

// "This robot", or "every robot whose path fits this pattern", may read one OAuth client.
struct RobotAccess {
  RobotAccessId id;
  ProjectId project;
  OAuthClientId oauth_client;
  std::optional<RobotId> robot;  // either this
  std::string path_pattern;      // or this; see vault/path_pattern.h
  WallTime created_at{};
  std::string invalid_reason = {};  // empty: it is valid; else the name of an InvalidReason
  std::optional<WallTime> last_used_at = {};
};

// Why a rule of a strict project lets nobody in until somebody updates it to the latest.
enum class InvalidReason : std::uint8_t {
  kRobotChanged,
  kDependencyMissing,
  kRobotGone,
  kClientEdited,
  kTargetSystemEdited,
  kSecretEdited,
};
std::string_view to_text(InvalidReason value);

// The text forms that the REST API, the database and the audit trail use.
std::string_view to_text(GrantFlow value);
std::string_view to_text(Callback value);
std::string_view to_text(ClientAuthentication value);
std::string_view to_text(SupportedAccounts value);
std::string_view to_text(OAuthClientState value);
std::string_view to_text(RobotKind value);
std::string_view to_text(RevocationState value);
std::optional<GrantFlow> grant_flow_from_text(std::string_view text);
std::optional<Callback> callback_from_text(std::string_view text);
std::optional<ClientAuthentication> client_authentication_from_text(std::string_view text);
std::optional<SupportedAccounts> supported_accounts_from_text(std::string_view text);
std::optional<OAuthClientState> oauth_client_state_from_text(std::string_view text);
std::optional<RobotKind> robot_kind_from_text(std::string_view text);
std::optional<RevocationState> revocation_state_from_text(std::string_view text);

}  // namespace strongroom::vault
