#pragma once
// What the server consists of below its API: data, vault, people, and the way to providers.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "api/services.h"
#include "app/config.h"
#include "app/data_directory.h"
#include "app/key_desk.h"
#include "app/notifier.h"
#include "app/people.h"
#include "app/public_url_check.h"
#include "app/refreshing.h"
#include "app/server.h"
#include "app/server_certificate.h"
#include "app/single_sign_on.h"
#include "app/worker_pool.h"
#include "audit/checkpoint.h"
#include "audit/trail.h"
#include "backup/backups.h"
#include "backup/suspensions.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "catalogue/catalogue.h"
#include "crypto/key_ring.h"
#include "crypto/random.h"
#include "crypto/sealer.h"
#include "crypto/uuid.h"
#include "http/curl_client.h"
#include "http/network.h"
#include "http/resolver.h"
#include "notify/outbox.h"
#include "notify/targets.h"
#include "oauth/discovery.h"
#include "oauth/key_set_client.h"
#include "oauth/token_client.h"
#include "oauth/user_info.h"
#include "storage/sqlite_store.h"
#include "vault/audit_log.h"
#include "vault/authorizations.h"
#include "vault/belongings.h"
#include "vault/context.h"
#include "vault/credential_expiries.h"
#include "vault/data_key_rotation.h"
#include "vault/departures.h"
#include "vault/forecast.h"
#include "vault/issuer_discovery.h"
#include "vault/issuer_keys.h"
#include "vault/journal.h"
#include "vault/kills.h"
#include "vault/launches.h"
#include "vault/lookup.h"
#include "vault/lookup_index.h"
#include "vault/oauth_clients.h"
#include "vault/own_providers.h"
#include "vault/project_export.h"
#include "vault/projects.h"
#include "vault/provider_gates.h"
#include "vault/registrations.h"
#include "vault/resource_discovery.h"
#include "vault/restored_clients.h"
#include "vault/retrievals.h"
#include "vault/revocations.h"
#include "vault/robot_access.h"
#include "vault/robot_inputs.h"
#include "vault/robot_proofs.h"
#include "vault/robots.h"
#include "vault/root_keys.h"
#include "vault/row_sets.h"
#include "vault/secret_access.h"
#include "vault/secret_entries.h"
#include "vault/secret_index.h"
#include "vault/secret_lookup.h"
#include "vault/secrets.h"
#include "vault/server_settings.h"
#include "vault/service_providers.h"
#include "vault/sign_ins.h"
#include "vault/target_system_checks.h"
#include "vault/target_system_faults.h"
#include "vault/target_systems.h"
#include "vault/token_import.h"
#include "vault/verification_schedule.h"
#include "vault/verifications.h"
#include "vault/workload_keys.h"

namespace strongroom::app {

// The picture of the architecture. Members are destroyed from bottom to top: what stands lower may
// use what stands higher as long as it lives. Most are built by the functions, each of which is
// called once, in this order; what stands higher may call what stands lower once both are there,
// and until Server stops.
class ServerParts {
 public:
  ServerParts(const ServerParts&) = delete;
  ServerParts& operator=(const ServerParts&) = delete;

 protected:
  // All of `surroundings` must outlive this.
  ServerParts(Config config, const Server::Surroundings& surroundings, DataDirectory directory);
  ~ServerParts() = default;

  // Databases, root key and data keys. Errors: of the files, and of what they hold.
  Status open_data();
  // What is stored, and who may do what; network_ and tokens_ are there. Errors: of what it loads.
  Status load_vault();
  // What goes to providers, and whoever waits for it. `public_url`: as people are shown it; it is
  // not called before the server serves.
  void build_flows(const std::function<std::string()>& public_url);
  // `public_url` as above. Errors: as SingleSignOn::load().
  Status build_sign_on(const std::function<std::string()>& public_url);
  // What replaces root key and data keys.
  void build_keys();
  // What the process that ran before did not see the end of. Errors: as
  // SignIns::give_up_unfinished().
  Status settle_journal();
  // What people administer, and what a restore left of it. `public_url` as above.
  // Errors: as mail_settings().
  Status build_domain(const std::function<std::string()>& public_url);

  const Config config_;
  const Clock& clock_;
  crypto::Random& random_;
  Log& log_;
  const std::string credentials_directory_;

  DataDirectory directory_;
  ServerCertificate certificate_{config_, directory_, clock_, log_};
  vault::RowSets row_sets_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<crypto::KeyRing> keys_;
  std::unique_ptr<crypto::Sealer> sealer_;
  std::optional<audit::CheckpointKey> checkpoint_key_;
  std::unique_ptr<audit::Trail> trail_;
  std::optional<catalogue::Catalogue> catalogue_;
  vault::LookupIndex index_;
  vault::SecretIndex& secret_index_ = index_.secrets();
  http::Network network_;
  std::shared_ptr<crypto::Pkcs11> tokens_;
  std::unique_ptr<vault::Journal> journal_;
  Refreshing refreshing_{config_};
  const Uuid process_{crypto::make_uuid(clock_.now(), random_)};
  std::optional<vault::Context> context_;
  std::optional<vault::OwnProviders> own_providers_;
  std::optional<vault::TargetSystemFaults> faults_;
  vault::GateLimits gate_limits_;
  std::optional<vault::ProviderGates> gates_;
  std::optional<vault::Kills> kills_;
  std::optional<vault::Projects> projects_;
  std::mutex people_changes_;
  std::optional<People> people_;
  std::unique_ptr<WorkerPool> workers_;
  // For token requests: they mostly wait for the disk, and those that wait together share a sync.
  std::unique_ptr<WorkerPool> token_workers_;
  http::SystemResolver resolver_;
  std::unique_ptr<http::CurlClient> http_client_;
  std::optional<PublicUrlCheck> public_url_check_;
  std::optional<oauth::TokenClient> token_client_;
  std::optional<oauth::Discovery> discovery_;
  std::optional<vault::IssuerDiscovery> issuer_discovery_;
  std::optional<vault::ResourceDiscovery> resource_discovery_;
  std::optional<vault::Retrievals> retrievals_;
  std::optional<vault::Revocations> revocations_;
  std::optional<vault::Verifications> verifications_;
  std::optional<vault::VerificationSchedule> verification_schedule_;
  std::optional<oauth::KeySetClient> key_sets_;
  std::optional<oauth::UserInfoClient> user_info_;
  std::optional<vault::IssuerKeys> issuer_keys_;
  std::optional<SingleSignOn> single_sign_on_;
  std::optional<vault::RootKeys> root_keys_;
  std::optional<vault::DataKeyRotations> key_rotations_;
  std::optional<KeyDesk> key_desk_;
  std::optional<api::KeyCare> key_care_;
  std::optional<vault::WorkloadKeys> workload_keys_;
  std::optional<vault::RobotProofs> robot_proofs_;
  std::optional<vault::Authorizations> authorizations_;
  std::optional<vault::Departures> departures_;
  std::optional<vault::SignIns> sign_ins_;
  std::optional<vault::CredentialExpiries> expiries_;
  std::optional<vault::Forecasts> forecasts_;
  std::optional<vault::TargetSystemChecks> checks_;
  std::optional<vault::Lookups> lookups_;
  std::optional<vault::Launches> launches_;
  std::optional<vault::SecretLookups> secret_lookups_;
  std::optional<vault::ServiceProviders> service_providers_;
  std::optional<vault::TargetSystems> target_systems_;
  std::optional<vault::Registrations> registrations_;
  std::optional<vault::OAuthClients> oauth_clients_;
  std::optional<vault::TokenImport> token_import_;
  std::optional<vault::Robots> robots_;
  std::optional<vault::RobotAccessRules> robot_access_;
  std::optional<vault::RobotInputLists> robot_inputs_;
  std::optional<vault::ServerSwitches> server_switches_;
  std::optional<vault::AuditLog> audit_log_;
  std::optional<vault::Belongings> belongings_;
  std::optional<vault::ProjectExports> project_exports_;
  std::optional<vault::Secrets> secrets_;
  std::optional<vault::SecretAccessRules> secret_access_;
  std::optional<vault::RestoredClients> restored_clients_;
  std::optional<backup::Suspensions> suspensions_;
  std::optional<backup::Backups> backups_;
  std::optional<notify::Targets> notification_targets_;
  std::optional<notify::Outbox> notification_outbox_;
  std::optional<Notifier> notifier_;

 private:
  void build_senders(const std::function<std::string()>& public_url);
  void build_retrievals();
  void build_lookups();
  void build_backups();
  Status follow_catalogue(const catalogue::Edition& edition);
  Status build_notifications(const std::function<std::string()>& public_url);
  void read_issuer_again(vault::TargetSystemId id);
};

}  // namespace strongroom::app
