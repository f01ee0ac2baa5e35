// The last step of a look-up: the right still stands, the token is opened, the answer leaves.

#include "vault/dpop_keys.h"
#include "vault/lookup.h"
#include "vault/lookup_errors.h"
#include "vault/token_key.h"

namespace strongroom::vault {
namespace {

using Standing = LookupIndex::Standing;

std::string_view reason_of(Standing standing) {
  switch (standing) {
    case Standing::kKeyGone:
      return "key_revoked";
    case Standing::kClientGone:
      return "unknown_client";
    case Standing::kAccessGone:
      return "no_access";
    case Standing::kKilled:
      return "killed";
    case Standing::kTokensGone:
      return "tokens_withdrawn";
    case Standing::kHolds:
      break;
  }
  return {};
}

}  // namespace

Status Lookups::collect(const Handout& handout, std::string& out) {
  STRONGROOM_CHECK(open(handout, out));
  count(handout, true);
  return {};
}

Result<std::vector<RequestHeader>> Lookups::collect_headers(const Handout& handout) {
  std::string letters;
  letters.reserve(handout.token->sealed.size());  // a buffer that grows would leave some behind
  STRONGROOM_CHECK(open(handout, letters));
  oauth::ProvedKey key;
  if (handout.bound_to) {
    auto opened = open_dpop_key(context_, handout.found.client->project, *handout.bound_to);
    if (!opened) {
      wipe(letters);
      count(handout, false);
      return std::move(opened).error();
    }
    key = *std::move(opened);
  }
  auto headers = authorization_headers(
      context_, *handout.found.target_system,
      {.letters = letters, .type = handout.token->token_type, .key = key.get()}, *handout.request);
  wipe(letters);
  count(handout, headers.has_value());
  return headers;
}

// Checks that the right still stands, and appends the token's letters to `out`. What fails here is
// counted.
Status Lookups::open(const Handout& handout, std::string& out) {
  const ClientEntry& client = *handout.found.client;
  // Of a person the rights are others, which do not move that epoch on.
  if (handout.person || context_.index.rights_epoch() != handout.rights_epoch) {
    STRONGROOM_CHECK(decide_again(handout));
  }
  const crypto::Place place =
      token_place(client.id, handout.resource, client.project, handout.token->generation);
  Status opened = context_.sealer.open_into(place, handout.token->sealed, out);
  if (!opened) count(handout, false);
  return opened;
}

void Lookups::count(const Handout& handout, bool has_left) {
  auto& served = handout.person ? extracted_ : handed_out_;
  (has_left ? served : failed_).fetch_add(1, std::memory_order_relaxed);
  if (has_left && handout.rule) context_.index.uses().note(*handout.rule, context_.clock.now());
}

// Some right was taken away since the decision: perhaps this one. Then the trail says already that
// the token was handed out, and is told that it was not. Nothing leaves, so nothing waits for that.
Status Lookups::decide_again(const Handout& handout) {
  if (handout.person) return decide_again_for_person(handout);
  const Standing standing = context_.index.standing(
      handout.key, handout.key_hash, handout.found.client->id, handout.rights_epoch,
      handout.runner ? std::optional(handout.robot) : std::nullopt);
  if (standing == Standing::kHolds) return {};
  audit::Event happened = event(handout);
  happened.action = audit::Action::kLookupDenied;
  happened.outcome = audit::Outcome::kDenied;
  happened.reason = reason_of(standing);
  happened.fingerprint = handout.token->fingerprint;
  context_.trail.append(happened, [this](const Status& durable) {
    if (!durable) context_.log.failed("A denial could not be audited.", durable.error());
  });
  if (standing == Standing::kTokensGone) {
    failed_.fetch_add(1, std::memory_order_relaxed);
    return tokens_withdrawn();
  }
  const bool key_gone = standing == Standing::kKeyGone;
  (key_gone ? unauthenticated_ : denied_).fetch_add(1, std::memory_order_relaxed);
  return key_gone ? unauthenticated() : no_such_client();
}

// The same of a person: what the trail calls extracted was not.
Status Lookups::decide_again_for_person(const Handout& handout) {
  Status may = check_person(handout);
  if (may && context_.index.withdrawn_since(handout.found.client->id, handout.rights_epoch)) {
    may = tokens_withdrawn();
  }
  if (may) return {};
  audit::Event happened = event(handout);
  happened.action = audit::Action::kTokenExtracted;
  happened.outcome = audit::Outcome::kDenied;
  happened.fingerprint = handout.token->fingerprint;
  context_.trail.append(happened, [this](const Status& durable) {
    if (!durable) context_.log.failed("A denial could not be audited.", durable.error());
  });
  failed_.fetch_add(1, std::memory_order_relaxed);
  return may;
}

}  // namespace strongroom::vault
