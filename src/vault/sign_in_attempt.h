#pragma once
// For SignIns' own files only.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "oauth/oauth1_credentials.h"
#include "oauth/password_grant.h"
#include "storage/authorization_rows.h"
#include "vault/authorization_record.h"
#include "vault/change_event.h"
#include "vault/granted_tokens.h"
#include "vault/provider_gates.h"
#include "vault/sign_in_parties.h"
#include "vault/sign_ins.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {

// One code on its way.
struct SignIns::Attempt {
  storage::AuthorizationRow row;
  SignInParties parties;
  AuthorizationDetails details;
  SignInFlow flow;
  Actor opener;  // whose doing it is in the trail
  Done done;
  // Of the exchange:
  GrantLease lease = {};
  // LookupIndex::rights_epoch() before a request that no lease was taken for; nullopt: one was, or
  // nobody knows.
  std::optional<std::uint64_t> rights_epoch = {};
  TokenRequests plan = {};
  std::size_t next = 0;
  JournalIntent intent = {};
  std::shared_ptr<oauth::SeenExchange> seen = {};
  WallTime sent_at{};
  BootTime sent_at_boot{};
  std::optional<oauth::AuthorizationCode> code = {};
  std::optional<oauth::Oauth1Verifier> verifier = {};  // of OAuth 1.0a, in place of a code
  // Of the password grant, in place of a code: as it was typed, and only until the requests are
  // built.
  std::optional<oauth::AccountPassword> password = {};
  std::string username = {};    // whose it is
  bool wants_id_token = false;  // with it
  Seconds skew{0};              // that its requests are signed with
  bool is_second_try = false;   // with another nonce
  std::int64_t tries_left = 0;  // of verifiers, after this one
  // Of what came:
  std::optional<oauth::RawAnswer> answer = {};
  std::int64_t store_failures = 0;
  BootTime store_until{};  // set at the first failure
  BootTime store_next_at{};
  GatePass pass = {};

  AuthorizationId id() const { return AuthorizationId{row.id}; }
  void end() { std::exchange(done, {})(id()); }
};

// The stable name of a cause.
inline std::string_view name_of(oauth::SignInCause cause) {
  return oauth::facts_of(cause).name.view();
}

// What the provider's answer means in the target system's protocol. `skew`: as of the request.
oauth::TokenResult read_grant(const TargetSystem& system, const oauth::TokenAnswer& response,
                              const oauth::AnswerReading& reading, Seconds skew = Seconds{0});

// What happened to the client of a sign-in, for the trail.
Change change_of(audit::Action action, const SignInParties& parties);

}  // namespace strongroom::vault
