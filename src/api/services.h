#pragma once
// What the API stands on. app/server.cc fills it in; everything in it outlives the API.

#include <functional>
#include <string>

#include "identity/api_keys.h"
#include "vault/audit_log.h"
#include "vault/oauth_clients.h"
#include "vault/projects.h"
#include "vault/robot_access.h"
#include "vault/robots.h"
#include "vault/service_providers.h"
#include "vault/target_systems.h"

namespace strongroom::vault {
class IssuerDiscovery;
class Retrievals;
class TargetSystemChecks;
class TokenImport;
}  // namespace strongroom::vault

namespace strongroom::api {

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
  // How browsers reach this server, without a slash at the end; known once it listens.
  std::function<std::string()> public_url;
};

}  // namespace strongroom::api
