#pragma once
// Retrieving access tokens: one request at a time per token, however many ask (invariant 8).
//
// lease claimed in one statement -> secrets opened -> TokenClient, no transaction open -> token
// sealed and written back where the lease is still ours -> the index follows the commit ->
// everybody who waited is answered.
//
// Where a person signed in, tokens come by their refresh token, one refresh at a time for a client:
// its intent stands in the journal before it is sent, its answer before it is read (invariant 9).

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/function.h"
#include "base/guarded.h"
#include "base/result.h"
#include "oauth/token_client.h"
#include "vault/actor.h"
#include "vault/clock_skews.h"
#include "vault/context.h"
#include "vault/foreign_leases.h"
#include "vault/granted_tokens.h"
#include "vault/journal_settlement.h"
#include "vault/lookup_index.h"
#include "vault/provider_counts.h"
#include "vault/provider_gates.h"
#include "vault/refresh_outcome.h"
#include "vault/retrieval_pauses.h"
#include "vault/token_key.h"
#include "vault/token_request_builder.h"
#include "vault/types.h"

namespace strongroom::vault {

// The new token, or why there is none: kProviderRefused, kNeedsConsent (somebody has to sign in),
// kUnavailable, kConflict (destination held), kNotFound (the client is gone), with the parameters
// "cause", "who_must_act", "retry_after".
using RetrievalResult = Result<std::shared_ptr<const TokenEntry>>;

struct RetrievalCounters {
  std::uint64_t requests = 0;  // sent to providers
  std::uint64_t successes = 0;
  std::uint64_t failures = 0;  // whether or not a request was sent
};

// Safe to use from any thread.
class Retrievals {
 public:
  // Work that blocks (storage, sealing) is handed to these. `start` may refuse when there is too
  // much to do; `finish` takes the answers of providers, and refuses only when the server stops.
  struct Workers {
    Executor start;
    Executor finish;
  };
  // Told, on a worker, that the token endpoint that an issuer named is not there any more.
  using EndpointGone = std::function<void(TargetSystemId)>;
  // `process` owns the leases; no other living Retrievals may have the same. Refreshes need
  // `context.journal`.
  Retrievals(Context& context, oauth::TokenClient& token_client, Workers workers, Uuid process,
             EndpointGone endpoint_gone = {});

  // Joins the retrieval of that token, or starts one. `done` is called exactly once, on a worker
  // thread, or on this thread when the answer is known at once (cooling down after a failure,
  // stopping).
  //
  // `person`: who asks for it, and is named in the trail if it is they who start it; nullopt: a
  // look-up. After a failure, look-ups wait for the next try; a person does not. `urgency` is that
  // of a look-up, or kBackground where nobody waits; a person's is kPerson whatever it says.
  // Whoever joins what waits in the background hurries it.
  using Done = UniqueFunction<void(const RetrievalResult&)>;
  void retrieve(const TokenKey& key, std::optional<Actor> person, Done done,
                Urgency urgency = Urgency::kLookup);

  // What a look-up has to read, on a worker. False: there is too much to do.
  bool run_on_worker(UniqueFunction<void()> work) { return workers_.start(std::move(work)); }

  // In the background, for whoever renews tokens before anybody asks: where the token is a later
  // one than that of `generation`, it was renewed meanwhile, and is what `done` gets.
  void renew(const TokenKey& key, std::int64_t generation, Done done);
  // For how long look-ups are not retrieved for after a failure; zero: they are.
  Milliseconds pause_of(const TokenKey& key);

  // Refuses new retrievals and waits up to `patience` for those under way. True: none is left.
  bool drain(Milliseconds patience);

  std::uint64_t in_flight();
  RetrievalCounters counters();
  // Of the clocks of the providers that answered last, how far the one that differs most from ours
  // is ahead of it; negative: behind.
  Seconds largest_clock_skew() const;
  // Token requests that ended, by entry of the catalogue and what came of them.
  std::map<std::string, ProviderCounts::Counts> provider_counts() const;

 private:
  struct Flight;
  // Whose refresh is under way for a client, and whose come after it.
  struct Begin {
    TokenKey key;
    Actor starter;
    Urgency urgency = Urgency::kLookup;
  };
  struct Turn {
    TokenKey holder;
    std::deque<Begin> next;
  };
  // Who is told of what is under way, and the greatest urgency among them.
  struct Waiting {
    std::vector<Done> done;
    Urgency urgency = Urgency::kBackground;
  };
  struct State {
    std::unordered_map<TokenKey, Waiting, TokenKeyHash> waiting;
    RetrievalPauses pauses;
    // Why no request could be made last, as the log says it already.
    std::unordered_map<TokenKey, LiteralText, TokenKeyHash> unprepared;
    std::unordered_map<OAuthClientId, Turn, UuidHash> turns;
    RetrievalCounters counters;
    std::size_t landing = 0;  // whose `done` is just being told
    bool stopping = false;
  };

  // One that wants a token; with `generation` only one that is later than that of it.
  struct Wish {
    TokenKey key;
    std::optional<Actor> person = {};
    Urgency urgency = Urgency::kLookup;
    std::optional<std::int64_t> generation = {};
  };
  void ask(Wish wish, Done done);
  std::shared_ptr<const TokenEntry> newer(const TokenKey& key,
                                          std::optional<std::int64_t> generation) const;
  std::optional<Error> known_refusal(const TokenKey& key) const;
  std::optional<Error> refusal_for_all(const TokenKey& key, Urgency urgency);
  void start(const Begin& begin);
  void start_exchange(const Begin& begin);
  void subject_retrieved(const Begin& begin, OAuthClientId subject, const RetrievalResult& result);
  void exchange(const Begin& begin);
  void fail_without_subject(const Begin& begin, const oauth::TokenFailure& failure);
  void note_without_subject(const Begin& begin, const oauth::CauseFacts& facts);
  void start_retrieval(const TokenKey& key, const Actor& starter, GatePass pass);
  using Passed = UniqueFunction<void(GatePass)>;
  void pass_gate(const Begin& begin, Passed passed);
  void hurry(const TokenKey& key, Urgency urgency);
  Urgency urgency_of(const Begin& begin);
  void start_refresh(const Begin& begin);
  void refresh_in_turn(const Begin& begin);
  void refresh(const TokenKey& key, const Actor& starter, bool is_again, GatePass pass);
  Result<std::optional<GrantLease>> lease_for_refresh(const TokenKey& key);
  Status outlast_call(Flight& flight);
  bool may_refresh(const Flight& flight);
  void send_refresh(std::shared_ptr<Flight> flight);
  void refreshed(std::shared_ptr<Flight> flight, const oauth::RawResult& answer);
  void refuse(const std::shared_ptr<Flight>& flight, oauth::TokenSet tokens, const Error& why);
  void refresh_failed(std::shared_ptr<Flight> flight, oauth::TokenFailure failure);
  void grant_ended(const std::shared_ptr<Flight>& flight, const oauth::TokenFailure& failure);
  void settle(const Flight& flight, bool is_settled);
  void give_back(const GrantLease& lease);
  RefreshRecord record_of(const Flight& flight);
  std::optional<TokenKey> take_turn(const Begin& begin);
  void pass_turn(const TokenKey& key);
  void give_back_lease(const TokenKey& key, std::int64_t epoch);
  void send(std::shared_ptr<Flight> flight);
  void send_recorded(std::shared_ptr<Flight> flight);
  void received(std::shared_ptr<Flight> flight, oauth::TokenResult result);
  Status note_exchange(const Flight& flight, storage::Transaction& tx);
  RetrievalResult keep(const Flight& flight, oauth::TokenSet tokens);
  RetrievalResult store(const Flight& flight, std::shared_ptr<TokenEntry> entry,
                        bool scopes_missing);
  audit::Event event(const Flight& flight, audit::Action action, WallTime now,
                     std::string fingerprint) const;
  void write_down(const Flight& flight, const oauth::CauseFacts& facts);
  void note_unprepared(const TokenKey& key, const Error& why);
  Error note_failure(const Flight& flight, const oauth::TokenFailure& failure);
  void note_answer(Flight& flight, const oauth::TokenFailure* failure);
  Error failed(const Flight& flight, const oauth::TokenFailure& failure);
  void land(const TokenKey& key, const RetrievalResult& result);

  Context& context_;
  oauth::TokenClient& token_client_;
  const Workers workers_;
  Uuid process_;
  const EndpointGone endpoint_gone_;
  Guarded<State> state_;
  JournalSettlement settlement_;
  ForeignLeases foreign_leases_;
  ClockSkews clock_skews_;
  ProviderCounts provider_counts_;
  std::condition_variable landed_;
};

}  // namespace strongroom::vault
