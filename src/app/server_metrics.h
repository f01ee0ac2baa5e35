#pragma once
// Gathers what the parts of the server count.

#include <cstdint>
#include <vector>

#include "api/router.h"
#include "app/audit_shipper.h"
#include "app/metrics.h"
#include "app/notifier.h"
#include "app/people.h"
#include "app/worker_pool.h"
#include "audit/trail.h"
#include "backup/backups.h"
#include "http/server.h"
#include "vault/credential_expiries.h"
#include "vault/forecast.h"
#include "vault/kills.h"
#include "vault/launches.h"
#include "vault/lookup.h"
#include "vault/lookup_index.h"
#include "vault/provider_gates.h"
#include "vault/retrievals.h"
#include "vault/revocations.h"
#include "vault/secret_lookup.h"
#include "vault/target_system_faults.h"
#include "vault/verification_schedule.h"

namespace strongroom::app {

struct CountingParts {
  const http::Server& server;
  const api::Router& router;
  const vault::Lookups& lookups;
  const vault::Launches& launches;
  vault::Retrievals& retrievals;
  const vault::Revocations& revocations;
  const audit::Trail& trail;
  People& people;
  const vault::LookupIndex& index;
  const WorkerPool& workers;
  const WorkerPool& token_workers;
  std::int64_t certificate_expiry_ms = 0;  // since 1970
  const vault::CredentialExpiries& expiries;
  const vault::Forecasts& forecasts;
  vault::Kills& kills;
  const vault::SecretLookups& secret_lookups;
  const backup::Backups& backups;
  AuditShipper& shipper;
  vault::ProviderGates& gates;
  vault::TargetSystemFaults& faults;
  const Notifier& notifier;
  const vault::VerificationSchedule& verification_schedule;
};

std::vector<Metric> server_metrics(const CountingParts& parts);

}  // namespace strongroom::app
