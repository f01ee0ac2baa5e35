#include "app/server.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

#include "api/console_files.h"
#include "api/failed_attempts.h"
#include "api/launch_route.h"
#include "api/lookup.h"
#include "api/resources.h"
#include "api/router.h"
#include "api/secret_lookup.h"
#include "api/services.h"
#include "app/addresses.h"
#include "app/admin_commands.h"
#include "app/admin_socket.h"
#include "app/audit_destinations.h"
#include "app/audit_parts.h"
#include "app/audit_shipper.h"
#include "app/data_directory.h"
#include "app/jobs.h"
#include "app/key_desk.h"
#include "app/listeners.h"
#include "app/management.h"
#include "app/network.h"
#include "app/people.h"
#include "app/public_url_check.h"
#include "app/refreshing.h"
#include "app/root_key.h"
#include "app/safe_keeping_attention.h"
#include "app/security_token.h"
#include "app/server_certificate.h"
#include "app/server_metrics.h"
#include "app/single_sign_on.h"
#include "app/upkeep.h"
#include "app/vault_rows.h"
#include "app/worker_pool.h"
#include "audit/trail.h"
#include "backup/backups.h"
#include "backup/suspensions.h"
#include "base/file.h"
#include "catalogue/catalogue.h"
#include "crypto/key_ring.h"
#include "crypto/sealer.h"
#include "crypto/uuid.h"
#include "http/curl_client.h"
#include "http/resolver.h"
#include "http/server.h"
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
#include "vault/issuer_discovery.h"
#include "vault/issuer_keys.h"
#include "vault/journal.h"
#include "vault/journal_settlement.h"
#include "vault/kills.h"
#include "vault/launches.h"
#include "vault/lookup.h"
#include "vault/lookup_index.h"
#include "vault/oauth_clients.h"
#include "vault/project_export.h"
#include "vault/projects.h"
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
#include "vault/target_systems.h"
#include "vault/token_import.h"
#include "vault/workload_keys.h"

namespace strongroom::app {
namespace {

constexpr std::size_t kWorkerQueue = 1024;

}  // namespace

// Members are built from top to bottom and destroyed from bottom to top: what stands lower may use
// what stands higher.
class Server::Impl {
 public:
  Impl(Config config, const Surroundings& surroundings, DataDirectory directory)
      : config_(std::move(config)),
        clock_(surroundings.clock),
        random_(surroundings.random),
        log_(surroundings.log),
        credentials_directory_(surroundings.credentials_directory),
        directory_(std::move(directory)) {}
  ~Impl() { stop(Milliseconds{0}); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status build() {
    STRONGROOM_TRY(network_, read_network(config_, credentials_directory_));
    STRONGROOM_TRY(tokens_, open_security_token(config_, credentials_directory_, log_));
    STRONGROOM_CHECK(open_data());
    STRONGROOM_CHECK(load_vault());
    build_flows();
    STRONGROOM_CHECK(build_sign_on());
    build_keys();
    STRONGROOM_CHECK(settle_journal());
    STRONGROOM_CHECK(build_api());
    return serve();
  }

  ServerAddresses addresses() const {
    return server_addresses(config_, server_->port(), management_->port());
  }
  std::string local_ca() const { return certificate_.local_ca(); }
  const std::string& data_directory() const { return directory_.path(); }
  bool has_api_key() { return people_->api_keys().live_count() > 0; }
  bool has_password() { return people_->users().has_password(); }
  std::string initial_password_file() const {
    const InitialPassword& file = people_->initial_password();
    return file.is_there() ? file.path() : std::string();
  }

  void reload() {
    certificate_.reload(*server_);
    shipper_->reopen();
  }

  // Also after a start that failed half-way: what is there stops while all of it is still there.
  void stop(Milliseconds patience) {
    if (stopping_.exchange(true)) return;  // /readyz says so from now on
    jobs_.reset();
    refreshing_.stop();
    admin_socket_.reset();
    const BootTime end = clock_.boot_now() + patience;
    if (server_) server_->stop(patience);
    const Milliseconds left = std::max(end - clock_.boot_now(), Milliseconds{0});
    if (retrievals_ && !retrievals_->drain(left)) {
      log_.warning("Token requests were still under way.");
    }
    if (workers_) workers_->stop();  // first: a worker may still be about to send a token request
    if (started_) {
      write_sessions_back();
      note("When access was used last could not be written.", robot_access_->write_uses());
      note("When access to secrets was used last could not be written.",
           secret_access_->write_uses());
    }
    if (lookups_) lookups_->write_denials(true);
    if (shipper_) shipper_->stop();
    http_client_.reset();  // ends those, while everybody whom they tell is still there
    if (trail_) note("Audit events wait in the outbox for the next start.", trail_->flush());
    if (management_) management_->stop(Milliseconds{0});
  }

 private:
  Status open_data() {
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
    STRONGROOM_TRY(
        trail_, audit::Trail::open({.path = directory_.audit_database(), .key = &*checkpoint_key_},
                                   *store_, clock_, log_));
    return directory_.databases_made();
  }

  Status load_vault() {
    const std::string& own_files = config_.text("catalogue.directory");
    STRONGROOM_TRY(catalogue_, own_files.empty() ? catalogue::Catalogue::built_in()
                                                 : catalogue::Catalogue::with_own_files(own_files));
    STRONGROOM_TRY(auto file, open_preallocated(directory_.journal(), vault::kJournalBytes));
    STRONGROOM_TRY(journal_, vault::Journal::open(std::move(file), *sealer_, clock_, log_));
    context_.emplace(vault::Context{*store_, *trail_, *keys_, *sealer_, random_, clock_, log_,
                                    *catalogue_, index_, network_, tokens_, journal_.get()});
    context_->refresh_plan = refreshing_.plan();
    STRONGROOM_CHECK(load_rows(*context_, row_sets_));
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

  void build_flows() {
    workers_ = std::make_unique<WorkerPool>(
        static_cast<std::size_t>(config_.number("server.workers")), kWorkerQueue);
    http_client_ =
        std::make_unique<http::CurlClient>(http::CurlClient::Options{}, clock_, resolver_, log_);
    public_url_check_.emplace(PublicUrlCheck::Parts{
        .client = *http_client_,
        .network = network_,
        .clock = clock_,
        .random = random_,
        .log = log_,
        .url = facts_.public_url,
        .own_ca = [this] { return certificate_.local_ca(); },
        .finish = [this](Task task) { return workers_->post_completion(std::move(task)); }});
    token_client_.emplace(*http_client_);
    discovery_.emplace(*http_client_);
    issuer_discovery_.emplace(*context_, *discovery_);
    retrievals_.emplace(
        *context_, *token_client_,
        vault::Retrievals::Workers{
            .start = [this](Task task) { return workers_->post(std::move(task)); },
            .finish = [this](Task task) { return workers_->post_completion(std::move(task)); }},
        process_, [this](vault::TargetSystemId id) {
          if (issuer_discovery_->is_worth_while(id)) read_issuer_again(id);
        });
    revocations_.emplace(
        *context_, *token_client_,
        vault::Revocations::Workers{
            .start = [this](Task task) { return workers_->post(std::move(task)); },
            .finish = [this](Task task) { return workers_->post_completion(std::move(task)); }});
    expiries_.emplace(*context_);
    key_sets_.emplace(*http_client_);
    user_info_.emplace(*http_client_);
    issuer_keys_.emplace(*context_, *key_sets_);
    context_->issuer_keys = &*issuer_keys_;
    workload_keys_.emplace(*context_, *key_sets_,
                           [this](Task task) { return workers_->post(std::move(task)); });
    robot_proofs_.emplace(*context_, *workload_keys_);
    authorizations_.emplace(*context_, facts_.public_url);
    sign_ins_.emplace(*context_, *token_client_, *issuer_keys_, *journal_, facts_.public_url,
                      [this](Task task) { return workers_->post_completion(std::move(task)); });
    checks_.emplace(
        *context_, *token_client_,
        [this](Task task) { return workers_->post_completion(std::move(task)); }, &*discovery_);
    const vault::RateLimit limit{
        .per_second = static_cast<double>(config_.number("lookup.requests_per_second")),
        .burst = static_cast<double>(config_.number("lookup.burst"))};
    lookups_.emplace(*context_, *retrievals_, limit);
    launches_.emplace(*context_, *retrievals_, limit, &lookups_->canary_touches());
    secret_lookups_.emplace(*context_, secret_index_, *lookups_);
  }

  Status build_sign_on() {
    single_sign_on_.emplace(
        identity::Context{*store_, *trail_, *sealer_, random_, clock_, log_, people_changes_},
        *sealer_, *people_,
        identity::SignOnNetwork{*discovery_, *key_sets_, *token_client_, *user_info_, network_},
        facts_.public_url);
    return single_sign_on_->load();
  }

  // Secrets that lie in the rooms beside the vault are sealed anew by those.
  void build_keys() {
    root_keys_.emplace(vault::RootKeys::Parts{*store_, *trail_, *keys_, random_, clock_, log_});
    std::vector<vault::DataKeyRotations::Beside> beside;
    beside.push_back(
        {.reseal =
             [this](const crypto::KeyId& old) { return people_->second_factors().reseal(old); },
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
  Status settle_journal() {
    const auto settle_code = [this](const vault::JournalIntent& intent,
                                    const std::optional<oauth::TokenAnswer>& /*answer*/) -> Status {
      Status ended = sign_ins_->give_up(vault::AuthorizationId{intent.authorization});
      if (ended || ended.error().code == Code::kNotFound) return {};
      return ended;
    };
    vault::JournalSettlement(*context_, process_, settle_code).settle_all();
    return sign_ins_->give_up_unfinished();
  }

  Status build_api() {
    service_providers_.emplace(*context_);
    target_systems_.emplace(*context_, &*discovery_);
    oauth_clients_.emplace(*context_);
    token_import_.emplace(*context_, *oauth_clients_);
    robots_.emplace(*context_);
    robot_access_.emplace(*context_);
    robot_inputs_.emplace(*context_);
    server_switches_.emplace(*context_);
    audit_log_.emplace(*context_, *checkpoint_key_);
    audit_state_ = {.keep_days = config_.number("audit.keep_days"),
                    .server = checkpoint_key_->server(),
                    .public_key = checkpoint_key_->public_key(),
                    .sinks = [this] { return shipper_->states(); }};
    STRONGROOM_TRY(auto sinks,
                   audit_sinks(config_, credentials_directory_, audit_shipper(*checkpoint_key_),
                               *http_client_, network_));
    shipper_ = std::make_unique<AuditShipper>(AuditShipper::Parts{*trail_, *store_, clock_, log_},
                                              std::move(sinks));
    attention_.push_back(sink_attention(*shipper_, clock_));
    attention_.push_back(canary_attention(*lookups_, index_, clock_));
    belongings_.emplace(*context_);
    project_exports_.emplace(*context_, secret_index_);
    build_backups();
    attention_.push_back(recovery_attention(*root_keys_, log_));
    attention_.push_back(
        backup_attention(*backups_, clock_, config_.text("profile") == "production"));
    attention_.push_back(restore_attention(*suspensions_, *restored_clients_, log_));
    services_.emplace(api::Services{*projects_,
                                    *service_providers_,
                                    *target_systems_,
                                    *oauth_clients_,
                                    *token_import_,
                                    *robots_,
                                    *robot_access_,
                                    *retrievals_,
                                    *checks_,
                                    *issuer_discovery_,
                                    *audit_log_,
                                    people_->api_keys(),
                                    people_->users(),
                                    people_->sessions(),
                                    people_->sign_in(),
                                    people_->roles(),
                                    people_->groups(),
                                    people_->rights(),
                                    people_->user_accounts(),
                                    facts_,
                                    *authorizations_,
                                    *sign_ins_,
                                    *revocations_,
                                    public_url_,
                                    *kills_,
                                    *lookups_,
                                    clock_,
                                    *belongings_,
                                    single_sign_on_->providers(),
                                    single_sign_on_->sign_on(),
                                    people_->terminal_sign_ins(),
                                    single_sign_on_->accounts(),
                                    people_->second_factors(),
                                    *project_exports_,
                                    *robot_inputs_,
                                    *server_switches_,
                                    *secrets_,
                                    *secret_access_,
                                    *secret_lookups_,
                                    *key_care_,
                                    *backups_,
                                    *suspensions_,
                                    *restored_clients_,
                                    audit_state_,
                                    attention_});
    failed_attempts_.emplace(clock_);
    lookup_route_.emplace(*lookups_, *robot_proofs_, *failed_attempts_, clock_);
    const auto look_up = [this](const http::Request& request, http::Responder responder,
                                std::string_view id, const Uuid& request_id) {
      lookup_route_->answer(request, std::move(responder), id, request_id);
    };
    launch_route_.emplace(*launches_, *robot_proofs_, *failed_attempts_);
    const auto launch = [this](const http::Request& request, http::Responder responder,
                               std::string_view /*parameter*/, const Uuid& request_id) {
      launch_route_->answer(request, std::move(responder), request_id);
    };
    secret_lookup_route_.emplace(*secret_lookups_, secret_index_, *lookups_, *robot_proofs_,
                                 *failed_attempts_);
    const auto look_secret_up = [this](const http::Request& request, http::Responder responder,
                                       std::string_view id, const Uuid& request_id) {
      secret_lookup_route_->answer(request, std::move(responder), id, request_id);
    };
    STRONGROOM_TRY(auto routes, api::all_routes(*services_));
    router_.emplace(api::Router::Parts{
        .raw_routes = {{"GET", "/api/v1/lookup/oauth-clients", look_up},
                       {"GET", "/api/v1/lookup/oauth-clients/{id}", look_up},
                       {"POST", "/api/v1/runner/launches", launch},
                       {"GET", "/api/v1/lookup/secrets", look_secret_up},
                       {"GET", "/api/v1/lookup/secrets/{id}", look_secret_up}},
        .routes = std::move(routes),
        .api_keys = people_->api_keys(),
        .sessions = people_->sessions(),
        .failed_attempts = *failed_attempts_,
        .workers = [this](Task task) { return workers_->post(std::move(task)); },
        .new_request_id = [this] { return crypto::make_uuid(clock_.now(), random_); },
        .log = log_,
        .settle = [this] { server_->settle(); },
        .record_denial =
            [this](const vault::Actor& actor, const Error& error, const Uuid& subject, Task then) {
              audit_log_->permission_denied(actor, error, subject, std::move(then));
            },
        .pages = [this](const http::Request& request,
                        const Uuid& request_id) -> std::optional<http::Response> {
          if (auto self = public_url_check_->answer(request)) {
            return api::finished(*std::move(self), request_id);
          }
          return console_.answer(request, request_id);
        }});
    return {};
  }

  void build_backups() {
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
        backup::Backups::Parts{*store_, *trail_, random_, clock_, log_});
  }

  Status serve() {
    STRONGROOM_CHECK(certificate_.ensure());
    STRONGROOM_TRY(http::ServerOptions options,
                   public_listener(config_, certificate_.files(), log_));
    options.around_turn = [this](const std::function<void()>& turn) { trail_->gather(turn); };
    server_ = std::make_unique<http::Server>(
        options,
        [this](const http::Request& request, http::Responder responder) {
          router_->handle(request, std::move(responder));
        },
        log_);
    management_ = std::make_unique<http::Server>(
        management_listener(config_),
        management_handler(health_checks(), [this] { return gather_metrics(); }), log_);
    STRONGROOM_CHECK(management_->start());
    STRONGROOM_TRY(admin_socket_, AdminSocket::listen(
                                      directory_.admin_socket(),
                                      [this](std::string_view line) {
                                        if (auto reply = key_desk_->answer(line))
                                          return *std::move(reply);
                                        return answer_admin(*people_, line);
                                      },
                                      log_));
    STRONGROOM_CHECK(server_->start());  // last: nobody is served by a start that fails
    refreshing_.start(*context_, *retrievals_);
    started_ = true;
    certificate_.begin(*server_);
    start_jobs();
    remember_canaries_of_before();
    point_to_the_password();
    record_start();
    public_url_check_->check({});
    return {};
  }

  // The password itself is nowhere but in the file.
  void point_to_the_password() {
    const std::string file = initial_password_file();
    if (file.empty()) return;
    log_.info("The first administrator's password is in a file, until it is changed.",
              {{"user", identity::kFirstAdministrator}, {"file", std::string_view(file)}});
  }

  void record_start() {
    const WallTime now = clock_.now();
    trail_->append(
        {.id = crypto::make_uuid(now, random_), .at = now, .action = audit::Action::kServerStarted},
        [this](const Status& durable) {
          note("The start could not be written into the audit trail.", durable);
        });
  }

  std::vector<HealthCheck> health_checks() {
    return {{"started", [this] { return started_.load(); }},
            {"not stopping", [this] { return !stopping_.load(); }},
            {"state database writable", [this] { return store_->writable(); }},
            {"audit trail writable", [this] { return trail_->writable(); }}};
  }
  std::vector<Metric> gather_metrics() {
    if (!started_) return {};  // the server that is counted is not there yet
    auto metrics =
        server_metrics({*server_, *router_, *lookups_, *launches_, *retrievals_, *revocations_,
                        *trail_, *people_, index_, *workers_, certificate_.expiry(), *expiries_,
                        *kills_, *secret_lookups_, *backups_, *shipper_});
    refreshing_.add_metrics(metrics);
    return metrics;
  }

  // A worker waits for the issuer, and not the thread of the jobs. Where there is too much to do it
  // is left to the next time.
  void read_issuer_again(vault::TargetSystemId id) {
    (void)workers_->post([this, id] { issuer_discovery_->read_again(id); });
  }

  // What was alarming before the start still is.
  void remember_canaries_of_before() {
    (void)workers_->post([this] {
      note("Which canaries were asked for before the start could not be read.",
           remember_canaries(*trail_, *lookups_, clock_));
    });
  }

  void start_jobs() {
    jobs_ = std::make_unique<Jobs>(upkeep({log_,
                                           random_,
                                           *keys_,
                                           certificate_,
                                           *server_,
                                           *people_,
                                           *workers_,
                                           *public_url_check_,
                                           *expiries_,
                                           *issuer_discovery_,
                                           *authorizations_,
                                           *sign_ins_,
                                           *revocations_,
                                           *oauth_clients_,
                                           *robots_,
                                           *target_systems_,
                                           *projects_,
                                           *kills_,
                                           *robot_access_,
                                           *secrets_,
                                           *secret_access_,
                                           *key_rotations_,
                                           *backups_,
                                           *audit_log_,
                                           *lookups_,
                                           config_.number("audit.keep_days")}),
                                   clock_);
  }
  void write_sessions_back() {
    note("When sessions were used last could not be written.", people_->sessions().write_back());
    note("When robot keys were used last could not be written.", robots_->write_last_uses());
    note("When API keys were used last could not be written.",
         people_->api_keys().write_last_uses());
  }
  void note(LiteralText trouble, const Status& status) {
    if (!status) log_.failed(trouble, status.error());
  }

  const Config config_;
  const Clock& clock_;
  crypto::Random& random_;
  Log& log_;
  const std::string credentials_directory_;
  std::atomic<bool> started_{false};
  std::atomic<bool> stopping_{false};

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
  vault::SecretIndex secret_index_;
  http::Network network_;
  std::shared_ptr<crypto::Pkcs11> tokens_;
  std::unique_ptr<vault::Journal> journal_;
  Refreshing refreshing_{config_};
  const Uuid process_{crypto::make_uuid(clock_.now(), random_)};
  std::optional<vault::Context> context_;
  std::optional<vault::Kills> kills_;
  std::optional<vault::Projects> projects_;
  std::mutex people_changes_;
  std::optional<People> people_;
  std::unique_ptr<WorkerPool> workers_;
  http::SystemResolver resolver_;
  std::unique_ptr<http::CurlClient> http_client_;
  std::optional<PublicUrlCheck> public_url_check_;
  std::optional<oauth::TokenClient> token_client_;
  std::optional<oauth::Discovery> discovery_;
  std::optional<vault::IssuerDiscovery> issuer_discovery_;
  std::optional<vault::Retrievals> retrievals_;
  std::optional<vault::Revocations> revocations_;
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
  std::optional<vault::SignIns> sign_ins_;
  std::optional<vault::CredentialExpiries> expiries_;
  std::optional<vault::TargetSystemChecks> checks_;
  std::optional<vault::Lookups> lookups_;
  std::optional<vault::Launches> launches_;
  std::optional<vault::SecretLookups> secret_lookups_;
  std::optional<vault::ServiceProviders> service_providers_;
  std::optional<vault::TargetSystems> target_systems_;
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
  const api::ServerFacts facts_{.version = STRONGROOM_VERSION,
                                .profile = config_.text("profile"),
                                .practice = config_.text("console.practice") == "true",
                                .public_url = [this] { return addresses().reachable.front(); },
                                .has_own_ca = !certificate_.local_ca().empty(),
                                .own_ca = [this] { return certificate_.local_ca_pem(); }};
  const api::PublicUrl public_url_{
      .last = [this] { return public_url_check_->last(); },
      .check = [this](auto done) { public_url_check_->check(std::move(done)); }};
  std::unique_ptr<AuditShipper> shipper_;
  api::AuditState audit_state_;
  api::AttentionSources attention_;
  std::optional<api::Services> services_;
  std::optional<api::LookupRoute> lookup_route_;
  std::optional<api::LaunchRoute> launch_route_;
  std::optional<api::SecretLookupRoute> secret_lookup_route_;
  std::optional<api::FailedAttempts> failed_attempts_;
  api::ConsoleFiles console_;
  std::optional<api::Router> router_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::Server> management_;
  std::unique_ptr<AdminSocket> admin_socket_;
  std::unique_ptr<Jobs> jobs_;
};

Result<std::unique_ptr<Server>> Server::start(const Config& config,
                                              const Surroundings& surroundings) {
  STRONGROOM_TRY(DataDirectory directory, DataDirectory::open(config.text("data.directory")));
  auto impl = std::make_unique<Impl>(config, surroundings, std::move(directory));
  STRONGROOM_CHECK(impl->build());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

ServerAddresses Server::addresses() const { return impl_->addresses(); }
std::string Server::local_ca() const { return impl_->local_ca(); }
std::string Server::data_directory() const { return impl_->data_directory(); }
bool Server::has_api_key() const { return impl_->has_api_key(); }
bool Server::has_password() const { return impl_->has_password(); }
std::string Server::initial_password_file() const { return impl_->initial_password_file(); }
void Server::reload() { impl_->reload(); }
void Server::stop(Milliseconds patience) { impl_->stop(patience); }

}  // namespace strongroom::app
