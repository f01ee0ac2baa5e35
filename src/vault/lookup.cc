#include "vault/lookup.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "crypto/bearer_key.h"
#include "crypto/uuid.h"
#include "vault/lookup_errors.h"
#include "vault/stored.h"
#include "vault/token_choice.h"
#include "vault/token_key.h"

namespace strongroom::vault {
namespace {

// What people read; the robot is told what it is told of a client that it may not read.
constexpr std::string_view kRestricted = "key_restricted";

std::optional<crypto::Sha256Digest> shown_by(const LookupQuestion& question) {
  if (question.proven) return question.proven;
  return crypto::bearer_key_hash(crypto::kRobotKeyPrefix, question.robot_key);
}

using Standing = LookupIndex::Standing;

constexpr std::string_view kKilled = "killed";
constexpr std::string_view kForRequest = "authorization_header";  // what left was no bare token

bool lists(const TargetSystemEntry& system, std::string_view resource) {
  return resource.empty() ||
         std::ranges::find(system.resources, resource) != system.resources.end();
}

audit::AskedNames asked_names(const LookupQuestion& question) {
  if (question.id) return {};
  return {plain_excerpt(question.project), plain_excerpt(question.target_system),
          plain_excerpt(question.label)};
}

}  // namespace

// A look-up on its way. Owns copies of what outlives ask().
struct Lookups::Asked {
  Asked(std::atomic<std::uint64_t>& waiting, Ready when_ready)
      : waiting_count(waiting), ready(std::move(when_ready)) {
    waiting_count.fetch_add(1, std::memory_order_relaxed);
  }
  ~Asked() { waiting_count.fetch_sub(1, std::memory_order_relaxed); }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  std::atomic<std::uint64_t>& waiting_count;
  Ready ready;
  Handout handout;
  std::optional<Seconds> min_ttl;
};

Lookups::Lookups(Context& context, Retrievals& retrievals, RateLimit limit)
    : context_(context),
      retrievals_(retrievals),
      rates_(limit),
      bound_keys_(context),
      learned_(context) {}

Status Lookups::check_key(const LookupQuestion& question) {
  const auto hash = shown_by(question);
  if (hash && context_.index.robot_by_key(*hash)) return {};
  unauthenticated_.fetch_add(1, std::memory_order_relaxed);
  return unauthenticated();
}

Result<Lookups::Admitted> Lookups::admit(const LookupQuestion& question) {
  const auto hash = shown_by(question);
  auto key = hash ? context_.index.robot_by_key(*hash) : std::nullopt;
  if (!key) {
    unauthenticated_.fetch_add(1, std::memory_order_relaxed);
    return unauthenticated();
  }
  if (const auto wait = rates_.take(key->robot->id, context_.clock.boot_now())) {
    rate_limited_.fetch_add(1, std::memory_order_relaxed);
    return Error{Code::kRateLimited, "This robot asks too often.", {}, "rate_limited"}.with(
        "retry_after", std::chrono::ceil<Seconds>(*wait).count());
  }
  key->uses->note(context_.clock.now(), question.peer);
  if (key->robot->is_runner && !question.in_the_name_of) {
    failed_.fetch_add(1, std::memory_order_relaxed);
    return robot_not_named();
  }
  return Admitted{*std::move(key), *hash};
}

void Lookups::ask(const LookupQuestion& question, Ready ready) {
  auto asked = std::make_unique<Asked>(waiting_, std::move(ready));
  // Read before anything else is, the key too: a right that is taken away from here on changes it.
  asked->handout.rights_epoch = context_.index.rights_epoch();
  auto admitted = admit(question);
  if (!admitted) return asked->ready(std::move(admitted).error());
  const RobotKeyEntry& key = admitted->key;
  Handout& handout = asked->handout;
  handout.terms = key.terms;
  handout.uses = key.uses;
  handout.key = key.id;
  handout.key_hash = admitted->key_hash;
  handout.robot = key.robot->id;
  handout.peer = question.peer;
  handout.request_id = question.request_id;
  handout.request = question.request;
  asked->min_ttl = question.min_ttl;
  ask_with(key, std::move(asked), question);
}

// The key is good; what is asked for with it is looked at.
void Lookups::ask_with(const RobotKeyEntry& key, std::unique_ptr<Asked> asked,
                       const LookupQuestion& question) {
  Handout& handout = asked->handout;
  handout.found = question.id ? context_.index.find(*question.id)
                              : context_.index.find(question.project, question.target_system,
                                                    question.label, context_.clock.now());
  std::shared_ptr<const RobotEntry> robot = key.robot;
  if (question.in_the_name_of) {
    const auto served = context_.index.served_by(*key.robot, *question.in_the_name_of);
    if (!served.robot) return deny(std::move(asked), question, served.why);
    robot = served.robot;
    handout.runner = key.robot->id;
    handout.robot = robot->id;
  }
  const std::string_view why_not = what_keeps_out(*robot, key, question.peer, handout);
  if (!why_not.empty()) return deny(std::move(asked), question, why_not);
  if (!lists(*handout.found.target_system, question.resource)) {
    return fail(std::move(asked), unknown_resource());
  }
  handout.resource = question.resource;
  handout.token = token_for(*handout.found.client, question.resource);
  decide(std::move(asked), false);
}

// For people; empty: nothing does. Notes the rule that lets the robot in.
std::string_view Lookups::what_keeps_out(const RobotEntry& robot, const RobotKeyEntry& key,
                                         std::string_view peer, Handout& handout) const {
  const auto& client = handout.found.client;
  if (!client || !can_be_looked_up(*client)) return "unknown_client";
  const AccessEntry* const rule = reading_rule(robot, *client);
  if (rule == nullptr) return "no_access";
  handout.rule = rule->id;
  const auto most = key.terms ? key.terms->max_uses() : std::nullopt;
  if (most && key.uses->counted() >= *most) return kRestricted;
  if (key.terms && !key.terms->permit(peer, client->id, context_.clock.now())) return kRestricted;
  const bool is_killed = key.killed_by || context_.index.kill_of(robot) || handout.found.killed_by;
  return is_killed ? kKilled : std::string_view();
}

void Lookups::extract(const Actor& actor, const ExtractionQuestion& question, Ready ready) {
  auto asked = std::make_unique<Asked>(waiting_, std::move(ready));
  if (const Status may = actor.need(Permission::kExtract); !may) {
    return fail(std::move(asked), may.error());
  }
  Handout& handout = asked->handout;
  handout.rights_epoch = context_.index.rights_epoch();
  handout.person = actor;
  handout.peer = actor.peer;
  handout.request_id = actor.request_id;
  handout.found = context_.index.find(question.client);
  handout.resource = question.resource;
  asked->min_ttl = question.min_ttl;
  if (!handout.found.client) return fail(std::move(asked), no_such_thing());
  if (const Status may = check_person(handout); !may) return fail(std::move(asked), may.error());
  if (!lists(*handout.found.target_system, question.resource)) {
    return fail(std::move(asked), unknown_resource());
  }
  handout.token = token_for(*handout.found.client, question.resource);
  decide(std::move(asked), false);
}

// What a person is told of a client that gives nothing, as it is now.
Status Lookups::check_person(const Handout& handout) const {
  const auto now = context_.index.find(handout.found.client->id);
  if (!now.client) return no_such_thing();
  STRONGROOM_CHECK(handout.person->need(Permission::kExtract, now.client->project.uuid));
  if (now.client->state == OAuthClientState::kDraft) {
    return Error{
        Code::kConflict, "This OAuth client is a draft; finish it first.", {}, "client_draft"};
  }
  if (now.client->state == OAuthClientState::kDisabled) {
    return Error{
        Code::kConflict, "This OAuth client is disabled; enable it first.", {}, "client_disabled"};
  }
  if (now.killed_by) return stopped_by_a_kill();
  return {};
}

// Serves the token that is there, has a newer one retrieved, or says why neither will do.
// `was_retrieved`: this is the second time round, with the outcome of a retrieval.
void Lookups::decide(std::unique_ptr<Asked> asked, bool was_retrieved) {
  TokenChoice choice =
      choose_token(context_.clock, asked->handout.token.get(), *asked->handout.found.target_system,
                   {.min_ttl = asked->min_ttl,
                    .was_retrieved = was_retrieved,
                    .for_request = asked->handout.request != nullptr});
  switch (choice.what) {
    case TokenChoice::What::kServe:
      if (asked->handout.request) {
        const TargetSystemEntry& system = *asked->handout.found.target_system;
        const Status goes = check_goes_to_resource(system, *asked->handout.request);
        if (!goes) return fail(std::move(asked), goes.error());
        const Status may = check_request(*asked->handout.token, *asked->handout.request);
        if (!may) return fail(std::move(asked), may.error());
      }
      return serve(std::move(asked));
    case TokenChoice::What::kRetrieve:
      return retrieve(std::move(asked));
    case TokenChoice::What::kRefuse:
      return fail(std::move(asked), *std::move(choice.why_not));
  }
}

void Lookups::retrieve(std::unique_ptr<Asked> asked) {
  const TokenKey key{asked->handout.found.client->id, asked->handout.resource};
  std::optional<Actor> person = asked->handout.person;
  retrievals_.retrieve(key, std::move(person),
                       [this, asked = std::move(asked)](const RetrievalResult& result) mutable {
                         retrieved(std::move(asked), result);
                       });
}

void Lookups::retrieved(std::unique_ptr<Asked> asked, const RetrievalResult& result) {
  if (asked->handout.person) {
    if (const Status may = check_person(asked->handout); !may) {
      return fail(std::move(asked), may.error());
    }
  }
  // Whatever came of it: a robot does not learn that something was stopped while it waited.
  if (is_killed(asked->handout)) return deny(std::move(asked), {}, kKilled);
  if (result) {
    asked->handout.token = *result;
    return decide(std::move(asked), true);
  }
  // A living token is served, whatever happened to its renewal; but not one that was dropped
  // meanwhile, because the settings are others now.
  auto& token = asked->handout.token;
  const auto now = context_.index.find(asked->handout.found.client->id).client;
  token = now ? token_for(*now, asked->handout.resource) : nullptr;
  if (token && lives(context_.clock, *token)) return decide(std::move(asked), true);
  const bool is_person = asked->handout.person.has_value();
  fail(std::move(asked), is_person ? result.error() : for_a_robot(result.error()));
}

bool Lookups::is_killed(const Handout& handout) const {
  if (handout.person) return false;  // check_person() says so, and why
  if (context_.index.rights_epoch() == handout.rights_epoch) return false;
  const Standing standing = context_.index.standing(
      handout.key, handout.key_hash, handout.found.client->id, handout.rights_epoch,
      handout.runner ? std::optional(handout.robot) : std::nullopt);
  return standing == Standing::kKilled;
}

// With the key at hand that the token is bound to, where that signs the request. What is not in
// memory is read by a worker, once.
void Lookups::serve(std::unique_ptr<Asked> asked) {
  Handout& handout = asked->handout;
  if (!handout.request) return serve_learned(std::move(asked));
  if (!needs_key(*handout.token)) return hand_out(std::move(asked));
  const OAuthClientId client = handout.found.client->id;
  const ProjectId project = handout.found.client->project;
  handout.bound_to = bound_keys_.find(client, project);
  if (handout.bound_to) return hand_out(std::move(asked));
  const auto waiting = std::make_shared<std::unique_ptr<Asked>>(std::move(asked));
  const bool is_begun = retrievals_.run_on_worker([this, waiting, client, project] {
    auto key = bound_keys_.read(client, project);
    if (!key) {
      context_.log.failed("The key that a token is bound to could not be read.", key.error(),
                          {{"oauth_client", client.uuid}});
      const bool is_away = key.error().code == Code::kUnavailable;
      return fail(std::move(*waiting), is_away ? std::move(key).error() : token_is_bound());
    }
    (*waiting)->handout.bound_to = *std::move(key);
    if (is_killed((*waiting)->handout)) return deny(std::move(*waiting), {}, kKilled);
    hand_out(std::move(*waiting));
  });
  if (!is_begun) fail(std::move(*waiting), too_busy());
}

// With what came besides the token at hand, where the provider's entry has such values: read by a
// worker, once for each token.
void Lookups::serve_learned(std::unique_ptr<Asked> asked) {
  Handout& handout = asked->handout;
  if (!learned_.has_some(handout.found.target_system->service_provider)) {
    return hand_out(std::move(asked));
  }
  const TokenKey key{handout.found.client->id, handout.resource};
  const std::int64_t generation = handout.token->generation;
  handout.learned = learned_.find(key, generation);
  if (handout.learned) return hand_out(std::move(asked));
  const auto waiting = std::make_shared<std::unique_ptr<Asked>>(std::move(asked));
  const bool is_begun = retrievals_.run_on_worker([this, waiting, key, generation] {
    (*waiting)->handout.learned = learned_.read(key, generation);
    if (is_killed((*waiting)->handout)) return deny(std::move(*waiting), {}, kKilled);
    hand_out(std::move(*waiting));
  });
  if (!is_begun) fail(std::move(*waiting), too_busy());
}

LearnedTexts Lookups::learned_of(OAuthClientId client) {
  const auto system = context_.index.find(client).target_system;
  if (!system || !learned_.has_some(system->service_provider)) return {};
  auto learned = read_learned(context_, client);
  if (learned) return *std::move(learned);
  context_.log.failed("What came with a token cannot be read.", learned.error(),
                      {{"oauth_client", client.uuid}});
  return {};
}

void Lookups::hand_out(std::unique_ptr<Asked> asked) {
  const auto limit = asked->handout.terms ? asked->handout.terms->max_uses() : std::nullopt;
  if (limit && !asked->handout.uses->take(*limit)) return deny(std::move(asked), {}, kRestricted);
  audit::Event happened = event(asked->handout);
  if (asked->handout.person) happened.action = audit::Action::kTokenExtracted;
  if (asked->handout.request) happened.reason = kForRequest;
  happened.counts_use = limit.has_value();
  happened.fingerprint = asked->handout.token->fingerprint;
  const Handout& handout = asked->handout;
  append(happened, handout, [this, limit, asked = std::move(asked)](Status durable) mutable {
    if (!durable) {
      if (limit) asked->handout.uses->give_back();
      failed_.fetch_add(1, std::memory_order_relaxed);
      return asked->ready(audit_unavailable(durable.error()));
    }
    asked->ready(std::move(asked->handout));
  });
}

// The names are kept whatever the reason is, so that both cost the same (invariant 12).
void Lookups::deny(std::unique_ptr<Asked> asked, const LookupQuestion& question,
                   std::string_view reason) {
  audit::Event happened = event(asked->handout);
  happened.action = audit::Action::kLookupDenied;
  happened.outcome = audit::Outcome::kDenied;
  happened.reason = reason;
  happened.asked = asked_names(question);
  // What is like a denial that is durable already is counted. An alarm is never; and while nothing
  // can be written, nobody is told anything.
  const auto& client = asked->handout.found.client;
  const bool may_count = !(client && client->is_canary) && context_.trail.writable();
  if (may_count && !denials_.is_first(happened, context_.clock.boot_now())) {
    denied_.fetch_add(1, std::memory_order_relaxed);
    return asked->ready(no_such_client());
  }
  const Handout& handout = asked->handout;
  append(happened, handout, [this, asked = std::move(asked)](Status durable) mutable {
    if (!durable) {
      failed_.fetch_add(1, std::memory_order_relaxed);
      return asked->ready(audit_unavailable(durable.error()));
    }
    denied_.fetch_add(1, std::memory_order_relaxed);
    asked->ready(no_such_client());
  });
}

// Nothing leaves, so only who asked for a canary is told of nothing before that is written down.
void Lookups::fail(std::unique_ptr<Asked> asked, Error error) {
  failed_.fetch_add(1, std::memory_order_relaxed);
  auto touched = canary_event(asked->handout);
  if (!touched) return asked->ready(std::move(error));
  touched->outcome = audit::Outcome::kFailure;
  context_.trail.append(*touched, [this, error = std::move(error),
                                   asked = std::move(asked)](const Status& durable) mutable {
    if (!durable) {
      context_.log.failed("That a canary was asked for is not audited.", durable.error());
    }
    asked->ready(std::move(error));
  });
}

// `happened`, and that a canary was touched, if it is one: both are durable, or neither.
void Lookups::append(const audit::Event& happened, const Handout& handout,
                     audit::Trail::Done done) {
  auto touched = canary_event(handout);
  if (!touched) return context_.trail.append(happened, std::move(done));
  touched->outcome = happened.outcome;
  touched->fingerprint = happened.fingerprint;
  context_.trail.append(happened, *touched, std::move(done));
}

// nullopt: what was asked for is no canary. Otherwise that is counted and in the log already.
std::optional<audit::Event> Lookups::canary_event(const Handout& handout) {
  const auto& client = handout.found.client;
  if (!client || !client->is_canary) return std::nullopt;
  audit::Event touched = event(handout);
  touched.action = audit::Action::kCanaryTouched;
  canaries_.touch(client->id, touched.at);
  context_.log.warning("A canary was asked for.", {{"oauth_client", client->id.uuid},
                                                   {"actor", touched.actor_id},
                                                   {"peer", std::string_view(touched.peer)},
                                                   {"event", touched.id}});
  return touched;
}

audit::Event Lookups::event(const Handout& handout) const {
  const WallTime now = context_.clock.now();
  audit::Event happened{.id = crypto::make_uuid(now, context_.random),
                        .at = now,
                        .action = audit::Action::kTokenHandedOut};
  happened.actor_kind = handout.person ? handout.person->kind : audit::ActorKind::kRobot;
  happened.actor_id = handout.person ? handout.person->id : handout.robot.uuid;
  if (handout.runner) happened.runner_id = handout.runner->uuid;
  happened.key_id = handout.person ? handout.person->key_id : handout.key.uuid;
  happened.peer = handout.peer;
  happened.request_id = handout.request_id;
  if (const auto& client = handout.found.client) {
    happened.subject_id = client->id.uuid;
    happened.project_id = client->project.uuid;
    happened.subject_name = client->label;
  }
  happened.resource = handout.resource;
  // Where the token will be shown, whatever came of it.
  if (handout.request) happened.fields = {handout.request->host};
  return happened;
}

void Lookups::write_denials(bool all) {
  const BootTime boot_now = context_.clock.boot_now();
  for (DenialCounts::Counted& counted : denials_.take(boot_now, all)) {
    const WallTime now = context_.clock.now();
    counted.event.id = crypto::make_uuid(now, context_.random);
    counted.event.at = now;
    const audit::Event event = counted.event;
    const std::int64_t count = counted.count;
    context_.trail.append_counted(
        event, count, [this, boot_now, counted = std::move(counted)](const Status& durable) {
          if (!durable) denials_.give_back(counted, boot_now);
        });
  }
}

LookupCounters Lookups::counters() const {
  return {.handed_out = handed_out_.load(std::memory_order_relaxed),
          .denied = denied_.load(std::memory_order_relaxed),
          .unauthenticated = unauthenticated_.load(std::memory_order_relaxed),
          .rate_limited = rate_limited_.load(std::memory_order_relaxed),
          .failed = failed_.load(std::memory_order_relaxed),
          .extracted = extracted_.load(std::memory_order_relaxed),
          .canaries_touched = canaries_.total()};
}

}  // namespace strongroom::vault
