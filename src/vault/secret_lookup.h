#pragma once
// A robot asks for a secret: the way of a look-up of a token (vault/lookup.h), without a provider.
//
// ask() and collect() run on the event loop that read the request, and touch no database. ask()
// decides and makes the audit event durable; collect(), called right before the answer is written,
// checks that the right still stands and opens the value.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "audit/trail.h"
#include "base/function.h"
#include "base/result.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/lookup.h"
#include "vault/secret_index.h"

namespace strongroom::vault {

struct SecretQuestion {
  LookupQuestion asked;        // by whom, and by which names; nothing of it is about tokens
  std::optional<SecretId> id;  // in place of the names
};

// A hand-out that is in the audit trail and only has to be collected.
struct SecretHandout {
  RobotId robot;                  // whose access counts
  std::optional<RobotId> runner;  // that asked for it; the key is the runner's then
  RobotKeyId key;
  crypto::Sha256Digest key_hash{};
  std::string peer;
  std::string request_id;
  std::shared_ptr<const SecretEntry> secret;     // null: there is none
  std::optional<WallTime> old_label_until = {};  // it was asked for by a label that ends then
  std::optional<RobotAccessId> rule = {};        // that lets the robot in
  std::optional<Actor> person = {};              // who extracts it; nullopt: the robot looks it up
  std::shared_ptr<const KeyTerms> terms;         // of the key; null: none
  std::shared_ptr<KeyUses> uses;                 // of the key
};

struct OpenedSecret {
  SecretValue value;
  std::optional<SecretValue> next;
};

struct SecretLookupCounters {
  std::uint64_t handed_out = 0;  // collected
  std::uint64_t denied = 0;      // 404: no access, no such secret, or not with this key
  std::uint64_t failed = 0;      // everything else but what Lookups counts: wrong keys, too fast
  std::uint64_t extracted = 0;   // collected by people
};

// Safe to use from any thread.
class SecretLookups {
 public:
  // All must outlive it. `lookups` says who asks, and how often one robot may, whatever for.
  SecretLookups(Context& context, SecretIndex& index, Lookups& lookups)
      : context_(context), index_(index), lookups_(lookups) {}

  using Ready = UniqueFunction<void(Result<SecretHandout>)>;
  // Never blocks. `ready` is called exactly once: on this thread, or the audit trail's. The views
  // in `question` are read only before ask() returns.
  //
  // Errors: as Lookups::ask() of who asks; kNotFound, no such secret, or none that this robot may
  // read, or not with this key now and from there: one answer, same work; kUnavailable
  // "audit_unavailable".
  void ask(const SecretQuestion& question, Ready ready);

  // The same for a person with the permission kExtract where the secret is. Its audit event,
  // "secret.extracted", is durable before `ready`. Errors: kPermissionDenied; kNotFound; kConflict
  // "killed"; kUnavailable "audit_unavailable".
  void extract(const Actor& actor, SecretId id, Ready ready);

  // Opens the values. Call it where nothing comes between this check and the write to the socket
  // (invariant 7); where the right was taken away meanwhile, the trail is told that nothing was
  // handed out after all. Errors: kUnauthenticated, the key is gone; kNotFound, the secret or the
  // access is; of a person as extract(); kUnavailable, its values were changed meanwhile; kCorrupt.
  Result<OpenedSecret> collect(const SecretHandout& handout);

  SecretLookupCounters counters() const;

 private:
  struct Asked;
  NamedSecret find(const SecretQuestion& question) const;
  std::string_view what_keeps_out(const RobotEntry& robot, const RobotKeyEntry& key,
                                  SecretHandout& handout) const;
  std::string_view what_changed(const SecretHandout& handout) const;
  Status check_person(const SecretHandout& handout) const;
  Result<OpenedSecret> open(const SecretHandout& handout) const;
  void hand_out(std::unique_ptr<Asked> asked);
  void hand_out_current(std::unique_ptr<Asked> asked);
  void deny(std::unique_ptr<Asked> asked, const LookupQuestion& question, std::string_view reason);
  void fail(std::unique_ptr<Asked> asked, Error error);
  void take_back(const SecretHandout& handout, std::string_view reason) const;
  audit::Event event(const SecretHandout& handout) const;

  Context& context_;
  SecretIndex& index_;
  Lookups& lookups_;
  std::atomic<std::uint64_t> handed_out_{0};
  std::atomic<std::uint64_t> denied_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> extracted_{0};
};

}  // namespace strongroom::vault
