#pragma once
// What the server does by the clock while it serves: reserves ahead, watches, purges, tries again.

#include <vector>

#include "app/jobs.h"
#include "app/people.h"
#include "app/public_url_check.h"
#include "app/server_certificate.h"
#include "app/worker_pool.h"
#include "backup/backups.h"
#include "base/log.h"
#include "crypto/key_ring.h"
#include "crypto/random.h"
#include "http/server.h"
#include "vault/audit_log.h"
#include "vault/authorizations.h"
#include "vault/credential_expiries.h"
#include "vault/data_key_rotation.h"
#include "vault/forecast.h"
#include "vault/issuer_discovery.h"
#include "vault/kills.h"
#include "vault/lookup.h"
#include "vault/oauth_clients.h"
#include "vault/own_providers.h"
#include "vault/projects.h"
#include "vault/registrations.h"
#include "vault/revocations.h"
#include "vault/robot_access.h"
#include "vault/robots.h"
#include "vault/secret_access.h"
#include "vault/secrets.h"
#include "vault/sign_ins.h"
#include "vault/target_systems.h"
#include "vault/verification_schedule.h"

namespace strongroom::app {

// What the jobs call. Everything must outlive them.
struct UpkeepParts {
  Log& log;
  crypto::Random& random;
  crypto::KeyRing& keys;
  ServerCertificate& certificate;
  http::Server& server;
  People& people;
  WorkerPool& workers;
  PublicUrlCheck& public_url_check;
  vault::CredentialExpiries& expiries;
  vault::Forecasts& forecasts;
  vault::IssuerDiscovery& issuer_discovery;
  vault::Registrations& registrations;
  vault::Authorizations& authorizations;
  vault::SignIns& sign_ins;
  vault::Revocations& revocations;
  vault::OAuthClients& oauth_clients;
  vault::Robots& robots;
  vault::TargetSystems& target_systems;
  vault::Projects& projects;
  vault::Kills& kills;
  vault::RobotAccessRules& robot_access;
  vault::Secrets& secrets;
  vault::SecretAccessRules& secret_access;
  vault::DataKeyRotations& key_rotations;
  backup::Backups& backups;
  vault::AuditLog& audit_log;
  vault::Lookups& lookups;
  vault::ProviderGates& gates;
  vault::OwnProviders& own_providers;
  vault::VerificationSchedule& verification_schedule;
  std::int64_t keep_audit_days = 0;  // 0: for ever
};

// Each does its work on the thread of the jobs, which waits for no provider. What fails is logged,
// and done again after the next interval.
std::vector<Job> upkeep(const UpkeepParts& parts);

}  // namespace strongroom::app
