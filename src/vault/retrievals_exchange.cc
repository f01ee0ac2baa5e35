// The token exchanges among Retrievals: of clients whose token is got for that of another one.

#include <future>
#include <memory>
#include <utility>

#include "vault/retrieval_flight.h"
#include "vault/retrievals.h"
#include "vault/subject_tokens.h"
#include "vault/token_leases.h"

namespace strongroom::vault {
namespace {

using oauth::FailureCause;
using What = SubjectChoice::What;

std::optional<Seconds> retry_after(const Error& error) {
  const ErrorValue* const value = error.find("retry_after");
  const auto* const seconds = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return seconds == nullptr ? std::nullopt : std::optional<Seconds>(*seconds);
}

// What is wrong with this server is no failure of either client.
bool is_our_own(const Error& error) {
  return error.problem.view() == "overloaded" || error.code == Code::kInternal;
}

// Why there is no token to exchange, as the subject's own retrieval ended.
FailureCause cause_of(const Error& error) {
  switch (error.code) {
    case Code::kNeedsConsent:
      return FailureCause::kSubjectSignInNeeded;
    case Code::kUnavailable:
    case Code::kRateLimited:
      return FailureCause::kSubjectUnavailable;
    default:
      return FailureCause::kSubjectFailed;
  }
}

}  // namespace

// On a worker, and with nothing taken: the subject's token comes first, by the way that everybody's
// does, so that however many clients exchange it there is one retrieval. No circle can come of it,
// because no subject lives on exchanges itself.
void Retrievals::start_exchange(const Begin& begin) {
  const SubjectChoice choice = choose_subject_token(context_, begin.key.client);
  if (choice.what == What::kFail) return fail_without_subject(begin, {.cause = choice.why});
  if (choice.what == What::kUse) return exchange(begin);
  std::optional<Actor> person;
  if (begin.starter.kind != audit::ActorKind::kServer) person = begin.starter;
  retrieve(
      {choice.subject}, std::move(person),
      [this, begin, subject = choice.subject](const RetrievalResult& result) {
        subject_retrieved(begin, subject, result);
      },
      urgency_of(begin));
}

// On a worker.
void Retrievals::subject_retrieved(const Begin& begin, OAuthClientId subject,
                                   const RetrievalResult& result) {
  if (result) {
    if (!(*result)->is_bound) return exchange(begin);
    return fail_without_subject(begin, {.cause = FailureCause::kSubjectBound});
  }
  const Error& error = result.error();
  if (is_our_own(error)) return land(begin.key, error);
  const FailureCause cause = cause_of(error);
  const bool has_ended = cause == FailureCause::kSubjectSignInNeeded;
  if (!has_ended && may_still_exchange(context_, subject)) return exchange(begin);
  fail_without_subject(begin, {.cause = cause,
                               .retry_after = retry_after(error),
                               .detail = error.detail,
                               .may_have_arrived = false});
}

void Retrievals::exchange(const Begin& begin) {
  pass_gate(begin, [this, key = begin.key, starter = begin.starter](GatePass pass) {
    start_retrieval(key, starter, std::move(pass));
  });
}

// On a worker. Another client's token leaves, so the trail has that first (invariant 6): in the
// name of the subject, with the fingerprint of its token, for whoever asks where that one went.
void Retrievals::send_recorded(std::shared_ptr<Flight> flight) {
  const SubjectGrant& subject = *flight->plan.subject;
  audit::Event happened =
      event(*flight, audit::Action::kTokenHandedOut, context_.clock.now(), subject.fingerprint);
  happened.subject_id = subject.client;
  happened.subject_name = subject.label;
  happened.resource.clear();
  happened.reason = "exchanged";
  happened.fields = {"for " + flight->key.client.uuid.text()};
  const auto told = std::make_shared<std::promise<Status>>();
  std::future<Status> durable = told->get_future();
  context_.trail.append(happened, [told](Status now) { told->set_value(std::move(now)); });
  const Status is_durable = durable.get();
  if (is_durable) return send(std::move(flight));
  context_.log.failed("An exchange could not be audited, so nothing was sent.", is_durable.error());
  give_back_lease(flight->key, flight->epoch);
  land(flight->key, is_durable.error());
}

// Nothing was sent. It is written down once, not each time that somebody asks: whether the subject
// has a token again costs nothing to ask.
void Retrievals::fail_without_subject(const Begin& begin, const oauth::TokenFailure& failure) {
  const oauth::CauseFacts& facts = oauth::facts_of(failure.cause);
  Error error = oauth::as_error(failure);
  error.problem =
      facts.transient ? LiteralText("provider_unreachable") : LiteralText("provider_refused");
  // What a new grant of the subject made of it in between is over as well.
  const auto client = context_.index.find(begin.key.client).client;
  bool is_new = client && begin.key.resource.empty() && client->state != OAuthClientState::kFailing;
  {
    const auto state = state_.lock();
    ++state->counters.failures;
    const auto [known, is_first] = state->unprepared.try_emplace(begin.key, facts.message);
    is_new = is_new || is_first || known->second.view() != facts.message.view();
    known->second = facts.message;
  }
  if (is_new) {
    note_without_subject(begin, facts);
    context_.log.failed("A token could not be retrieved.", error,
                        {{"oauth_client", begin.key.client.uuid}});
  }
  land(begin.key, error);
}

void Retrievals::note_without_subject(const Begin& begin, const oauth::CauseFacts& facts) {
  const TokenKey& key = begin.key;
  const WallTime now = context_.clock.now();
  const auto client = context_.index.find(key.client).client;
  if (!client) return;
  const auto epoch =
      storage::write<std::optional<std::int64_t>>(context_.store, [&](storage::Transaction& tx) {
        return claim_lease(tx, key, process_, now, now + kGrantLease);
      });
  if (!epoch) return context_.log.failed("A failed retrieval could not be noted.", epoch.error());
  if (!*epoch) return;  // another process is at it
  Flight flight;
  flight.key = key;
  flight.starter = begin.starter;
  flight.epoch = **epoch;
  flight.plan.project = client->project;
  write_down(flight, facts);
}

}  // namespace strongroom::vault
