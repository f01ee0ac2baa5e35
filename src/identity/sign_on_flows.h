#pragma once
// Browsers that are at an OpenID provider right now.
//
// A flow is found by its state, once, for ten minutes (invariant 10). They are kept in memory
// alone: anybody can begin one, and what nobody in particular asks for is not written down. Who was
// on the way when the server restarted presses the button again.

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/guarded.h"
#include "crypto/digest.h"
#include "identity/digest_hash.h"
#include "identity/sign_on_provider.h"
#include "identity/types.h"
#include "oauth/flow_secrets.h"
#include "oauth/pkce.h"

namespace strongroom::identity {

// A session whose user is to show again who they are.
struct SignOnStepUp {
  SessionId session;
  std::string return_path;  // where the browser goes then: within this server
};

// What a flow was started with; nothing of it changes on the way.
struct SignOnFlow {
  SignOnProviderId provider;
  std::int64_t revision = 0;  // of the provider's settings
  oauth::ServerMetadata metadata;
  std::string redirect_uri;
  oauth::Nonce nonce;
  oauth::CodeVerifier verifier;
  crypto::Sha256Digest binding_hash;  // of what the browser's cookie says
  Deadline end;
  WallTime begun{};
  std::optional<SignOnStepUp> step_up = {};  // nullopt: a new session is to begin
};

// Safe to use from any thread; nothing blocks.
class SignOnFlows {
 public:
  explicit SignOnFlows(const Clock& clock) : clock_(clock) {}

  static constexpr Milliseconds kLifetime = std::chrono::minutes(10);
  // Each address has so many at a time, all together so many: whoever begins more pushes out the
  // oldest of their own address, or of all.
  static constexpr std::size_t kMostOfAddress = 100;
  static constexpr std::size_t kMost = 10'000;

  void begin(const oauth::State& state, SignOnFlow flow, std::string address);
  // The flow with that state, which is used up by this. nullopt: there is none that lives.
  std::optional<SignOnFlow> take(const oauth::State& state);

 private:
  struct Entry {
    crypto::Sha256Digest state;
    SignOnFlow flow;
    std::string address;
  };
  struct Held {
    std::list<Entry> in_order;  // the oldest first
    std::unordered_map<crypto::Sha256Digest, std::list<Entry>::iterator, DigestHash> by_state;
    std::unordered_map<std::string, std::size_t> of_address;
  };
  static void erase(Held& held, std::list<Entry>::iterator entry);
  static std::size_t most_of_one(const Held& held);
  void make_room(Held& held, const std::string& address) const;
  bool is_over(const Entry& entry) const;

  const Clock& clock_;
  Guarded<Held> held_;
};

}  // namespace strongroom::identity
