#pragma once
// The main job: a robot asks for a token.
//
// Everything here runs on the event loop that read the request, and touches no database. ask()
// decides, has the token retrieved anew if it must be, and makes the audit event durable;
// collect(), called on the event loop right before the answer is written, checks that the right
// still stands and opens the token.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/trail.h"
#include "base/clock.h"
#include "base/function.h"
#include "base/result.h"
#include "crypto/digest.h"
#include "vault/actor.h"
#include "vault/authorization_header.h"
#include "vault/canary_touches.h"
#include "vault/context.h"
#include "vault/denial_counts.h"
#include "vault/learned_values.h"
#include "vault/lookup_index.h"
#include "vault/rate_limit.h"
#include "vault/retrievals.h"
#include "vault/sealed_dpop_keys.h"

namespace strongroom::vault {

struct LookupQuestion {
  std::string_view robot_key;  // as the robot showed it
  // In place of a key: what vault/robot_proofs.h found that the robot is.
  std::optional<crypto::Sha256Digest> proven = {};
  // The robot in whose name a runner asks: path and name. nullopt: nobody is named.
  std::optional<std::string_view> in_the_name_of = {};
  std::string_view project;  // names; unused where `id` is set
  std::string_view target_system;
  std::string_view label;
  std::optional<OAuthClientId> id;
  std::optional<Seconds> min_ttl;  // a promise that the robot wants: at least this much life left
  std::string_view resource;       // the one resource that the token is for; empty: none named
  std::string_view peer;
  std::string_view request_id;
  // Asked for is what this request has to carry, and not the token itself. Null: the token.
  std::shared_ptr<const RequestToAuthorize> request = {};
};

// What a person asks who gets a token as a person, and not as a robot.
struct ExtractionQuestion {
  OAuthClientId client;
  std::optional<Seconds> min_ttl;
  std::string_view resource;  // as of a look-up
};

// A hand-out that is in the audit trail and only has to be collected.
struct Handout {
  RobotId robot;                  // whose access counts
  std::optional<RobotId> runner;  // that asked for it; the key is the runner's then
  RobotKeyId key;
  crypto::Sha256Digest key_hash;
  std::string peer;
  std::string request_id;
  std::uint64_t rights_epoch = 0;
  LookupIndex::Found found;
  std::shared_ptr<const TokenEntry> token;
  std::string resource;
  std::optional<RobotAccessId> rule = {};  // that lets the robot in
  std::optional<Actor> person = {};        // who extracts it; nullopt: the robot looks it up
  std::shared_ptr<const KeyTerms> terms;   // of the key; null: none
  std::shared_ptr<KeyUses> uses;           // of the key
  std::shared_ptr<const RequestToAuthorize> request = {};  // as of the question
  SealedDpopKey bound_to = {};                             // where the request is signed with it
  KnownLearned::Text learned = {};  // what came with the token; null or empty: nothing did
};

// Each look-up that was answered counts once.
struct LookupCounters {
  std::uint64_t handed_out = 0;        // collected
  std::uint64_t denied = 0;            // 404: no access, no such client, or not with this key
  std::uint64_t unauthenticated = 0;   // 401
  std::uint64_t rate_limited = 0;      // 429
  std::uint64_t failed = 0;            // everything else
  std::uint64_t extracted = 0;         // collected by people
  std::uint64_t canaries_touched = 0;  // asked for, whatever the answer
};

// Safe to use from any thread.
class Lookups {
 public:
  Lookups(Context& context, Retrievals& retrievals, RateLimit limit);

  // kUnauthenticated, counted, unless a living robot's key was shown, or the like was proven. For
  // requests that are refused before anything is looked up: who has no key learns nothing else.
  Status check_key(const LookupQuestion& question);

  // Who asks, with a good key and not too often: what every look-up begins with, of a token or of
  // anything else. What is refused is counted here.
  struct Admitted {
    RobotKeyEntry key;
    crypto::Sha256Digest key_hash{};
  };
  // Errors: kUnauthenticated, kRateLimited, as ask(); kInvalidArgument "robot_not_named".
  Result<Admitted> admit(const LookupQuestion& question);

  using Ready = UniqueFunction<void(Result<Handout>)>;
  // Never blocks. `ready` is called exactly once: on this thread, the audit trail's or a worker.
  // The views in `question` are read only before ask() returns.
  //
  // Errors:
  //   kUnauthenticated   no such robot key, or a revoked one
  //   kNotFound          no such client, or none that this robot may read, or not with this key now
  //                      and from there: one answer, same work
  //   kRateLimited       this robot asks too fast; parameter retry_after
  //   kInvalidArgument   "robot_not_named", a runner has to name the robot that it asks for
  //                      "lifetime_unknown" at min_ttl: nobody knows how long the token lives
  //                      "unknown_resource" at resource: the target system does not list it
  //   kConflict          "min_ttl_not_met", parameter max_ttl: seconds that can be had;
  //                      "token_is_bound": to a key or certificate that never leaves, and no
  //                      request was shown, or nothing that it could carry helps
  //   kProviderRefused   424, no living token and the provider said no; parameters cause, ...
  //   kUnavailable       503, the provider cannot be reached, or "audit_unavailable"
  void ask(const LookupQuestion& question, Ready ready);

  // The same for a person, by the rules of a look-up but for robot access: with the permission
  // kExtract where the client is. Its audit event, "token.extracted", is durable before `ready`.
  //
  // Errors: kPermissionDenied; kNotFound, no client that `actor` sees; kConflict "client_draft",
  // "client_disabled", "killed"; as ask(), but kConflict and kInvalidArgument of the settings say
  // what is wrong with them.
  void extract(const Actor& actor, const ExtractionQuestion& question, Ready ready);

  // Appends the access token's letters to `out`, which the caller wipes. Call it where nothing
  // comes between this check and the write to the socket: on the connection's event loop (invariant
  // 7). Where the right was taken away meanwhile, the trail is told that nothing was handed out
  // after all. Errors: kUnauthenticated, the key is gone; kNotFound, the client or the access is;
  // kUnavailable, the client's tokens are; kCorrupt.
  Status collect(const Handout& handout, std::string& out);
  // The same of a hand-out whose question had a request: what that has to carry. Errors: as
  // collect() and authorization_headers().
  Result<std::vector<RequestHeader>> collect_headers(const Handout& handout);

  // What whoever else robots ask shares with look-ups: one robot has one rate, and its denials are
  // counted in one place.
  RobotRates& rates() { return rates_; }
  DenialCounts& denials() { return denials_; }
  // Hands the trail what was counted of denials in the minute before, or, with `all`, until now;
  // for app to call now and then, and before the trail stops. Does not wait for it.
  void write_denials(bool all);

  // What came with a client's tokens besides, for people to look at; empty: nothing did, or the log
  // says why it cannot be read. Blocks.
  LearnedTexts learned_of(OAuthClientId client);

  // Look-ups that wait for a retrieval or for the audit trail, now.
  std::uint64_t waiting() const { return waiting_.load(std::memory_order_relaxed); }
  LookupCounters counters() const;
  CanaryTouches& canary_touches() { return canaries_; }

 private:
  struct Asked;
  void ask_with(const RobotKeyEntry& key, std::unique_ptr<Asked> asked,
                const LookupQuestion& question);
  std::string_view what_keeps_out(const RobotEntry& robot, const RobotKeyEntry& key,
                                  std::string_view peer, Handout& handout) const;
  Status check_person(const Handout& handout) const;
  void decide(std::unique_ptr<Asked> asked, bool retrieved);
  void retrieve(std::unique_ptr<Asked> asked);
  void retrieved(std::unique_ptr<Asked> asked, const RetrievalResult& result);
  void serve(std::unique_ptr<Asked> asked);
  void serve_learned(std::unique_ptr<Asked> asked);
  void hand_out(std::unique_ptr<Asked> asked);
  void deny(std::unique_ptr<Asked> asked, const LookupQuestion& question, std::string_view reason);
  void fail(std::unique_ptr<Asked> asked, Error error);
  std::optional<audit::Event> canary_event(const Handout& handout);
  void append(const audit::Event& happened, const Handout& handout, audit::Trail::Done done);
  bool is_killed(const Handout& handout) const;
  Status open(const Handout& handout, std::string& out);
  void count(const Handout& handout, bool has_left);
  Status decide_again(const Handout& handout);
  Status decide_again_for_person(const Handout& handout);
  audit::Event event(const Handout& handout) const;

  Context& context_;
  Retrievals& retrievals_;
  RobotRates rates_;
  std::atomic<std::uint64_t> waiting_{0};
  std::atomic<std::uint64_t> handed_out_{0};
  std::atomic<std::uint64_t> denied_{0};
  std::atomic<std::uint64_t> unauthenticated_{0};
  std::atomic<std::uint64_t> rate_limited_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> extracted_{0};
  SealedDpopKeys bound_keys_;
  KnownLearned learned_;
  CanaryTouches canaries_;
  DenialCounts denials_;
};

}  // namespace strongroom::vault
