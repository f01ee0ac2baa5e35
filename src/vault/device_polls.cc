// One poll of a provider, and what comes of it.

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "crypto/uuid.h"
#include "storage/authorization_rows.h"
#include "vault/destination.h"
#include "vault/device_sign_ins.h"
#include "vault/dpop_keys.h"
#include "vault/sign_in_attempt.h"
#include "vault/stored.h"
#include "vault/target_system_faults.h"

namespace strongroom::vault {
namespace {

using oauth::DevicePoll;
using oauth::SignInCause;
using storage::Snapshot;
using storage::Transaction;

Seconds interval_of(const SignInFlow& flow) { return flow.device->prompt.interval; }

// Nothing will be otherwise until somebody does something, and then it is another sign-in.
bool is_final(const Error& error) {
  return error.code == Code::kConflict || error.code == Code::kInvalidArgument ||
         error.code == Code::kNotFound || error.code == Code::kPermissionDenied;
}

}  // namespace

// Errors: kNotFound: it is none of these, or not under way any more.
Result<std::shared_ptr<SignIns::Attempt>> DeviceSignIns::load(AuthorizationId id) {
  auto attempt = std::make_shared<Attempt>();
  storage::SignInFlowRow flow_row;
  const Status was_read = context_.store.read([&](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(auto row, storage::find_authorization(snapshot, id.uuid));
    if (!row || row->state != to_text(AuthorizationState::kStarted)) return no_such_thing();
    STRONGROOM_TRY(auto flow, storage::find_flow_of_authorization(snapshot, id.uuid));
    if (!flow) return no_such_thing();
    STRONGROOM_TRY(attempt->parties,
                   read_sign_in_parties(context_, snapshot, OAuthClientId{row->oauth_client_id}));
    attempt->row = *std::move(row);
    flow_row = *std::move(flow);
    return {};
  });
  if (!was_read) return was_read.error();
  const ProjectId project = attempt->parties.project();
  STRONGROOM_TRY(attempt->flow, open_flow(context_.sealer, project, flow_row));
  if (!attempt->flow.device) return no_such_thing();
  STRONGROOM_TRY(attempt->details, open_details(context_.sealer, project, attempt->row));
  attempt->opener.kind = audit::ActorKind::kUser;
  attempt->opener.id = attempt->row.asker_id;
  return attempt;
}

// On a worker.
void DeviceSignIns::poll(AuthorizationId id) {
  auto loaded = load(id);
  if (!loaded && loaded.error().code == Code::kUnavailable) return wait_on(id, {.timed_out = true});
  if (!loaded) {
    if (loaded.error().code != Code::kNotFound) {
      context_.log.failed("A sign-in was damaged.", loaded.error(), {{"authorization", id.uuid}});
    }
    return forget(id);
  }
  std::shared_ptr<Attempt> attempt = *std::move(loaded);
  if (attempt->row.expires_at <= context_.clock.now()) {
    return end(*attempt, name_of(SignInCause::kCodeExpired));
  }
  const ProviderEndpoint endpoint = provider_endpoint(context_.catalogue, attempt->parties.system);
  if (context_.gates == nullptr || endpoint.host.empty()) return ask(std::move(attempt));
  const GateVisitor who{.token = {OAuthClientId{attempt->parties.client.id}},
                        .project = attempt->parties.project(),
                        .service_provider = attempt->parties.system.service_provider};
  context_.gates->enter(endpoint, who, Urgency::kLookup,
                        [this, attempt = std::move(attempt)](Result<GatePass> pass) mutable {
                          if (!pass) return wait_on(attempt->id(), {.timed_out = true});
                          attempt->pass = *std::move(pass);
                          ask(std::move(attempt));
                        });
}

// The code goes only where it came from.
Status DeviceSignIns::prepare(Attempt& attempt) {
  STRONGROOM_CHECK(check_can_sign_in(attempt.parties));
  STRONGROOM_TRY(attempt.plan,
                 build_device_polls(context_, OAuthClientId{attempt.parties.client.id},
                                    attempt.flow.device->code, attempt.flow.tenant));
  if (attempt.plan.destination == attempt.flow.destination &&
      attempt.parties.system.consumer_key == attempt.flow.consumer_key) {
    return {};
  }
  return Error{Code::kConflict, "The settings were changed meanwhile."};
}

void DeviceSignIns::ask(std::shared_ptr<Attempt> attempt) {
  const Status prepared = prepare(*attempt);
  if (!prepared) {
    context_.log.failed("Whether a code was approved could not be asked.", prepared.error(),
                        {{"oauth_client", attempt->parties.client.id}});
    if (is_final(prepared.error())) return end(*attempt, name_of(SignInCause::kSettingsChanged));
    return wait_on(attempt->id(), {.timed_out = true});
  }
  const WallTime now = context_.clock.now();
  attempt->rights_epoch = context_.index.rights_epoch();
  attempt->intent = {.id = crypto::make_uuid(now, context_.random),
                     .kind = GrantKind::kCode,
                     .client = OAuthClientId{attempt->parties.client.id},
                     .project = attempt->parties.project(),
                     .resource = {},
                     .authorization = attempt->row.id,
                     .epoch = 0,  // nothing of the client stops for it yet
                     .generation = 0,
                     .destination = attempt->plan.destination,
                     .at = now};
  if (const Status begun = journal_.begin(attempt->intent); !begun) {
    context_.log.failed("Whether a code was approved could not be asked.", begun.error());
    return wait_on(attempt->id(), {.timed_out = true});
  }
  send(std::move(attempt));
}

void DeviceSignIns::send(std::shared_ptr<Attempt> attempt) {
  oauth::TokenRequest request = std::move(attempt->plan.requests.at(attempt->next++));
  attempt->seen = request.seen = std::make_shared<oauth::SeenExchange>();
  attempt->sent_at = context_.clock.now();
  attempt->sent_at_boot = context_.clock.boot_now();
  oauth::ProvedKey proved = attempt->plan.key;
  token_client_.request_raw(
      std::move(request),
      [this, attempt = std::move(attempt)](oauth::RawResult raw) mutable {
        const auto answer = std::make_shared<oauth::RawResult>(std::move(raw));
        if (workers_([this, attempt, answer] { received(attempt, std::move(*answer)); })) return;
        // The server stops, and nobody else needs this thread: what came is kept for its next
        // start.
        if (*answer) (void)journal_.answered(attempt->intent.id, (*answer)->response);
        context_.log.warning("A sign-in with a code was cut off by a stop.");
      },
      std::move(proved));
}

// On a worker.
void DeviceSignIns::received(std::shared_ptr<Attempt> attempt, oauth::RawResult raw) {
  if (!raw) return refused(std::move(attempt), raw.error(), DevicePoll::kOther);
  if (const Status kept = journal_.answered(attempt->intent.id, raw->response); !kept) {
    context_.log.failed("An answer could not be made durable; it is used all the same.",
                        kept.error());
  }
  const oauth::TokenResult result = oauth::read_answer(raw->response, raw->reading);
  if (!result) {
    const DevicePoll said = oauth::read_device_poll(raw->response, raw->reading);
    return refused(std::move(attempt), result.error(), said);
  }
  attempt->pass.note(nullptr);
  if (context_.faults != nullptr) context_.faults->note_accepted(attempt->plan.target_system);
  attempt->answer = *std::move(raw);
  attempt->done = [this, id = attempt->id()](const Result<AuthorizationId>&) { forget(id); };
  sign_ins_.accept(std::move(attempt));
}

void DeviceSignIns::refused(std::shared_ptr<Attempt> attempt, const oauth::TokenFailure& failure,
                            DevicePoll said) {
  const bool is_other = said == DevicePoll::kOther;
  attempt->pass.note(is_other ? &failure : nullptr);  // the others answer as they are asked
  if (is_other && oauth::is_of_credential(failure.cause) &&
      attempt->next < attempt->plan.requests.size()) {
    return send(std::move(attempt));
  }
  journal_.done(attempt->intent.id);
  switch (said) {
    case DevicePoll::kPending:
      return wait_on(attempt->id(), {.interval = interval_of(attempt->flow)});
    case DevicePoll::kSlowDown:
      return slow_down(*attempt, failure.retry_after.value_or(Seconds{0}));
    case DevicePoll::kDenied:
      return end(*attempt, name_of(SignInCause::kConsentRefused));
    case DevicePoll::kExpired:
      return end(*attempt, name_of(SignInCause::kCodeExpired));
    case DevicePoll::kOther:
      break;
  }
  context_.log.failed("A code was not traded in.", oauth::as_error(failure),
                      {{"oauth_client", attempt->parties.client.id}});
  const oauth::CauseFacts& facts = oauth::facts_of(failure.cause);
  if (!facts.transient) return end(*attempt, facts.name.view());
  wait_on(attempt->id(), {.pause = failure.retry_after.value_or(Seconds{0}), .timed_out = true});
}

// For good, so it is written down (section 3.5); what the answer asks for besides counts once.
void DeviceSignIns::slow_down(Attempt& attempt, Seconds pause) {
  Seconds& interval = attempt.flow.device->prompt.interval;
  interval += oauth::kSlowDownStep;
  const auto sealed =
      seal_flow(context_.sealer, attempt.parties.project(), attempt.id(), attempt.flow);
  const Status written = sealed ? context_.store.write([&](Transaction& tx) {
    return storage::update_sealed_flow(tx, attempt.row.id, *sealed);
  })
                                : Status(sealed.error());
  if (!written) {
    context_.log.failed("A longer interval could not be written down.", written.error());
  }
  wait_on(attempt.id(), {.interval = interval, .pause = pause});
}

void DeviceSignIns::end(Attempt& attempt, std::string_view cause) {
  static_cast<void>(sign_ins_.fail(attempt, cause));
  forget(attempt.id());
}

Result<bool> DeviceSignIns::settle(const JournalIntent& intent,
                                   std::optional<oauth::TokenAnswer> answer) {
  auto loaded = load(AuthorizationId{intent.authorization});
  if (!loaded && loaded.error().code == Code::kNotFound) return false;
  if (!loaded) return loaded.error();
  if (!answer) return true;  // the next poll asks again
  std::shared_ptr<Attempt> attempt = *std::move(loaded);
  STRONGROOM_TRY(oauth::Expectation expectation, code_expectation(context_, intent.client));
  oauth::AnswerReading reading{.expectation = std::move(expectation)};
  STRONGROOM_TRY(reading.bound_to, expected_binding(context_, intent.client));
  const oauth::TokenResult tokens = oauth::read_answer(*answer, reading);
  if (!tokens) return true;
  const TargetSystem& system = attempt->parties.system;
  const bool same_settings =
      destination_digest(context_.catalogue, system) == attempt->flow.destination &&
      system.consumer_key == attempt->flow.consumer_key;
  if (!same_settings) {
    STRONGROOM_CHECK(sign_ins_.fail(*attempt, name_of(SignInCause::kSettingsChanged)));
    return true;
  }
  attempt->intent = intent;
  attempt->plan.destination = intent.destination;
  attempt->sent_at = intent.at;
  attempt->sent_at_boot = answer->sent_at_boot;
  attempt->answer = oauth::RawAnswer{*std::move(answer), std::move(reading)};
  // Nobody asks again with the code that is used up, also while the store cannot take the tokens.
  (*turns_.lock())[attempt->id()] = Turn{.ends_at = WallTime::max(), .is_under_way = true};
  attempt->done = [this, id = attempt->id()](const Result<AuthorizationId>&) { forget(id); };
  sign_ins_.accept(std::move(attempt));
  return true;
}

}  // namespace strongroom::vault
