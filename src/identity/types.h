#pragma once
// The nouns of identity, as everybody outside it sees them.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/event.h"
#include "base/clock.h"
#include "base/grants.h"
#include "base/uuid.h"
#include "crypto/bearer_key.h"

namespace strongroom::identity {

using UserId = Id<struct UserKind>;
using ApiKeyId = Id<struct ApiKeyKind>;
using SessionId = Id<struct SessionKind>;
using RoleId = Id<struct RoleKind>;
using GroupId = Id<struct GroupKind>;
using GroupRoleId = Id<struct GroupRoleKind>;
using SignOnAccountId = Id<struct SignOnAccountKind>;

// What may be said of a key.
struct ApiKeyInfo {
  ApiKeyId id;
  UserId user;
  std::string user_name;
  std::string name;
  Permissions permissions;
  WallTime created_at{};
  std::optional<WallTime> expires_at;  // nullopt: never
  std::optional<WallTime> revoked_at;
  std::vector<Uuid> projects = {};  // where it does something; empty: wherever its user may
  std::optional<WallTime> last_used_at = {};
  std::string last_used_from = {};  // network address
};

struct NewApiKey {
  ApiKeyInfo info;
  crypto::BearerKey key;  // shown this once; only its hash is kept
};

struct ApiKeyRequest {
  std::string user = {};  // by name; made if there is none. Empty: the user who asks
  std::string name;       // what the key is for
  Permissions permissions;
  std::optional<WallTime> expires_at = {};        // nullopt: never
  std::vector<Uuid> projects = {};                // where it is to do something; empty: everywhere
  std::string_view expiry_field = "/expires_at";  // what an error about `expires_at` names
};

// What an organisation lets people wish of their keys. The server's own host is not held to it.
struct ApiKeyPolicy {
  bool may_never_expire = false;
  std::int64_t longest_days = 3650;
};

// Who asks for a change of keys. The server itself (the command on its own host) is kServer with
// all permissions.
struct Asker {
  audit::ActorKind kind = audit::ActorKind::kUser;
  Uuid user{};
  Uuid key{};
  Grants grants = {};
  std::string request_id = {};
  std::string peer = {};
  // What the asker may do at the time of the call; nullopt: they are nobody any more. Null:
  // `grants` says it for good, as on the server's own host.
  std::function<std::optional<Grants>()> again = {};
};

// Who showed a key that lives, or the cookie of a session that does.
struct SignedIn {
  UserId user;
  ApiKeyId key;  // nil: by a session
  Grants grants;
  SessionId session = {};  // nil: by a key
  bool must_change_password = false;
  // A session whose user showed just now who they are; see Sessions::kSteppedUp.
  bool stepped_up = false;
};

// A person who can sign in, or whose API keys can.
struct User {
  UserId id;
  std::string name;
  Permissions permissions;  // the user's own, everywhere, beside those of groups
  bool has_password = false;
  bool must_change_password = false;
  std::string full_name = {};
  std::string email = {};
  std::optional<WallTime> disabled_at = {};
  WallTime created_at{};
  bool has_second_factor = false;  // that was confirmed
};

// What may be said of a session.
struct SessionInfo {
  SessionId id;
  User user;
  WallTime created_at{};
  WallTime idle_expires_at{};  // unless there is a request before
  WallTime expires_at{};       // whatever happens
  std::optional<WallTime> stepped_up_until = {};
  Uuid sign_on_provider = {};  // that it began by; nil: with a password
};

struct NewSession {
  SessionInfo info;
  crypto::BearerKey key;   // for the cookie; only its hash is kept
  std::string csrf_token;  // what changes must show beside the cookie
};

}  // namespace strongroom::identity
