#include "vault/verifications.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "oauth/failure_causes.h"
#include "oauth/introspection.h"
#include "oauth/verification.h"
#include "storage/oauth_client_rows.h"
#include "storage/token_end_rows.h"
#include "storage/token_rows.h"
#include "storage/token_verification_rows.h"
#include "vault/change_event.h"
#include "vault/lookup_index.h"
#include "vault/oauth_client_rules.h"
#include "vault/provider_gates.h"
#include "vault/reach.h"
#include "vault/refresh_plan.h"
#include "vault/stored.h"
#include "vault/subject_tokens.h"

namespace strongroom::vault {
namespace {

using storage::Snapshot;
using storage::Transaction;

Error stopping() { return Error{Code::kUnavailable, "The server is stopping."}; }

// The reason in the trail: a literal.
std::string_view reason_of(const Verification& found) {
  if (found.outcome != VerificationOutcome::kUnknown || !found.failure) {
    return to_text(found.outcome);
  }
  const oauth::CauseFacts* const facts = oauth::find_cause(found.failure->cause);
  return facts == nullptr ? to_text(found.outcome) : facts->name.view();
}

}  // namespace

std::string_view to_text(VerificationOutcome outcome) {
  switch (outcome) {
    case VerificationOutcome::kWorks:
      return "works";
    case VerificationOutcome::kRefused:
      return "refused";
    case VerificationOutcome::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view to_text(Renewal renewal) {
  switch (renewal) {
    case Renewal::kNotTried:
      return "not_tried";
    case Renewal::kRenewed:
      return "renewed";
    case Renewal::kFailed:
      return "failed";
  }
  return "not_tried";
}

namespace {

VerificationOutcome outcome_from(std::string_view text) {
  for (const auto outcome : {VerificationOutcome::kWorks, VerificationOutcome::kRefused}) {
    if (to_text(outcome) == text) return outcome;
  }
  return VerificationOutcome::kUnknown;
}

Renewal renewal_from(std::string_view text) {
  for (const auto renewal : {Renewal::kRenewed, Renewal::kFailed}) {
    if (to_text(renewal) == text) return renewal;
  }
  return Renewal::kNotTried;
}

Verification from_row(const storage::TokenVerificationRow& row) {
  const bool by_call = row.way == to_text(InquiryWay::kCall);
  return {.outcome = outcome_from(row.outcome),
          .way = by_call ? InquiryWay::kCall : InquiryWay::kIntrospection,
          .at = row.tried_at.value_or(WallTime{}),
          .account = row.account,
          .expires_at = row.token_ends_at,
          .failure = failure_of(row.cause, row.tried_at),
          .renewal = renewal_from(row.renewal),
          .next_at = row.due_at};
}

storage::TokenVerificationRow to_row(OAuthClientId client, const Verification& found) {
  return {.oauth_client_id = client.uuid,
          .tried_at = found.at,
          .outcome = std::string(to_text(found.outcome)),
          .way = std::string(to_text(found.way)),
          .account = found.account,
          .token_ends_at = found.expires_at,
          .cause = found.failure ? found.failure->cause : std::string(),
          .renewal = std::string(to_text(found.renewal)),
          .due_at = found.next_at};
}

}  // namespace

// One question about one token.
struct Verifications::Asking {
  Asking(std::atomic<std::uint64_t>& in_flight, std::optional<Actor> who)
      : count(in_flight), actor(std::move(who)) {
    count.fetch_add(1, std::memory_order_relaxed);
  }
  ~Asking() { count.fetch_sub(1, std::memory_order_relaxed); }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  std::atomic<std::uint64_t>& count;
  std::optional<Actor> actor;  // nullopt: the schedule
  OAuthClientId client;
  ProjectId project;
  std::string label;
  TokenInquiry inquiry;
  std::size_t next_request = 0;
  Verification found;
  GatePass pass;  // of the schedule
  Done done;
};

Verifications::Verifications(Context& context, oauth::TokenClient& token_client,
                             Retrievals& retrievals, Workers workers)
    : context_(context),
      token_client_(token_client),
      retrievals_(retrievals),
      workers_(std::move(workers)) {}

void Verifications::verify(const Actor& actor, OAuthClientId id, Done done) {
  if (const Status may = actor.need(Permission::kRetrieve); !may) return done(may.error());
  ask(actor, id, std::move(done));
}

void Verifications::verify_on_schedule(OAuthClientId id, Done done) {
  ask(std::nullopt, id, std::move(done));
}

void Verifications::ask(std::optional<Actor> actor, OAuthClientId id, Done done) {
  using Row = storage::OAuthClientRow;
  const auto row = storage::read<Row>(context_.store, [&](Snapshot& snapshot) -> Result<Row> {
    auto found = living(storage::find_oauth_client(snapshot, id.uuid));
    if (!actor) return found;
    return allowed(*actor, Permission::kRetrieve, std::move(found));
  });
  if (!row) return done(row.error());
  if (!asked_.lock()->insert(id).second) {
    return done(Error{Code::kUnavailable,
                      "The service provider is being asked about this token already.",
                      {},
                      "overloaded"});
  }
  Done last = [this, id, done = std::move(done)](Result<Verification> found) mutable {
    asked_.lock()->erase(id);
    done(std::move(found));
  };
  auto inquiry = build_token_inquiry(context_, id);
  if (!inquiry) return last(inquiry.error());
  const bool is_scheduled = !actor;
  const auto asking = std::make_shared<Asking>(in_flight_, std::move(actor));
  asking->client = id;
  asking->project = ProjectId{row->project_id};
  asking->label = row->label;
  asking->inquiry = *std::move(inquiry);
  asking->done = std::move(last);
  if (is_scheduled) return pass_gate(asking);
  send(asking);
}

void Verifications::pass_gate(const Asked& asking) {
  const ProviderEndpoint& endpoint = asking->inquiry.endpoint;
  if (context_.gates == nullptr || endpoint.host.empty()) return send(asking);
  const GateVisitor who{.token = {asking->client},
                        .project = asking->project,
                        .service_provider = asking->inquiry.service_provider};
  context_.gates->enter(endpoint, who, Urgency::kBackground, [this, asking](Result<GatePass> pass) {
    if (!pass) return asking->done(pass.error());
    asking->pass = *std::move(pass);
    // It may have waited for long: what was revoked, stopped or led elsewhere since is not sent.
    auto now = build_token_inquiry(context_, asking->client);
    if (!now) return asking->done(now.error());
    asking->inquiry = *std::move(now);
    send(asking);
  });
}

WallTime next_verification(WallTime now, std::int64_t every_hours, std::uint8_t chance) {
  constexpr std::int64_t kParts = 10;  // the last of these is where it may be
  const Milliseconds whole = std::chrono::hours(every_hours);
  return now + whole - whole / kParts * chance / 255;
}

Result<std::optional<Verification>> Verifications::last(const Actor& actor, OAuthClientId id) {
  using Found = std::optional<storage::FoundVerification>;
  STRONGROOM_CHECK(actor.need(Permission::kView));
  STRONGROOM_CHECK(check_reach(context_.store, actor, Permission::kView, id));
  STRONGROOM_TRY(const Found found, storage::read<Found>(context_.store, [&](Snapshot& snapshot) {
                   return storage::find_token_verification(snapshot, id.uuid);
                 }));
  if (!found || !found->row.tried_at) return std::optional<Verification>();
  const Milliseconds kept =
      std::max<Milliseconds>(kVerificationKept, 2 * std::chrono::hours(found->every_hours));
  const WallTime until =
      std::min(*found->row.tried_at + kept, found->row.token_ends_at.value_or(WallTime::max()));
  if (until <= context_.clock.now()) return std::optional<Verification>();
  return std::optional(from_row(found->row));
}

void Verifications::send(const Asked& asking) {
  oauth::TokenRequest request = std::move(asking->inquiry.requests[asking->next_request++]);
  asking->found.at = context_.clock.now();
  token_client_.request_raw(std::move(request), [this, asking](oauth::RawResult result) {
    const auto answer = std::make_shared<oauth::RawResult>(std::move(result));
    if (workers_.finish([this, asking, answer] { received(asking, *answer); })) return;
    asking->done(stopping());
  });
}

// On a worker.
void Verifications::received(const Asked& asking, const oauth::RawResult& answer) {
  const WallTime at = asking->found.at;
  const bool introspects = asking->inquiry.way == InquiryWay::kIntrospection;
  bool ask_again = false;
  asking->found = introspects ? introspected(*asking, answer, ask_again) : called(*asking, answer);
  if (ask_again) return send(asking);
  asking->found.at = at;
  asking->found.way = asking->inquiry.way;
  if (asking->found.outcome == VerificationOutcome::kWorks) learn_end(*asking, asking->found);
  asking->pass = GatePass();  // what comes next asks for one of its own
  if (asking->found.outcome != VerificationOutcome::kRefused) return end(asking);
  // The server that issued it says that it is none; of a call only another server does.
  if (introspects) {
    if (const Status dropped = drop(*asking); !dropped) return asking->done(dropped.error());
  }
  if (!asking->inquiry.can_be_renewed) return end(asking);
  renew(asking);
}

// `ask_again`: with the next credential, because the provider did not accept this one.
Verification Verifications::introspected(Asking& asking, const oauth::RawResult& answer,
                                         bool& ask_again) {
  const auto result = oauth::read_introspection(answer, asking.inquiry.parties);
  asking.pass.note(result ? nullptr : &result.error());
  if (!result) {
    ask_again = oauth::is_of_credential(result.error().cause) &&
                asking.next_request < asking.inquiry.requests.size();
    return failed(result.error());
  }
  return {.outcome = result->active ? VerificationOutcome::kWorks : VerificationOutcome::kRefused,
          .account = oauth::shown_account(result->subject),
          .expires_at = result->expires_at};
}

Verification Verifications::called(Asking& asking, const oauth::RawResult& answer) {
  const auto result = oauth::read_verification(answer, asking.inquiry.rules);
  asking.pass.note(result ? nullptr : &result.error());
  if (!result) return failed(result.error());
  return {.outcome = result->works ? VerificationOutcome::kWorks : VerificationOutcome::kRefused,
          .account = result->account};
}

Verification Verifications::failed(const oauth::TokenFailure& failure) {
  context_.log.failed("Whether a token works could not be found out.", oauth::as_error(failure));
  const std::string cause(oauth::facts_of(failure.cause).name.view());
  return {.outcome = VerificationOutcome::kUnknown,
          .failure = failure_of(cause, context_.clock.now())};
}

// Where nobody said when the token ends, it is renewed in time from now on.
void Verifications::learn_end(const Asking& asking, const Verification& found) {
  if (asking.inquiry.has_known_end || !found.expires_at) return;
  const auto client = context_.index.find(asking.client).client;
  if (!client || !client->token || client->token->generation != asking.inquiry.generation) return;
  const auto lifetime =
      std::chrono::duration_cast<Milliseconds>(*found.expires_at - client->token->refreshed_at);
  if (*found.expires_at <= context_.clock.now() || lifetime <= Milliseconds(0)) return;
  TokenEntry entry = *client->token;
  entry.lifetime = lifetime;
  entry.deadline = Deadline::after(entry.refreshed_at, entry.refreshed_at_boot, lifetime);
  entry.expires_at = entry.deadline->wall;
  const auto due = refresh_due(context_, {asking.client}, entry, std::nullopt);
  const storage::TokenEnd end{.generation = entry.generation,
                              .expires_at = *entry.expires_at,
                              .lifetime = lifetime,
                              .refresh_due_at = due};
  const Status learned = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool is_written, storage::put_learned_end(tx, asking.client.uuid, end));
    if (!is_written) return {};
    tx.on_commit([this, id = asking.client, entry, due] {
      // Sealed anew meanwhile, it is the same token; another one is not.
      const auto now = context_.index.find(id).client;
      if (!now || !now->token || now->token->generation != entry.generation) return;
      auto changed = std::make_shared<TokenEntry>(entry);
      changed->sealed = now->token->sealed;
      context_.index.put_retrieved(id, std::move(changed));
      ring(context_, due);
    });
    return {};
  });
  if (!learned) context_.log.failed("When a token ends could not be noted.", learned.error());
}

// From the store, and from the index: no look-up gets it any more. Nothing happens where another
// token is there.
Status Verifications::drop(const Asking& asking) {
  const Uuid& id = asking.client.uuid;
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto token, storage::find_token(tx, id));
    if (!token || token->generation != asking.inquiry.generation) return {};
    STRONGROOM_CHECK(storage::drop_token(tx, id));
    STRONGROOM_CHECK(drop_exchanged(context_, tx, id));
    STRONGROOM_TRY(const auto row, storage::find_oauth_client(tx, id));
    const auto state = row ? oauth_client_state_from_text(row->state) : std::nullopt;
    if (!state) return Error{Code::kCorrupt, "A stored row is damaged.", "state of " + id.text()};
    tx.on_commit([&index = context_.index, client = asking.client, now = *state] {
      index.withdraw_tokens(client, now);
    });
    return {};
  });
}

// Once; what comes of it follows the rules of every retrieval, a needed sign-in too.
void Verifications::renew(const Asked& asking) {
  retrievals_.retrieve(
      {asking->client}, asking->actor,
      [this, asking](const RetrievalResult& result) {
        asking->found.renewal = result.has_value() ? Renewal::kRenewed : Renewal::kFailed;
        end(asking);
      },
      Urgency::kBackground);
}

void Verifications::end(const Asked& asking) {
  if (const Status kept = keep(*asking); !kept) return asking->done(kept.error());
  asking->done(asking->found);
}

Status Verifications::keep(Asking& asking) {
  Verification& found = asking.found;
  const bool works = found.outcome == VerificationOutcome::kWorks;
  std::byte chance{};
  context_.random.fill(std::span(&chance, 1));
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto before, storage::find_token_verification(tx, asking.client.uuid));
    if (!before) return no_such_thing();
    found.next_at.reset();
    if (before->every_hours > 0) {
      found.next_at = next_verification(context_.clock.now(), before->every_hours,
                                        std::to_integer<std::uint8_t>(chance));
    }
    STRONGROOM_CHECK(storage::put_token_verification(tx, to_row(asking.client, found)));
    const bool is_new =
        before->row.tried_at ? before->row.outcome != to_text(found.outcome) : !works;
    // What takes a token away from robots is in the trail each time.
    const bool takes_away = found.outcome == VerificationOutcome::kRefused &&
                            asking.inquiry.way == InquiryWay::kIntrospection;
    if (!asking.actor && !is_new && !takes_away) return {};
    Actor server;
    server.kind = audit::ActorKind::kServer;
    return record(context_, tx, asking.actor.value_or(server),
                  {.action = audit::Action::kOAuthClientUpdated,
                   .subject = asking.client.uuid,
                   .project = asking.project.uuid,
                   .name = asking.label,
                   .fields = {"verification"},
                   .outcome = works ? audit::Outcome::kSuccess : audit::Outcome::kFailure,
                   .reason = reason_of(found)});
  });
}

}  // namespace strongroom::vault
