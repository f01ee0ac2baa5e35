#include "vault/secret_lookup.h"

#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "vault/kill.h"
#include "vault/lookup_errors.h"
#include "vault/secret_record.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

// What people read; the robot is told what it is told of a secret that it may not read.
constexpr std::string_view kUnknown = "unknown_secret";
constexpr std::string_view kNoAccess = "no_access";
constexpr std::string_view kRestricted = "key_restricted";
constexpr std::string_view kKilled = "killed";
constexpr std::string_view kKeyRevoked = "key_revoked";
constexpr std::string_view kValueChanged = "value_changed";
// The event of the value that stands beside the current one.
constexpr std::string_view kNext = "next_value";

audit::AskedNames asked_names(const LookupQuestion& asked) {
  return {plain_excerpt(asked.project), plain_excerpt(asked.target_system),
          plain_excerpt(asked.label)};
}

}  // namespace

// A look-up on its way. Owns copies of what outlives ask().
struct SecretLookups::Asked {
  Ready ready;
  SecretHandout handout;
};

void SecretLookups::ask(const SecretQuestion& question, Ready ready) {
  auto asked = std::make_unique<Asked>(Asked{std::move(ready), {}});
  auto admitted = lookups_.admit(question.asked);
  if (!admitted) return asked->ready(std::move(admitted).error());
  const RobotKeyEntry& key = admitted->key;
  SecretHandout& handout = asked->handout;
  handout.key = key.id;
  handout.key_hash = admitted->key_hash;
  handout.terms = key.terms;
  handout.uses = key.uses;
  handout.robot = key.robot->id;
  handout.peer = question.asked.peer;
  handout.request_id = question.asked.request_id;
  NamedSecret named = find(question);
  handout.secret = std::move(named.secret);
  handout.old_label_until = named.old_label_until;
  LookupQuestion names = question.id ? LookupQuestion{} : question.asked;
  std::shared_ptr<const RobotEntry> robot = key.robot;
  if (question.asked.in_the_name_of) {
    const auto served = context_.index.served_by(*key.robot, *question.asked.in_the_name_of);
    if (!served.robot) return deny(std::move(asked), names, served.why);
    robot = served.robot;
    handout.runner = key.robot->id;
    handout.robot = robot->id;
  }
  const std::string_view why_not = what_keeps_out(*robot, key, handout);
  if (!why_not.empty()) return deny(std::move(asked), names, why_not);
  hand_out(std::move(asked));
}

// A secret whose project or target system was deleted is not there either.
NamedSecret SecretLookups::find(const SecretQuestion& question) const {
  if (question.id) {
    const auto secret = index_.find(*question.id);
    if (!secret) return {};
    const auto home = context_.index.home_of(secret->project, secret->target_system);
    return home.project ? NamedSecret{secret} : NamedSecret{};
  }
  const auto home = context_.index.home_of(question.asked.project, question.asked.target_system);
  const std::string label_key = name_key(question.asked.label);
  if (!home.project) return {};
  return index_.find(home.project->id, home.target_system->id, label_key, context_.clock.now());
}

// For people; empty: nothing does. Notes the rule that lets the robot in.
std::string_view SecretLookups::what_keeps_out(const RobotEntry& robot, const RobotKeyEntry& key,
                                               SecretHandout& handout) const {
  if (!handout.secret) return kUnknown;
  const SecretEntry& secret = *handout.secret;
  const AccessEntry* const rule = reading_rule(robot, secret);
  if (rule == nullptr) return kNoAccess;
  handout.rule = rule->id;
  const auto most = key.terms ? key.terms->max_uses() : std::nullopt;
  if (most && key.uses->counted() >= *most) return kRestricted;
  // A key that is for some OAuth clients alone is for no secret.
  const OAuthClientId as_client{secret.id.uuid};
  if (key.terms && !key.terms->permit(handout.peer, as_client, context_.clock.now())) {
    return kRestricted;
  }
  const auto home = context_.index.home_of(secret.project, secret.target_system);
  const bool is_killed = key.killed_by || context_.index.kill_of(robot) || home.killed_by;
  return is_killed ? kKilled : std::string_view();
}

void SecretLookups::extract(const Actor& actor, SecretId id, Ready ready) {
  auto asked = std::make_unique<Asked>(Asked{std::move(ready), {}});
  if (const Status may = actor.need(Permission::kExtract); !may) {
    return fail(std::move(asked), may.error());
  }
  SecretHandout& handout = asked->handout;
  handout.person = actor;
  handout.peer = actor.peer;
  handout.request_id = actor.request_id;
  SecretQuestion question;
  question.id = id;
  handout.secret = find(question).secret;
  if (!handout.secret) return fail(std::move(asked), no_such_thing());
  if (const Status may = check_person(handout); !may) return fail(std::move(asked), may.error());
  hand_out(std::move(asked));
}

// As it is now.
Status SecretLookups::check_person(const SecretHandout& handout) const {
  const auto now = index_.find(handout.secret->id);
  if (!now) return no_such_thing();
  STRONGROOM_CHECK(handout.person->need(Permission::kExtract, now->project.uuid));
  const auto home = context_.index.home_of(now->project, now->target_system);
  if (!home.project) return no_such_thing();
  if (home.killed_by) return stopped_by_a_kill();
  return {};
}

// Each value has an event of its own, with its fingerprint; the look-up counts once.
void SecretLookups::hand_out(std::unique_ptr<Asked> asked) {
  const auto limit = asked->handout.terms ? asked->handout.terms->max_uses() : std::nullopt;
  if (limit && !asked->handout.uses->take(*limit)) return deny(std::move(asked), {}, kRestricted);
  if (!asked->handout.secret->next) return hand_out_current(std::move(asked));
  audit::Event happened = event(asked->handout);
  happened.reason = kNext;
  happened.fingerprint = asked->handout.secret->next->fingerprint;
  context_.trail.append(happened, [this, asked = std::move(asked)](Status durable) mutable {
    if (durable) return hand_out_current(std::move(asked));
    if (asked->handout.terms && asked->handout.terms->max_uses()) asked->handout.uses->give_back();
    fail(std::move(asked), secret_audit_unavailable(durable.error()));
  });
}

void SecretLookups::hand_out_current(std::unique_ptr<Asked> asked) {
  const bool counts = asked->handout.terms && asked->handout.terms->max_uses();
  audit::Event happened = event(asked->handout);
  happened.counts_use = counts;
  happened.fingerprint = asked->handout.secret->current.fingerprint;
  context_.trail.append(happened, [this, counts, asked = std::move(asked)](Status durable) mutable {
    if (!durable) {
      if (counts) asked->handout.uses->give_back();
      return fail(std::move(asked), secret_audit_unavailable(durable.error()));
    }
    asked->ready(std::move(asked->handout));
  });
}

// The names are kept whatever the reason is, so that both cost the same (invariant 12).
void SecretLookups::deny(std::unique_ptr<Asked> asked, const LookupQuestion& question,
                         std::string_view reason) {
  audit::Event happened = event(asked->handout);
  happened.action = audit::Action::kLookupDenied;
  happened.outcome = audit::Outcome::kDenied;
  happened.reason = reason;
  happened.asked = asked_names(question);
  // As of a token: what is like a denial that is durable already is counted, unless nothing can be
  // written.
  if (context_.trail.writable() &&
      !lookups_.denials().is_first(happened, context_.clock.boot_now())) {
    denied_.fetch_add(1, std::memory_order_relaxed);
    return asked->ready(no_such_secret());
  }
  context_.trail.append(happened, [this, asked = std::move(asked)](Status durable) mutable {
    if (!durable) return fail(std::move(asked), secret_audit_unavailable(durable.error()));
    denied_.fetch_add(1, std::memory_order_relaxed);
    asked->ready(no_such_secret());
  });
}

void SecretLookups::fail(std::unique_ptr<Asked> asked, Error error) {
  failed_.fetch_add(1, std::memory_order_relaxed);
  asked->ready(std::move(error));
}

audit::Event SecretLookups::event(const SecretHandout& handout) const {
  const WallTime now = context_.clock.now();
  const bool is_person = handout.person.has_value();
  audit::Event happened{
      .id = crypto::make_uuid(now, context_.random),
      .at = now,
      .action = is_person ? audit::Action::kSecretExtracted : audit::Action::kSecretHandedOut};
  happened.actor_kind = is_person ? handout.person->kind : audit::ActorKind::kRobot;
  happened.actor_id = is_person ? handout.person->id : handout.robot.uuid;
  if (handout.runner) happened.runner_id = handout.runner->uuid;
  happened.key_id = is_person ? handout.person->key_id : handout.key.uuid;
  happened.peer = handout.peer;
  happened.request_id = handout.request_id;
  if (handout.secret) {
    happened.subject_id = handout.secret->id.uuid;
    happened.project_id = handout.secret->project.uuid;
    happened.subject_name = handout.secret->label;
  }
  return happened;
}

SecretLookupCounters SecretLookups::counters() const {
  return {.handed_out = handed_out_.load(std::memory_order_relaxed),
          .denied = denied_.load(std::memory_order_relaxed),
          .failed = failed_.load(std::memory_order_relaxed),
          .extracted = extracted_.load(std::memory_order_relaxed)};
}

Result<OpenedSecret> SecretLookups::collect(const SecretHandout& handout) {
  if (handout.person) {
    if (const Status may = check_person(handout); !may) {
      take_back(handout, {});
      failed_.fetch_add(1, std::memory_order_relaxed);
      return may.error();
    }
  }
  if (const std::string_view why = what_changed(handout); !why.empty()) {
    take_back(handout, why);
    if (why == kValueChanged) {
      failed_.fetch_add(1, std::memory_order_relaxed);
      return value_changed();
    }
    denied_.fetch_add(1, std::memory_order_relaxed);
    return why == kKeyRevoked ? unauthenticated() : no_such_secret();
  }
  auto opened = open(handout);
  if (opened && handout.rule) index_.uses().note(*handout.rule, context_.clock.now());
  auto& served = handout.person ? extracted_ : handed_out_;
  (opened ? served : failed_).fetch_add(1, std::memory_order_relaxed);
  return opened;
}

// Asked of both indexes as they are now: whatever was taken away before the answer to who took it
// is seen. Of a person the values alone.
std::string_view SecretLookups::what_changed(const SecretHandout& handout) const {
  const auto now = index_.find(handout.secret->id);
  if (!now) return kUnknown;
  if (!handout.person) {
    const auto key = context_.index.robot_by_key(handout.key_hash);
    if (!key || key->id != handout.key) return kKeyRevoked;
    const auto robot = handout.runner ? context_.index.find(handout.robot) : key->robot;
    if (!robot || (handout.runner && !runs(*key->robot, *robot))) return kNoAccess;
    const auto home = context_.index.home_of(now->project, now->target_system);
    if (!home.project) return kUnknown;
    if (reading_rule(*robot, *now) == nullptr) return kNoAccess;
    if (key->killed_by || context_.index.kill_of(*robot) || home.killed_by) return kKilled;
  }
  const SecretEntry& before = *handout.secret;
  const bool same_next = before.next.has_value() == now->next.has_value() &&
                         (!now->next || before.next->id == now->next->id);
  return before.current.id == now->current.id && same_next ? std::string_view() : kValueChanged;
}

// The trail says already that it was handed out, and is told that it was not. Nothing leaves, so
// nothing waits for that.
void SecretLookups::take_back(const SecretHandout& handout, std::string_view reason) const {
  audit::Event happened = event(handout);
  if (!handout.person) happened.action = audit::Action::kLookupDenied;
  happened.outcome = audit::Outcome::kDenied;
  happened.reason = reason;
  happened.fingerprint = handout.secret->current.fingerprint;
  context_.trail.append(happened, [this](const Status& durable) {
    if (!durable) context_.log.failed("A denial could not be audited.", durable.error());
  });
}

Result<OpenedSecret> SecretLookups::open(const SecretHandout& handout) const {
  const SecretEntry& secret = *handout.secret;
  const auto open_one = [&](const SecretValueEntry& value) {
    return context_.sealer.open<SecretValue>(
        secret_value_place(value.id, secret.project, value.generation), value.sealed);
  };
  STRONGROOM_TRY(SecretValue current, open_one(secret.current));
  OpenedSecret opened{std::move(current), {}};
  if (secret.next) {
    STRONGROOM_TRY(opened.next, open_one(*secret.next));
  }
  return opened;
}

}  // namespace strongroom::vault
