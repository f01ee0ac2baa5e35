#pragma once
// What the API stands on. app/server.cc fills it in; everything in it outlives the API.

#include <functional>
#include <string>

#include "api/attention.h"
#include "api/audit_state.h"
#include "api/key_care.h"
#include "api/public_url.h"
#include "identity/api_keys.h"
#include "identity/sessions.h"
#include "identity/sign_in.h"
#include "identity/user_accounts.h"
#include "identity/users.h"
#include "vault/audit_log.h"
#include "vault/oauth_clients.h"
#include "vault/projects.h"
#include "vault/robot_access.h"
#include "vault/robots.h"
#include "vault/service_providers.h"
#include "vault/target_systems.h"

namespace strongroom::backup {
class Backups;
class Suspensions;
}  // namespace strongroom::backup

namespace strongroom::identity {
class SecondFactors;
class SignOn;
class SignOnAccounts;
class SignOnProviders;
class TerminalSignIns;
}  // namespace strongroom::identity

namespace strongroom::notify {
class Targets;
}  // namespace strongroom::notify

namespace strongroom::vault {
class Authorizations;
class Departures;
class Belongings;
class IssuerDiscovery;
class Kills;
class Lookups;
class OwnProviders;
class ProjectExports;
class RestoredClients;
class Retrievals;
class Revocations;
class RobotInputLists;
class ServerSwitches;
class SecretAccessRules;
class SecretLookups;
class Secrets;
class SignIns;
class TargetSystemChecks;
class TokenImport;
}  // namespace strongroom::vault

namespace strongroom::api {

// What the console tells people of the server that it comes from.
struct ServerFacts {
  std::string version;
  std::string profile;                      // "production", "development"
  bool practice = false;                    // a practice provider runs beside it
  std::function<std::string()> public_url;  // known once it serves
  bool has_own_ca = false;                  // its certificate was made by a CA of its own
  // That CA's certificate in PEM, read from its file; empty: there is none, or it cannot be read.
  // Safe to call from any thread.
  std::function<std::string()> own_ca = {};
};

struct Services {
  vault::Projects& projects;
  vault::ServiceProviders& service_providers;
  vault::TargetSystems& target_systems;
  vault::OAuthClients& oauth_clients;
  vault::TokenImport& token_import;
  vault::Robots& robots;
  vault::RobotAccessRules& robot_access;
  vault::Retrievals& retrievals;
  vault::TargetSystemChecks& target_system_checks;
  vault::IssuerDiscovery& issuer_discovery;
  vault::AuditLog& audit_log;
  identity::ApiKeys& api_keys;
  identity::Users& users;
  identity::Sessions& sessions;
  identity::SignIn& sign_in;
  identity::Roles& roles;
  identity::Groups& groups;
  const identity::Rights& rights;
  identity::UserAccounts& user_accounts;
  const ServerFacts& server;
  vault::Authorizations& authorizations;
  vault::Departures& departures;
  vault::SignIns& sign_ins;
  vault::Revocations& revocations;
  const PublicUrl& public_url;
  vault::Kills& kills;
  vault::Lookups& lookups;
  const Clock& clock;
  vault::Belongings& belongings;
  identity::SignOnProviders& sign_on_providers;
  identity::SignOn& sign_on;
  identity::TerminalSignIns& terminal_sign_ins;
  identity::SignOnAccounts& sign_on_accounts;
  identity::SecondFactors& second_factors;
  vault::ProjectExports& project_exports;
  vault::RobotInputLists& robot_inputs;
  vault::ServerSwitches& server_switches;
  vault::Secrets& secrets;
  vault::SecretAccessRules& secret_access;
  vault::SecretLookups& secret_lookups;
  const KeyCare& keys;
  backup::Backups& backups;
  backup::Suspensions& suspensions;
  vault::RestoredClients& restored_clients;
  const AuditState& audit_state;
  const AttentionSources& attention;
  notify::Targets& notification_targets;
  vault::OwnProviders& own_providers;
};

}  // namespace strongroom::api
