#include "app/server_parts.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "app/audit_parts.h"
#include "app/mail_settings.h"
#include "app/provider_protection.h"
#include "app/root_key.h"
#include "app/vault_rows.h"
#include "base/file.h"
#include "catalogue/refresh_lifetimes.h"
#include "catalogue/request_limits.h"
#include "vault/device_sign_ins.h"
#include "vault/journal_settlement.h"

namespace strongroom::app {
namespace {

constexpr std::size_t kWorkerQueue = 1024;

}  // namespace

ServerParts::ServerParts(Config config, const Server::Surroundings& surroundings,
                         DataDirectory directory)
    : config_(std::move(config)),
      clock_(surroundings.clock),
      random_(surroundings.random),
      log_(surroundings.log),
      credentials_directory_(surroundings.credentials_directory),
      directory_(std::move(directory)) {}

Status ServerParts::open_data() {
  STRONGROOM_CHECK(directory_.check_databases());
  STRONGROOM_TRY(auto root_keys,
                 find_root_keys(config_, directory_, credentials_directory_, random_));
  STRONGROOM_CHECK(directory_.databases_begun());
  STRONGROOM_TRY(store_, storage::open_sqlite({.path = directory_.state_database(),
                                               .on_mac_changes = row_sets_.observer()},
                                              storage::state_schema(), log_));
  STRONGROOM_TRY(keys_, open_keys(*store_, std::move(root_keys), clock_, random_, log_));
  sealer_ = std::make_unique<crypto::Sealer>(*keys_, random_);
  STRONGROOM_TRY(checkpoint_key_, checkpoint_key(*sealer_));
  STRONGROOM_TRY(trail_,
                 audit::Trail::open({.path = directory_.audit_database(), .key = &*checkpoint_key_},
                                    *store_, clock_, log_));
  return directory_.databases_made();
}

Status ServerParts::load_vault() {
  STRONGROOM_TRY(catalogue_, catalogue::Catalogue::built_in());
  STRONGROOM_TRY(auto file, open_preallocated(directory_.journal(), vault::kJournalBytes));
  STRONGROOM_TRY(journal_, vault::Journal::open(std::move(file), *sealer_, clock_, log_));
  context_.emplace(vault::Context{*store_, *trail_, *keys_, *sealer_, random_, clock_, log_,
                                  *catalogue_, index_, network_, tokens_, journal_.get()});
  context_->refresh_plan = refreshing_.plan();
  own_providers_.emplace(*context_, *catalogue_, config_.text("catalogue.directory"));
  STRONGROOM_CHECK(own_providers_->load());
  const catalogue::EditionPtr edition = catalogue_->edition();
  auto lifetimes = catalogue::refresh_lifetimes_of(edition->own);
  gate_limits_ = provider_limits(config_, edition->own);
  if (vault::RefreshPlan* const plan = refreshing_.plan()) plan->know(lifetimes);
  forecasts_.emplace(*context_, std::move(lifetimes));
  STRONGROOM_CHECK(load_rows(*context_, row_sets_));
  faults_.emplace(*context_);
  STRONGROOM_CHECK(faults_->load());
  context_->faults = &*faults_;
  STRONGROOM_CHECK(vault::load_secret_index(*context_, secret_index_));
  secrets_.emplace(*context_, secret_index_);
  secret_access_.emplace(*context_, secret_index_);
  kills_.emplace(*context_);
  STRONGROOM_CHECK(kills_->load());
  projects_.emplace(*context_);
  STRONGROOM_CHECK(projects_->ensure_default());
  const identity::SessionLimits limits{
      .idle = std::chrono::minutes(config_.number("console.idle_minutes")),
      .whole = std::chrono::hours(config_.number("console.session_hours"))};
  const identity::ApiKeyPolicy api_key_policy{
      .may_never_expire = config_.text("api_keys.may_never_expire") == "true",
      .longest_days = config_.number("api_keys.longest_days")};
  STRONGROOM_TRY(auto breached, read_breached_passwords(config_));
  people_.emplace(
      identity::Context{*store_, *trail_, *sealer_, random_, clock_, log_, people_changes_},
      *sealer_, limits, api_key_policy, InitialPassword(directory_.initial_admin_password()),
      std::move(breached));
  return people_->load(true);
}

void ServerParts::build_flows(const std::function<std::string()>& public_url) {
  build_senders(public_url);
  build_retrievals();
  expiries_.emplace(*context_);
  key_sets_.emplace(*http_client_);
  user_info_.emplace(*http_client_);
  issuer_keys_.emplace(*context_, *key_sets_);
  context_->issuer_keys = &*issuer_keys_;
  workload_keys_.emplace(*context_, *key_sets_,
                         [this](Task task) { return workers_->post(std::move(task)); });
  robot_proofs_.emplace(*context_, *workload_keys_);
  authorizations_.emplace(*context_);
  departures_.emplace(*context_, *authorizations_, *token_client_, public_url,
                      [this](Task task) { return workers_->post_completion(std::move(task)); });
  sign_ins_.emplace(*context_, *token_client_, *issuer_keys_, *journal_, public_url,
                    [this](Task task) { return workers_->post_completion(std::move(task)); });
  checks_.emplace(
      *context_, *token_client_,
      [this](Task task) { return workers_->post_completion(std::move(task)); }, &*discovery_);
  build_lookups();
}

void ServerParts::build_senders(const std::function<std::string()>& public_url) {
  const std::int64_t workers = config_.number("server.workers");
  workers_ = std::make_unique<WorkerPool>(static_cast<std::size_t>(workers), kWorkerQueue);
  token_workers_ = std::make_unique<WorkerPool>(
      static_cast<std::size_t>(std::max(workers, config_.number("refresh.at_once"))), kWorkerQueue);
  http_client_ =
      std::make_unique<http::CurlClient>(client_options(gate_limits_), clock_, resolver_, log_);
  gates_.emplace(
      clock_, random_, log_,
      [this](Task task) { return token_workers_->post_completion(std::move(task)); }, gate_limits_);
  context_->gates = &*gates_;
  public_url_check_.emplace(PublicUrlCheck::Parts{
      .client = *http_client_,
      .network = network_,
      .clock = clock_,
      .random = random_,
      .log = log_,
      .url = public_url,
      .own_ca = [this] { return certificate_.local_ca(); },
      .finish = [this](Task task) { return workers_->post_completion(std::move(task)); }});
  token_client_.emplace(*http_client_);
  discovery_.emplace(*http_client_);
  issuer_discovery_.emplace(*context_, *discovery_);
  resource_discovery_.emplace(*context_, *discovery_);
}

void ServerParts::build_retrievals() {
  retrievals_.emplace(
      *context_, *token_client_,
      vault::Retrievals::Workers{
          .start = [this](Task task) { return token_workers_->post(std::move(task)); },
          .finish = [this](Task task) { return token_workers_->post_completion(std::move(task)); }},
      process_, [this](vault::TargetSystemId id) {
        if (issuer_discovery_->is_worth_while(id)) read_issuer_again(id);
      });
  revocations_.emplace(
      *context_, *token_client_,
      vault::Revocations::Workers{
          .start = [this](Task task) { return workers_->post(std::move(task)); },
          .finish = [this](Task task) { return workers_->post_completion(std::move(task)); }});
  verifications_.emplace(*context_, *token_client_, *retrievals_,
                         vault::Verifications::Workers{.finish = [this](Task task) {
                           return workers_->post_completion(std::move(task));
                         }});
  verification_schedule_.emplace(*context_, *verifications_);
}

void ServerParts::build_lookups() {
  const vault::RateLimit limit{
      .per_second = static_cast<double>(config_.number("lookup.requests_per_second")),
      .burst = static_cast<double>(config_.number("lookup.burst"))};
  lookups_.emplace(*context_, *retrievals_, limit);
  launches_.emplace(*context_, *retrievals_, *lookups_);
  secret_lookups_.emplace(*context_, secret_index_, *lookups_);
}

// A worker waits for the issuer, and not the thread of the jobs. Where there is too much to do it
// is left to the next time.
void ServerParts::read_issuer_again(vault::TargetSystemId id) {
  (void)workers_->post([this, id] { issuer_discovery_->read_again(id); });
}

Status ServerParts::build_sign_on(const std::function<std::string()>& public_url) {
  single_sign_on_.emplace(
      identity::Context{*store_, *trail_, *sealer_, random_, clock_, log_, people_changes_},
      *sealer_, *people_,
      identity::SignOnNetwork{*discovery_, *key_sets_, *token_client_, *user_info_, network_},
      public_url);
  return single_sign_on_->load();
}

// Secrets that lie in the rooms beside the vault are sealed anew by those.
void ServerParts::build_keys() {
  root_keys_.emplace(vault::RootKeys::Parts{*store_, *trail_, *keys_, random_, clock_, log_});
  std::vector<vault::DataKeyRotations::Beside> beside;
  beside.push_back(
      {.reseal = [this](const crypto::KeyId& old) { return people_->second_factors().reseal(old); },
       .count = identity::SecondFactors::count_sealed_with});
  beside.push_back(
      {.reseal =
           [this](const crypto::KeyId& old) { return single_sign_on_->providers().reseal(old); },
       .count = {}});
  key_rotations_.emplace(*context_, std::move(beside), &secret_index_);
  key_desk_.emplace(KeyDesk::Parts{*root_keys_, *key_rotations_, directory_, random_, clock_,
                                   config_, credentials_directory_});
  key_care_.emplace(
      api::KeyCare{*root_keys_, *key_rotations_,
                   std::string(to_text(root_key_source(config_, credentials_directory_)))});
}

// Before anybody is served: what the process that ran before did not see the end of. A code whose
// answer came too late for it works no more, and neither do the secrets that it was asked with:
// somebody has to sign in again.
Status ServerParts::settle_journal() {
  const auto settle_code = [this](const vault::JournalIntent& intent,
                                  std::optional<oauth::TokenAnswer> answer) -> Status {
    Status ended = sign_ins_->settle(intent, std::move(answer));
    if (ended || ended.error().code == Code::kNotFound) return {};
    return ended;
  };
  vault::JournalSettlement(*context_, process_, settle_code).settle_all();
  STRONGROOM_CHECK(sign_ins_->give_up_unfinished());
  return sign_ins_->devices().resume();
}

// What was read of the entries at the start, anew.
Status ServerParts::follow_catalogue(const catalogue::Edition& edition) {
  auto lifetimes = catalogue::refresh_lifetimes_of(edition.own);
  gates_->limit(catalogue::request_limits_of(edition.own));
  if (vault::RefreshPlan* const plan = refreshing_.plan()) plan->know(lifetimes);
  return forecasts_->apply_catalogue(std::move(lifetimes));
}

Status ServerParts::build_domain(const std::function<std::string()>& public_url) {
  service_providers_.emplace(*context_);
  own_providers_->listen(
      [this](const catalogue::Edition& edition) { return follow_catalogue(edition); });
  target_systems_.emplace(*context_, &*discovery_);
  registrations_.emplace(*context_, *target_systems_, *token_client_, public_url);
  oauth_clients_.emplace(*context_);
  token_import_.emplace(*context_, *oauth_clients_);
  robots_.emplace(*context_);
  robot_access_.emplace(*context_);
  robot_inputs_.emplace(*context_);
  server_switches_.emplace(*context_);
  audit_log_.emplace(*context_, *checkpoint_key_);
  belongings_.emplace(*context_);
  project_exports_.emplace(*context_, secret_index_);
  build_backups();
  return build_notifications(public_url);
}

Status ServerParts::build_notifications(const std::function<std::string()>& public_url) {
  STRONGROOM_TRY(auto mail, mail_settings(config_, credentials_directory_));
  notification_targets_.emplace(
      notify::Targets::Parts{*context_, *http_client_, network_, public_url});
  notification_outbox_.emplace(
      *context_,
      notify::MailRecipients{.enabled = mail.has_value(),
                             .fallback = mail ? mail->to : std::string(),
                             .domains = mail ? mail->domains : std::vector<std::string>(),
                             .gathered = std::chrono::seconds(config_.number("mail.gather_s"))},
      public_url);
  notifier_.emplace(
      Notifier::Parts{*context_, *forecasts_, *notification_outbox_, *http_client_, network_},
      std::move(mail));
  return {};
}

void ServerParts::build_backups() {
  restored_clients_.emplace(*context_);
  suspensions_.emplace(backup::Suspensions::Parts{
      *context_,
      identity::Context{*store_, *trail_, *sealer_, random_, clock_, log_, people_changes_},
      people_->users(), people_->api_keys(), people_->rights(), *secret_access_});
  backups_.emplace(
      backup::BackupSettings{.directory = config_.text("backup.directory"),
                             .recipients_file = config_.text("backup.recipients_file"),
                             .data_directory = directory_.path(),
                             .program = STRONGROOM_VERSION,
                             .every_hours = config_.number("backup.every_hours"),
                             .keep = config_.number("backup.keep")},
      backup::Backups::Parts{*store_, *trail_, random_, clock_, log_, people_->users()});
}

}  // namespace strongroom::app
