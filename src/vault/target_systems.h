#pragma once
// Target systems: where robots sign in to, with the application's registration at its provider.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/private_key.h"
#include "oauth/discovery.h"
#include "oauth/outgoing_policy.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/list.h"
#include "vault/projects.h"
#include "vault/target_system_troubles.h"
#include "vault/types.h"

namespace strongroom::vault {

using ProxyCredentials = oauth::ProxyCredentials;

struct NewConsumerSecret {
  oauth::ConsumerSecret value;
  std::optional<WallTime> expires_on;
};

// A private key as it was pasted.
using ClientKeyFile = Secret<struct ClientKeyFileKind>;

// A private key to store: entered, or to be made; or one that is stored and stays.
struct NewClientKey {
  std::optional<Uuid> keep = {};  // nothing else is given then
  ClientKeyFile file{""};         // PEM or DER; empty: `pkcs11_uri` or `generate`
  crypto::KeyPassword password{""};
  std::string pkcs11_uri = {};  // instead: where it lies in the server's security token (RFC 7512)
  std::optional<crypto::NewKey> generate = {};
  std::string key_id = {};  // empty: the thumbprint of its public half
  std::optional<WallTime> expires_on = {};
};

// A PKCS#12 file in base64.
using Pkcs12File = Secret<struct Pkcs12FileKind>;

// A certificate to store with its private key: two files, one file, or a certificate alone for a
// key that is stored already; or one that is stored and stays. Files are PEM, or DER in base64.
struct NewClientCertificate {
  std::optional<Uuid> keep = {};  // nothing else is given then
  std::string certificate = {};   // and its issuers behind it, if the provider wants them
  ClientKeyFile private_key{""};  // empty: a stored client key or certificate has the key
  Pkcs12File pkcs12{""};          // instead of these two
  crypto::KeyPassword password{""};
};

// nullopt: leave as it is (on update), or the default (on creation).
struct TargetSystemFields {
  std::optional<std::string> name;
  std::optional<ProjectId> project;  // on creation only; nullopt: all projects
  // On creation only: chosen by who creates, so that the callback can be registered before.
  std::optional<TargetSystemId> id;
  std::optional<bool> oauth_enabled;
  std::optional<Callback> callback;
  std::optional<std::string> service_provider;
  std::optional<GrantFlow> grant;
  std::optional<ClientAuthentication> client_authentication;
  std::optional<std::string> consumer_key;
  // Each replaces all secrets, keys and certificates that are stored; who wants several kinds gives
  // several. Keys and certificates may be kept by their ids, as long as the destination stays.
  std::optional<std::vector<NewConsumerSecret>> consumer_secrets;
  std::optional<std::vector<NewClientKey>> client_keys;
  std::optional<std::vector<NewClientCertificate>> client_certificates;
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::vector<std::string>> resources;
  std::optional<std::map<std::string, std::string>> endpoint_parameters;
  std::optional<std::string> trusted_ca_pem;
  std::optional<std::vector<std::string>> allowed_addresses;
  std::optional<std::string> proxy;  // another one loses the credentials of the one before
  // "user:password" for `proxy`; nullopt inside: none any more.
  std::optional<std::optional<ProxyCredentials>> proxy_credentials;
  std::optional<Owner> owner;
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::optional<SupportedAccounts>> supported_accounts;
  std::optional<std::string> default_tenant;
  std::optional<std::int64_t> keep_alive_days = {};  // 0 to 365; 0: off
  // 0 to 8760; 0: never. Only where the provider has a way to be asked.
  std::optional<std::int64_t> verify_every_hours = {};
  std::optional<bool> dpop = {};                     // only where the provider's entry has it
  std::optional<std::string> signature_method = {};  // of the grant kOauth1
  std::optional<std::string> protected_resource = {};
};

// As Projects: worker threads only, same common errors.
class TargetSystems {
 public:
  // `discovery` reads the metadata of issuers, while the caller waits, and must outlive this;
  // nullptr: no issuer can be entered.
  explicit TargetSystems(Context& context, oauth::Discovery* discovery = nullptr)
      : context_(context), discovery_(discovery) {}

  // Errors: kInvalidArgument at the field; kConflict "duplicate" at /name with "existing_id" (names
  // are unique over a project's own and the global target systems), or "client_key_in_use"; where
  // an issuer is entered, as follow_issuer() (vault/issuer_reading.h); where a protected resource
  // is, as follow_resource() (vault/resource_discovery.h).
  Result<TargetSystem> create(const Actor& actor, const TargetSystemFields& fields);
  Result<TargetSystem> get(const Actor& actor, TargetSystemId id);
  Result<Page<TargetSystem>> list(const Actor& actor, const ListQuery& query);

  // A change of destination (provider entry, endpoint parameters, trusted CA, allowed addresses,
  // proxy and its credentials, default tenant) without new secrets in the same call leaves the
  // target system held: no token request is sent until approve_destination() or new secrets
  // (invariant 5).
  Result<TargetSystem> update(const Actor& actor, TargetSystemId id, Revision expected,
                              const TargetSystemFields& fields);
  // Seals the stored secrets, and the refresh tokens of its clients, anew for today's destination,
  // and takes over the issuer's metadata that waits for it. Needs kApproveDestination.
  // Errors: kConflict "destination_not_held".
  Result<TargetSystem> approve_destination(const Actor& actor, TargetSystemId id,
                                           Revision expected);
  // The public halves of its client keys and certificates, as a JWK set (RFC 7517 section 5) to
  // register at the provider. Each is derived from the private key that is sealed: nobody can put
  // another there.
  Result<std::string> jwks(const Actor& actor, TargetSystemId id);
  // A request for a certificate of a stored client key, or of the key of a stored certificate, in
  // PEM (PKCS#10): that with `key_id`; nullopt: the only one there is. Needs kConfigure.
  // Errors: kInvalidArgument at "kid" or "common_name".
  Result<std::string> certificate_request(const Actor& actor, TargetSystemId id,
                                          const std::optional<std::string>& key_id,
                                          const std::string& common_name);
  // The certificate itself in PEM, without its issuers, to register at the provider; nullopt: the
  // first one. Errors: kNotFound.
  Result<std::string> certificate(const Actor& actor, TargetSystemId id,
                                  const std::optional<Uuid>& certificate);
  // Of a target system that was read for whoever asks.
  TargetSystemTroubles troubles(const TargetSystem& system) const {
    return troubles_of(context_, system);
  }
  Result<Affected> affected(const Actor& actor, TargetSystemId id);
  Result<Affected> remove(const Actor& actor, TargetSystemId id,
                          std::optional<Revision> expected = {});
  Result<TargetSystem> restore(const Actor& actor, TargetSystemId id);

  // Destroys what was deleted more than seven days ago. Called by the job loop.
  Status purge();

 private:
  Context& context_;
  oauth::Discovery* discovery_;
};

}  // namespace strongroom::vault
