#include "app/server.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/authorization_header_route.h"
#include "api/calendar.h"
#include "api/console_files.h"
#include "api/failed_attempts.h"
#include "api/forecast.h"
#include "api/launch_route.h"
#include "api/lookup.h"
#include "api/registrations.h"
#include "api/resource_discoveries.h"
#include "api/resources.h"
#include "api/router.h"
#include "api/secret_lookup.h"
#include "api/services.h"
#include "api/verifications.h"
#include "app/addresses.h"
#include "app/admin_commands.h"
#include "app/admin_socket.h"
#include "app/audit_destinations.h"
#include "app/audit_parts.h"
#include "app/audit_shipper.h"
#include "app/data_directory.h"
#include "app/forecast_attention.h"
#include "app/jobs.h"
#include "app/listeners.h"
#include "app/management.h"
#include "app/network.h"
#include "app/notification_attention.h"
#include "app/provider_protection.h"
#include "app/safe_keeping_attention.h"
#include "app/security_token.h"
#include "app/server_metrics.h"
#include "app/server_parts.h"
#include "app/upkeep.h"
#include "audit/trail.h"
#include "crypto/uuid.h"
#include "http/server.h"

namespace strongroom::app {

// What serves. Members are destroyed from bottom to top, and before all of the parts: what stands
// lower may use what stands higher, and any part, while it lives.
class Server::Impl : private ServerParts {
 public:
  Impl(Config config, const Surroundings& surroundings, DataDirectory directory)
      : ServerParts(std::move(config), surroundings, std::move(directory)) {}
  ~Impl() { stop(Milliseconds{0}); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status build() {
    STRONGROOM_TRY(network_, read_network(config_, credentials_directory_));
    STRONGROOM_TRY(tokens_, open_security_token(config_, credentials_directory_, log_));
    STRONGROOM_CHECK(open_data());
    STRONGROOM_CHECK(load_vault());
    build_flows(facts_.public_url);
    STRONGROOM_CHECK(build_sign_on(facts_.public_url));
    build_keys();
    STRONGROOM_CHECK(settle_journal());
    STRONGROOM_CHECK(build_domain(facts_.public_url));
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
    note("The service providers of the directory were not taken; those from before stay.",
         own_providers_->reload());
  }

  // Also after a start that failed half-way: what is there stops while all of it is still there.
  void stop(Milliseconds patience) {
    if (stopping_.exchange(true)) return;  // /readyz says so from now on
    jobs_.reset();
    refreshing_.stop();
    // Whoever waits for a turn is told so now, while there still are connections to say it on.
    if (gates_) gates_->close();
    admin_socket_.reset();
    const BootTime end = clock_.boot_now() + patience;
    if (server_) server_->stop(patience);
    const Milliseconds left = std::max(end - clock_.boot_now(), Milliseconds{0});
    if (retrievals_ && !retrievals_->drain(left)) {
      log_.warning("Token requests were still under way.");
    }
    // First: a worker may still be about to send a token request.
    if (workers_) workers_->stop();
    if (token_workers_) token_workers_->stop();
    if (started_) {
      write_sessions_back();
      note("When access was used last could not be written.", robot_access_->write_uses());
      note("When access to secrets was used last could not be written.",
           secret_access_->write_uses());
    }
    if (lookups_) lookups_->write_denials(true);
    if (shipper_) shipper_->stop();
    if (notifier_) notifier_->stop();
    http_client_.reset();  // ends those, while everybody whom they tell is still there
    if (trail_) note("Audit events wait in the outbox for the next start.", trail_->flush());
    if (management_) management_->stop(Milliseconds{0});
  }

 private:
  // Who is told of events, and what somebody should look at.
  Status build_sinks() {
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
    attention_.push_back(provider_attention(*faults_, index_));
    attention_.push_back(recovery_attention(*root_keys_, log_));
    attention_.push_back(
        backup_attention(*backups_, clock_, config_.text("profile") == "production"));
    attention_.push_back(restore_attention(*suspensions_, *restored_clients_, log_));
    attention_.push_back(forecast_attention(*forecasts_, clock_, log_));
    attention_.push_back(notification_attention(*notifier_));
    return {};
  }

  Status build_api() {
    STRONGROOM_CHECK(build_sinks());
    build_services();
    failed_attempts_.emplace(clock_);
    lookup_route_.emplace(*lookups_, *robot_proofs_, *failed_attempts_, clock_);
    const auto look_up = [this](const http::Request& request, http::Responder responder,
                                std::string_view id, const Uuid& request_id) {
      lookup_route_->answer(request, std::move(responder), id, request_id);
    };
    authorization_header_route_.emplace(*lookups_, *robot_proofs_, *failed_attempts_, clock_);
    const auto authorize = [this](const http::Request& request, http::Responder responder,
                                  std::string_view id, const Uuid& request_id) {
      authorization_header_route_->answer(request, std::move(responder), id, request_id);
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
    STRONGROOM_CHECK(api::add_forecast_routes(*services_, *forecasts_, routes));
    STRONGROOM_CHECK(api::add_verification_routes(*verifications_, routes));
    STRONGROOM_CHECK(api::add_resource_discovery_route(*resource_discovery_, routes));
    STRONGROOM_CHECK(api::add_registration_routes(*registrations_, routes));
    STRONGROOM_CHECK(api::add_calendar_routes(
        {*services_, people_->calendar_feeds(), *forecasts_, *failed_attempts_}, routes));
    router_.emplace(api::Router::Parts{
        .raw_routes = {{"GET", "/api/v1/lookup/oauth-clients", look_up},
                       {"GET", "/api/v1/lookup/oauth-clients/{id}", look_up},
                       {"POST", "/api/v1/lookup/oauth-clients/{id}/authorization-header",
                        authorize},
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

  void build_services() {
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
                                    *departures_,
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
                                    attention_,
                                    *notification_targets_,
                                    *own_providers_});
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
    // Before anybody is served: after an upgrade there may be a great many of them.
    note("What the catalogue says of refresh tokens could not be stored.",
         forecasts_->apply_catalogue());
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
    notifier_->start();
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
    auto metrics = server_metrics({*server_,        *router_,
                                   *lookups_,       *launches_,
                                   *retrievals_,    *revocations_,
                                   *trail_,         *people_,
                                   index_,          *workers_,
                                   *token_workers_, certificate_.expiry(),
                                   *expiries_,      *forecasts_,
                                   *kills_,         *secret_lookups_,
                                   *backups_,       *shipper_,
                                   *gates_,         *faults_,
                                   *notifier_,      *verification_schedule_});
    refreshing_.add_metrics(metrics);
    return metrics;
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
                                           *forecasts_,
                                           *issuer_discovery_,
                                           *registrations_,
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
                                           *gates_,
                                           *own_providers_,
                                           *verification_schedule_,
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

  std::atomic<bool> started_{false};
  std::atomic<bool> stopping_{false};
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
  std::optional<api::AuthorizationHeaderRoute> authorization_header_route_;
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
  STRONGROOM_TRY(DataDirectory directory,
                 DataDirectory::open(config.text("data.directory"), surroundings.log));
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
