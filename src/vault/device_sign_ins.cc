#include "vault/device_sign_ins.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "catalogue/settings.h"
#include "crypto/uuid.h"
#include "oauth/authorization_request.h"
#include "storage/authorization_rows.h"
#include "vault/destination.h"
#include "vault/lookup_index.h"
#include "vault/reach.h"
#include "vault/sign_in_attempt.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::Snapshot;
using storage::Transaction;

Error changed_meanwhile() {
  return Error{Code::kConflict,
               "The target system was changed while the service provider was asked for a code.",
               {},
               "settings_changed"};
}

// For what is found by a hash, and never asked for.
std::string hash_of_random(crypto::Random& random) {
  const oauth::State text = oauth::new_state(random);
  return hash_of(text.reveal());
}

}  // namespace

// A code that was asked for.
struct DeviceSignIns::Start {
  Actor actor;
  SignInParties parties = {};
  std::string asker_name = {};
  std::string tenant = {};
  TokenRequests plan = {};
  std::size_t next = 0;
  Started done = {};
  GatePass pass = {};

  OAuthClientId client() const { return OAuthClientId{parties.client.id}; }
  void end(Result<AuthorizationId> result) { std::exchange(done, {})(std::move(result)); }
};

DeviceSignIns::DeviceSignIns(Context& context, oauth::TokenClient& token_client, Journal& journal,
                             SignIns& sign_ins, Executor workers)
    : context_(context),
      token_client_(token_client),
      journal_(journal),
      sign_ins_(sign_ins),
      workers_(std::move(workers)) {}

Result<bool> DeviceSignIns::serves(const Actor& actor, OAuthClientId client) {
  STRONGROOM_CHECK(actor.need(Permission::kRetrieve));
  return storage::read<bool>(context_.store, [&](Snapshot& snapshot) -> Result<bool> {
    STRONGROOM_CHECK(check_reach(snapshot, actor, Permission::kRetrieve, client));
    STRONGROOM_TRY(const SignInParties parties, read_sign_in_parties(context_, snapshot, client));
    return parties.system.grant == GrantFlow::kDeviceCode;
  });
}

void DeviceSignIns::start(const Actor& actor, OAuthClientId client, Started done) {
  auto start = std::make_shared<Start>(Start{.actor = actor});
  const auto prepared = [&]() -> Status {
    STRONGROOM_CHECK(actor.need(Permission::kRetrieve));
    STRONGROOM_CHECK(need_writable_audit(context_));
    const Status was_read = context_.store.read([&](Snapshot& snapshot) -> Status {
      STRONGROOM_CHECK(check_reach(snapshot, actor, Permission::kRetrieve, client));
      STRONGROOM_TRY(start->parties, read_sign_in_parties(context_, snapshot, client));
      STRONGROOM_TRY(start->asker_name, name_of_user(snapshot, actor.id));
      return {};
    });
    if (!was_read) return was_read.error();
    STRONGROOM_CHECK(check_can_sign_in(start->parties));
    if (start->parties.system.grant == GrantFlow::kDeviceCode) return {};
    return Error{Code::kConflict,
                 "For this client somebody signs in with a browser, not with a code.",
                 {},
                 "no_device_code"};
  }();
  if (!prepared) return done(prepared.error());
  start->done = std::move(done);
  const TargetSystem& system = start->parties.system;
  const ProviderEndpoint endpoint = provider_endpoint(context_.catalogue, system);
  if (context_.gates == nullptr || endpoint.host.empty()) return request(std::move(start));
  const GateVisitor who{.token = {client},
                        .project = start->parties.project(),
                        .service_provider = system.service_provider};
  context_.gates->enter(endpoint, who, Urgency::kPerson,
                        [this, start = std::move(start)](Result<GatePass> pass) mutable {
                          if (!pass) return start->end(std::move(pass).error());
                          start->pass = *std::move(pass);
                          request(std::move(start));
                        });
}

// On a worker, when it is the turn; then again where the credential was not the right one.
void DeviceSignIns::request(std::shared_ptr<Start> start) {
  if (start->next == 0) {
    const auto built = [&]() -> Status {
      const SignInParties& parties = start->parties;
      STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context_, parties.system));
      STRONGROOM_TRY(start->tenant,
                     sign_in_tenant(provider, parties.system, parties.client.tenant));
      STRONGROOM_TRY(start->plan, build_device_requests(context_, start->client(), start->tenant));
      return {};
    }();
    if (!built) return start->end(built.error());
  }
  oauth::TokenRequest next = std::move(start->plan.requests.at(start->next++));
  token_client_.request_raw(
      std::move(next), [this, start = std::move(start)](oauth::RawResult raw) mutable {
        auto arrived = [this, start, raw = std::move(raw)]() mutable {
          answered(std::move(start), raw);
        };
        if (!workers_(std::move(arrived))) {
          context_.log.warning("A sign-in with a code was cut off by a stop.");
        }
      });
}

void DeviceSignIns::answered(std::shared_ptr<Start> start, const oauth::RawResult& raw) {
  auto device = raw ? oauth::read_device_authorization(*raw) : tl::unexpected(raw.error());
  start->pass.note(device ? nullptr : &device.error());
  if (device) return start->end(store(*start, *std::move(device)));
  const bool other_credential = oauth::is_of_credential(device.error().cause);
  if (other_credential && start->next < start->plan.requests.size()) {
    return request(std::move(start));
  }
  start->end(oauth::as_error(device.error()));
}

// From here on it goes on by itself, also after a restart.
Result<AuthorizationId> DeviceSignIns::store(Start& start, oauth::DeviceAuthorization device) {
  SignInParties& parties = start.parties;
  const TargetSystem& system = parties.system;
  const WallTime now = context_.clock.now();
  const Uuid id = crypto::make_uuid(now, context_.random);
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context_, system));
  STRONGROOM_TRY(const auto openid,
                 catalogue::expand_openid(provider, system.endpoint_parameters, start.tenant));
  STRONGROOM_TRY(const auto scopes, catalogue::sign_in_scopes(provider, system.scopes));
  const Seconds interval = device.interval;
  const WallTime ends_at = now + device.lifetime;
  SignInFlow flow;
  flow.openid_issuer = openid.issuer;
  flow.jwks_uri = openid.jwks_uri;
  flow.tenant = start.tenant;
  flow.consumer_key = system.consumer_key;
  flow.destination = start.plan.destination;
  flow.opener = start.actor.id;
  flow.device = DeviceFlow{
      .code = std::move(device.code),
      .prompt = {.user_code = std::move(device.user_code),
                 .verification_uri = std::move(device.verification_uri),
                 .verification_uri_complete = std::move(device.verification_uri_complete),
                 .interval = interval},
      .with_id_token = oauth::asks_for_id_token(scopes)};
  AuthorizationDetails details;
  details.asker_name = start.asker_name;
  details.opener = start.actor.id;
  storage::AuthorizationRow row{.id = id,
                                .oauth_client_id = parties.client.id,
                                .asker_id = start.actor.id,
                                .ticket_hash = hash_of_random(context_.random),
                                .state = std::string(to_text(AuthorizationState::kStarted)),
                                .sealed_details = {},
                                .sealed_answer = {},
                                .failure_cause = {},
                                .created_at = now,
                                .updated_at = now,
                                .expires_at = ends_at};
  // No browser comes back with either of these two.
  storage::SignInFlowRow flow_row{.state_hash = hash_of_random(context_.random),
                                  .authorization_id = id,
                                  .sealed_flow = {},
                                  .attempts = 0,
                                  .expires_at = ends_at};
  const ProjectId project = parties.project();
  STRONGROOM_CHECK(seal_details(context_.sealer, project, details, nullptr, row));
  STRONGROOM_TRY(flow_row.sealed_flow,
                 seal_flow(context_.sealer, project, AuthorizationId{id}, flow));
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(parties, read_sign_in_parties(context_, tx, start.client()));
    STRONGROOM_CHECK(check_can_sign_in(parties));
    if (context_.index.find(start.client()).killed_by) return stopped_by_a_kill();
    if (destination_digest(context_.catalogue, parties.system) != flow.destination ||
        parties.system.consumer_key != flow.consumer_key) {
      return changed_meanwhile();
    }
    STRONGROOM_CHECK(storage::cancel_open_authorizations(tx, parties.client.id, now));
    STRONGROOM_CHECK(storage::insert_authorization(tx, row));
    STRONGROOM_CHECK(storage::insert_sign_in_flow(tx, flow_row));
    return record(context_, tx, start.actor,
                  change_of(audit::Action::kAuthorizationStarted, parties));
  });
  if (!written) return written.error();
  begin_waiting(AuthorizationId{id}, interval, ends_at);
  return AuthorizationId{id};
}

Status DeviceSignIns::resume() {
  using Ids = std::vector<Uuid>;
  STRONGROOM_TRY(const Ids begun, storage::read<Ids>(context_.store, [](Snapshot& snapshot) {
                   return storage::authorizations_in_state(snapshot,
                                                           to_text(AuthorizationState::kStarted));
                 }));
  for (const Uuid& each : begun) {
    const AuthorizationId id{each};
    const auto attempt = load(id);
    if (attempt) {
      begin_waiting(id, (*attempt)->flow.device->prompt.interval, (*attempt)->row.expires_at);
    } else if (attempt.error().code == Code::kCorrupt) {
      context_.log.failed("A sign-in was damaged.", attempt.error(), {{"authorization", each}});
    } else if (attempt.error().code != Code::kNotFound) {
      return attempt.error();
    }
  }
  return {};
}

void DeviceSignIns::poll_due() {
  const BootTime now = context_.clock.boot_now();
  const WallTime today = context_.clock.now();
  std::vector<AuthorizationId> due;
  {
    const auto turns = turns_.lock();
    for (auto& [id, turn] : *turns) {
      if (turn.is_under_way || (now < turn.next_at && today < turn.ends_at)) continue;
      turn.is_under_way = true;
      due.push_back(id);
    }
  }
  for (const AuthorizationId id : due) {
    (void)workers_([this, id] { poll(id); });  // false: the server stops
  }
}

void DeviceSignIns::begin_waiting(AuthorizationId id, Seconds interval, WallTime ends_at) {
  turns_.lock()->try_emplace(id, Turn{.next_at = context_.clock.boot_now() + interval,
                                      .ends_at = ends_at,
                                      .interval = interval});
}

void DeviceSignIns::wait_on(AuthorizationId id, const Wait& wait) {
  const auto turns = turns_.lock();
  const auto found = turns->find(id);
  if (found == turns->end()) return;
  Turn& turn = found->second;
  turn.interval = std::max(turn.interval, wait.interval);
  turn.timeouts = wait.timed_out ? turn.timeouts + 1 : 0;
  // Whatever a provider asks for, it is asked once more before the code ends.
  const Milliseconds last = turn.ends_at - context_.clock.now() - turn.interval;
  const Milliseconds pause = std::min<Milliseconds>(wait.pause, last);
  turn.next_at = context_.clock.boot_now() +
                 std::max<Milliseconds>(oauth::poll_pause(turn.interval, turn.timeouts), pause);
  turn.is_under_way = false;
}

void DeviceSignIns::forget(AuthorizationId id) { turns_.lock()->erase(id); }

}  // namespace strongroom::vault
