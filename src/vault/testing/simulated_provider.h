#pragma once
// An authorization server that rotates refresh tokens, and the network to it, for simulations: what
// is sent waits until the simulation says what becomes of it. It keeps the truth.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "oauth/token_client.h"

namespace strongroom::vault {

// What it does with a refresh token that it has replaced.
enum class Reuse : std::uint8_t {
  kRevokesFamily,  // RFC 9700 section 4.14.2
  kIsRefused,      // and nothing else
  kIsForgiven,     // until the one that took its place is used
};

// One request on its way, or at the provider, or its answer on the way back.
struct SimulatedCall {
  std::size_t node = 0;   // that sent it
  std::string token;      // the refresh token in it
  int family = 0;         // of that; 0: it is none of ours
  bool in_doubt = false;  // the store said so of the token when it was sent
  BootTime sent{};
  WallTime sent_wall{};
  std::size_t slot = 0;       // of the sender's journal
  http::ExchangeDone done;    // empty: nobody waits for the answer any more
  bool is_processed = false;  // by the provider
  bool is_over = false;       // answered, or given up
  bool has_rotated = false;   // the provider has used the token up
  bool is_durable = false;    // the answer is in the sender's journal
  http::IncomingResponse response;
};
using CallPointer = std::shared_ptr<SimulatedCall>;

// For one thread.
class SimulatedProvider {
 public:
  SimulatedProvider(Reuse reuse, const Clock& clock) : reuse_(reuse), clock_(clock) {}

  // Somebody signs in: the refresh token of a new family.
  std::string sign_in();
  int family_of(const std::string& token) const;

  // A request arrives. What is wrong with that, for the simulation to judge:
  struct Seen {
    CallPointer used_by;  // the call that used this token up before; null: nobody has
  };
  Seen process(const CallPointer& call);
  // It answers that it has too much to do, and has done nothing.
  void refuse(SimulatedCall& call) const;

  // Whether a refresh with this token would bring another one.
  bool takes(const std::string& token) const;

 private:
  struct Token {
    int family = 0;
    CallPointer used_by;
    std::vector<std::string> successors;
  };

  std::string issue(int family);
  bool is_usable(const Token& token) const;
  void answer(SimulatedCall& call, int status, const std::string& body) const;

  const Reuse reuse_;
  const Clock& clock_;
  int families_ = 0;
  int issued_ = 0;
  std::map<std::string, Token> tokens_;
  std::map<int, bool> revoked_;
};

}  // namespace strongroom::vault
