#pragma once
// For Retrievals' own files only.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "vault/exchanges.h"
#include "vault/learned_values.h"
#include "vault/retrievals.h"

namespace strongroom::vault {

// One retrieval under way.
struct Retrievals::Flight {
  TokenKey key;
  Actor starter;                   // the server, for look-ups
  std::int64_t epoch = 0;          // of the lease
  std::uint64_t rights_epoch = 0;  // as GrantLease's
  TokenRequests plan;
  std::size_t next = 0;  // of plan.requests
  // Of the request that was sent last:
  std::shared_ptr<oauth::SeenExchange> seen = {};
  WallTime sent_at{};
  BootTime sent_at_boot{};
  Milliseconds took{};
  // Of those before it, whose credentials the provider did not accept:
  std::vector<Exchange> refused = {};
  // What came with the tokens, for who uses them.
  SealedLearned learned = {};

  // Of a refresh only:
  std::optional<GrantLease> lease = {};
  BootTime leased_at{};   // since when `lease` lasts
  Uuid intent = {};       // in the journal
  bool is_again = false;  // with another refresh token, that was stored meanwhile

  // Last: what is given back with it is the others' then.
  GatePass pass = {};

  const UsedCredential& used() const { return plan.credentials.at(next - 1); }
  // The last one, for the flight recorder.
  Exchange exchange() const { return exchange_of(*seen, used(), sent_at, took); }
};

// The log says that the provider granted less than was asked for.
void note_missing_scopes(Context& context, OAuthClientId client, const oauth::TokenSet& tokens);

// Answers to whoever has to come back.
Error retrievals_stopping();
Error retrievals_busy();

}  // namespace strongroom::vault
