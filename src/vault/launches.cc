#include "vault/launches.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "crypto/bearer_key.h"
#include "crypto/uuid.h"
#include "vault/basic_engine.h"
#include "vault/launch_errors.h"
#include "vault/launch_pending.h"
#include "vault/lookup_errors.h"
#include "vault/token_choice.h"
#include "vault/token_key.h"

namespace strongroom::vault {
namespace {

// What people read; the runner is told what it is told of a robot that it may not launch.
constexpr std::string_view kRestricted = "key_restricted";
constexpr std::string_view kKilled = "killed";

std::optional<crypto::Sha256Digest> shown_by(const LaunchQuestion& question) {
  if (question.proven) return question.proven;
  return crypto::bearer_key_hash(crypto::kRobotKeyPrefix, question.robot_key);
}

std::optional<std::int64_t> most_uses(const Launch& launch) {
  return launch.terms ? launch.terms->max_uses() : std::nullopt;
}

// One use for each token, as in a look-up; all of them or none.
bool take_uses(const Launch& launch) {
  const auto most = most_uses(launch);
  if (!most) return true;
  for (std::size_t taken = 0; taken < launch.inputs.size(); ++taken) {
    if (launch.uses->take(*most)) continue;
    for (; taken > 0; --taken) launch.uses->give_back();
    return false;
  }
  return true;
}

void give_uses_back(const Launch& launch) {
  if (!most_uses(launch)) return;
  for (std::size_t i = 0; i < launch.inputs.size(); ++i) launch.uses->give_back();
}

}  // namespace

Status Launches::check_key(const LaunchQuestion& question) const {
  const auto hash = shown_by(question);
  if (hash && context_.index.robot_by_key(*hash)) return {};
  return unauthenticated();
}

void Launches::ask(const LaunchQuestion& question, Ready ready) {
  auto pending = std::make_shared<Pending>(std::move(ready));
  Launch& launch = pending->launch;
  // Read before anything else is: a right that is taken away from here on changes it.
  launch.rights_epoch = context_.index.rights_epoch();
  const auto hash = shown_by(question);
  const auto key = hash ? context_.index.robot_by_key(*hash) : std::nullopt;
  if (!key) return fail(pending, unauthenticated());
  if (const auto wait = lookups_.rates().take(key->robot->id, context_.clock.boot_now())) {
    return fail(pending,
                Error{Code::kRateLimited, "This runner asks too often.", {}, "rate_limited"}.with(
                    "retry_after", std::chrono::ceil<Seconds>(*wait).count()));
  }
  key->uses->note(context_.clock.now(), question.peer);
  launch.runner = key->robot->id;
  launch.key = key->id;
  launch.key_hash = *hash;
  launch.peer = question.peer;
  launch.request_id = question.request_id;
  launch.terms = key->terms;
  launch.uses = key->uses;
  pending->asked_name = plain_excerpt(question.robot);
  ask_with(*key, pending, question.robot);
}

// The key is good; what is to be launched with it is looked at.
void Launches::ask_with(const RobotKeyEntry& key, const Shared& pending, std::string_view robot) {
  Launch& launch = pending->launch;
  const auto served = context_.index.served_by(*key.robot, robot);
  launch.robot = served.robot;
  // Of whichever robot was named: a canary among its inputs is an alarm, whatever the answer.
  if (served.named) read_inputs(served.named->id, launch);
  if (context_.index.basic_engine_is_forbidden()) {
    return deny(pending, basic_engine_forbidden(), to_text(Undeliverable::kForbidden));
  }
  if (!served.robot) return deny(pending, no_such_launch(), served.why);
  if (!launch.robot->is_basic_engine) return deny(pending, no_such_launch(), "not_basic_engine");
  if (!may_go(key, pending)) return;
  const std::size_t count = launch.inputs.size();
  // Each token costs what a look-up of it would. Who owes for them waits the longer the next time.
  if (count > 1) lookups_.rates().charge(launch.runner, count - 1, context_.clock.boot_now());
  pending->failures.resize(count);
  pending->unwritten.resize(count);
  pending->outstanding = count + 1;  // this one goes last, whatever is answered at once
  for (std::size_t i = 0; i < count; ++i) decide(pending, i, false);
  settled(pending, count, std::nullopt);
}

void Launches::read_inputs(RobotId robot, Launch& launch) const {
  const auto inputs = context_.index.inputs_of(robot);
  if (!inputs) return;
  launch.inputs.reserve(inputs->size());
  for (const InputEntry& input : *inputs) {
    auto found = context_.index.find(input.client);
    auto token = found.client ? found.client->token : nullptr;
    launch.inputs.push_back({input, std::move(found), std::move(token)});
  }
}

// False: it was denied.
bool Launches::may_go(const RobotKeyEntry& key, const Shared& pending) {
  const Launch& launch = pending->launch;
  if (key.killed_by || context_.index.kill_of(*launch.robot)) {
    deny(pending, no_such_launch(), kKilled);
    return false;
  }
  // Before anything is retrieved with it; take_uses() decides.
  const auto most = most_uses(launch);
  const auto wanted = static_cast<std::int64_t>(launch.inputs.size());
  if (most && launch.uses->counted() + wanted > *most) {
    deny(pending, no_such_launch(), kRestricted);
    return false;
  }
  for (std::size_t i = 0; i < launch.inputs.size(); ++i) {
    const LaunchInput& input = launch.inputs[i];
    if (launch.terms &&
        !launch.terms->permit(launch.peer, input.entry.client, context_.clock.now())) {
      deny(pending, no_such_launch(), kRestricted, i);
      return false;
    }
    const auto why =
        why_not_delivered(context_.index, launch.robot->project, input.entry, input.found);
    if (!why) continue;
    deny(pending, input_not_deliverable(input.entry.name, *why), to_text(*why), i);
    return false;
  }
  return true;
}

void Launches::decide(const Shared& pending, std::size_t input, bool was_retrieved) {
  const LaunchInput& wanted = pending->launch.inputs[input];
  TokenChoice choice = choose_token(context_.clock, wanted.token.get(), *wanted.found.target_system,
                                    {.min_ttl = {}, .was_retrieved = was_retrieved});
  switch (choice.what) {
    case TokenChoice::What::kServe:
      return settled(pending, input, std::nullopt);
    case TokenChoice::What::kRefuse:
      return settled(pending, input, std::move(choice.why_not));
    case TokenChoice::What::kRetrieve:
      break;
  }
  retrievals_.retrieve(
      {wanted.entry.client, {}}, std::nullopt,
      [this, pending, input](const RetrievalResult& result) { retrieved(pending, input, result); });
}

// A living token is delivered, whatever happened to its renewal; but not one that was dropped
// meanwhile.
void Launches::retrieved(const Shared& pending, std::size_t input, const RetrievalResult& result) {
  LaunchInput& wanted = pending->launch.inputs[input];
  if (result) {
    wanted.token = *result;
    return decide(pending, input, true);
  }
  const auto now = context_.index.find(wanted.entry.client).client;
  wanted.token = now ? now->token : nullptr;
  if (wanted.token && lives(context_.clock, *wanted.token)) return decide(pending, input, true);
  settled(pending, input, for_a_robot(result.error()));
}

void Launches::settled(const Shared& pending, std::size_t input, std::optional<Error> failure) {
  if (failure) pending->failures[input] = std::move(failure);
  if (pending->outstanding.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  const auto& failures = pending->failures;
  for (std::size_t i = 0; i < failures.size(); ++i) {
    if (!failures[i]) continue;
    return fail(pending, of_input(*failures[i], pending->launch.inputs[i].entry.name));
  }
  deliver(pending);
}

// What was taken away while tokens were retrieved is not written down as delivered first.
void Launches::deliver(const Shared& pending) {
  Launch& launch = pending->launch;
  if (const Status still = decide_again(launch); !still) {
    if (still.error().code == Code::kUnauthenticated) return fail(pending, still.error());
    return deny(pending, still.error(), "rights_changed");
  }
  if (!take_uses(launch)) return deny(pending, no_such_launch(), kRestricted);
  if (launch.inputs.empty()) return pending->ready(std::move(launch));
  pending->outstanding = launch.inputs.size();
  for (std::size_t i = 0; i < launch.inputs.size(); ++i) {
    audit::Event happened = event(launch, audit::Action::kBasicEngineDelivered, &launch.inputs[i]);
    happened.counts_use = most_uses(launch).has_value();
    happened.fingerprint = launch.inputs[i].token->fingerprint;
    append(launch, happened, launch.inputs[i],
           [this, pending, i](const Status& durable) { recorded(pending, i, durable); });
  }
}

// `happened`, and the alarm, if the input is a canary: both are durable, or neither.
void Launches::append(const Launch& launch, const audit::Event& happened, const LaunchInput& input,
                      audit::Trail::Done done) {
  if (!is_canary(input)) return context_.trail.append(happened, std::move(done));
  audit::Event touched = alarm_of(launch, input);
  touched.fingerprint = happened.fingerprint;
  context_.trail.append(happened, touched, std::move(done));
}

// Nothing leaves before all of them are durable (invariant 6).
void Launches::recorded(const Shared& pending, std::size_t input, const Status& durable) {
  if (!durable) pending->unwritten[input] = durable.error();
  if (pending->outstanding.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  const auto& unwritten = pending->unwritten;
  const auto failed = std::ranges::find_if(unwritten, [](const auto& one) { return !!one; });
  if (failed == unwritten.end()) return pending->ready(std::move(pending->launch));
  give_uses_back(pending->launch);
  refuse(pending, audit_unavailable(**failed));  // the alarms were made with the events
}

audit::Event Launches::event(const Launch& launch, audit::Action action,
                             const LaunchInput* input) const {
  const WallTime now = context_.clock.now();
  audit::Event happened{.id = crypto::make_uuid(now, context_.random), .at = now, .action = action};
  happened.actor_kind = audit::ActorKind::kRobot;
  happened.actor_id = launch.robot ? launch.robot->id.uuid : launch.runner.uuid;
  if (launch.robot) happened.runner_id = launch.runner.uuid;
  happened.key_id = launch.key.uuid;
  happened.peer = launch.peer;
  happened.request_id = launch.request_id;
  if (launch.robot) happened.project_id = launch.robot->project.uuid;
  if (input == nullptr) return happened;
  happened.subject_id = input->entry.client.uuid;
  // The label of a client that went to another project is for those who see that one.
  const auto& client = input->found.client;
  const bool is_at_home = client && launch.robot && client->project == launch.robot->project;
  happened.subject_name = is_at_home ? client->label : input->entry.name;
  return happened;
}

LaunchCounters Launches::counters() const {
  return {.delivered = delivered_.load(std::memory_order_relaxed),
          .denied = denied_.load(std::memory_order_relaxed),
          .failed = failed_.load(std::memory_order_relaxed)};
}

}  // namespace strongroom::vault
