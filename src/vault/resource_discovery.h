#pragma once
// A target system from the address of a resource alone (RFC 9728): what the resource and the
// authorization servers that it names say, for a person to choose from. Nothing is stored here, and
// no credential is sent.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "oauth/discovery.h"
#include "storage/target_system_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// What is asked, and how it is reached: as of a target system that is to be.
struct ResourceQuestion {
  std::string resource;  // its address, as somebody pasted it
  std::string trusted_ca_pem = {};
  std::vector<std::string> allowed_addresses = {};
  std::string proxy = {};
};

// How an application gets to be known to an authorization server.
enum class OfferedRegistration : std::uint8_t {
  kDocument,  // the server reads the client's id as an address (client id metadata documents)
  kDynamic,   // it takes registrations (RFC 7591)
  kByHand,    // somebody registers it there
};

// Why a server cannot be chosen.
enum class ServerTrouble : std::uint8_t {
  kNone,
  kNotAnIssuer,  // what the resource names is no https address of an issuer: nobody asks it
  kUnreadable,   // it has no metadata, none that is to be believed, or cannot be reached
  kNoPkce,       // it does not say that it knows PKCE with S256
};

struct ProposedServer {
  std::string issuer;  // as the resource writes it, made plain for people where it is none
  ServerTrouble trouble = ServerTrouble::kNone;
  LiteralText message = "";            // of `trouble`, in plain words
  std::vector<GrantFlow> grants = {};  // of those that can be had here
  OfferedRegistration registration = OfferedRegistration::kByHand;
  bool pkce = false;  // S256
  // To begin with: the resource's, and offline_access only where the server lists it.
  std::vector<std::string> scopes = {};
};

struct ResourceProposal {
  std::string resource;             // as it writes itself: what goes into `protected_resource`
  std::string name;                 // plain text of a stranger's; or empty
  std::vector<std::string> scopes;
  std::vector<ProposedServer> servers;
};

// Safe to use from any thread.
class ResourceDiscovery {
 public:
  // Both must outlive this.
  ResourceDiscovery(Context& context, oauth::Discovery& discovery)
      : context_(context), discovery_(discovery) {}

  // Asks the resource, then the servers that it names, all at once. Needs kConfigure somewhere.
  // Blocks, up to 20 seconds.
  //
  // Errors: kInvalidArgument at the field; kPermissionDenied; at "/resource", problem
  // "resource_unreadable" with "cause", "hop" and "who_must_act": as oauth::read_resource().
  Result<ResourceProposal> propose(const Actor& actor, const ResourceQuestion& question);

 private:
  Context& context_;
  oauth::Discovery& discovery_;
};

// Has the resource of a target system, if it was made for one, say that its tokens come from the
// issuer that was entered; takes over how it writes its own address. `discovery` nullptr: nothing
// can be read. Blocks. `cause`, where given, gets the cause of a failure.
//
// Errors: as ResourceDiscovery::propose() at "/protected_resource"; kConflict "issuer_not_named" at
// "/endpoint_parameters/issuer": it names others.
Status follow_resource(Context& context, oauth::Discovery* discovery, storage::TargetSystemRow& row,
                       TargetSystem& system, oauth::FailureCause* cause = nullptr);

std::string_view to_text(OfferedRegistration value);  // "document", "dynamic", "by_hand"
std::string_view to_text(ServerTrouble value);  // "", "not_an_issuer", "unreadable", "no_pkce"

}  // namespace strongroom::vault
